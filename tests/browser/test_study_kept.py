"""What was answered and not sent outlives the tab, the sign-in, the browser and the day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from study.models import Answer
from tests import servers
from tests.browser.loop import ONE, TWO, UNSENT, Loop
from tests.chromium import FLAGS
from tests.conftest import PASSWORD
from tests.study.test_doctor import doctor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GRADE_AT_ONCE = """async () => {
  const form = document.querySelector("#stage .grade");
  const body = new URLSearchParams(new FormData(form));
  body.set("grade", "5");
  const headers = { "HX-Request": "true", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
  return (await fetch(form.action, { method: "POST", headers, body })).status;
}"""


@pytest.fixture(autouse=True)
def complaints(tolerated):
    tolerated += ["Failed to load resource"]


def grades() -> list[tuple[str, int | None]]:
    """The ledger of all learners."""
    return list(Answer.objects.order_by("id").values_list("card__ref", "grade"))


def answer_two_and_close(loop: Loop) -> BrowserContext:
    """Two answers that nobody acknowledges, and the tab is gone."""
    loop.refuse(503)
    loop.grade()
    loop.grade("2")
    expect(loop.status).to_have_text("Not saved yet. 2 grades are kept here and will be sent.")
    context = loop.page.context
    loop.page.close()
    assert grades() == []
    return context


def enter(page: Page, email: str) -> None:
    """Sign in with the form, as anybody does."""
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/today/")


def expect_sent(page: Page) -> None:
    page.wait_for_function(f"() => !{UNSENT}")
    assert grades() == [(ONE, 4), (TWO, 3)]
    assert doctor() == (0, "")


def test_answers_survive_a_closed_tab_and_an_ended_session_together(loop, learner):
    context = answer_two_and_close(loop)
    context.clear_cookies(name="sessionid")
    page = context.new_page()
    page.goto("/accounts/login/")
    page.wait_for_load_state("networkidle")
    assert grades() == []
    enter(page, learner.email)
    expect_sent(page)


def test_signing_out_asks_first_and_answers_wait_while_another_is_signed_in(loop, learner, make_user):
    make_user("dora@example.org")
    context, asked = answer_two_and_close(loop), []
    page = context.new_page()
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.route("**/study/grade/", lambda route: route.fulfill(status=503))
    page.goto("/settings/")
    page.get_by_role("button", name="Sign out").click()
    assert asked == ["2 answers are not sent yet and would be lost. Sign out anyway?"]
    context.clear_cookies(name="sessionid")
    page.unroute_all()
    enter(page, "dora@example.org")
    page.wait_for_load_state("networkidle")
    assert grades() == []
    context.clear_cookies(name="sessionid")
    enter(page, learner.email)
    expect_sent(page)


def test_answers_survive_a_closed_browser(browser, live_server, learner, sign_in, tmp_path):
    def start() -> BrowserContext:
        options: dict[str, Any] = {"executable_path": servers.chromium(), "args": ["--no-sandbox", *FLAGS]}
        return browser.browser_type.launch_persistent_context(tmp_path, base_url=live_server.url, **options)

    first = start()
    page = first.new_page()
    sign_in(page, learner)
    answer_two_and_close(Loop(page).open())
    first.close()
    second = start()
    page = second.new_page()
    sign_in(page, learner)
    page.goto("/today/")
    expect_sent(page)
    second.close()


def test_answers_of_yesterday_are_sent_today_and_due_as_many_days_later_as_the_button_said(loop, learner):
    context = answer_two_and_close(loop)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        page = context.new_page()
        page.goto("/today/")
        expect_sent(page)
    for given in Answer.objects.all():
        assert given.kind == "review"
        assert given.due_on == given.study_day + timedelta(days=1)


def test_the_undo_of_an_answer_that_was_refused_goes_with_it(loop):
    other = Loop(loop.page.context.new_page()).open()
    undos, held = loop.posts("undo"), loop.hold()
    with loop.page.expect_request("**/study/grade/"):
        loop.grade()
    route = held.take()
    assert other.page.evaluate(GRADE_AT_ONCE) == 200  # past the queue in which the tabs wait for each other
    loop.page.keyboard.press("z")
    route.continue_()
    expect(loop.status).to_contain_text("Already answered Easy on another page at ")
    expect(loop.status).not_to_contain_text("set aside")
    loop.expect_sent()
    assert (undos, grades()) == ([], [(ONE, 5)])


def test_a_day_finished_in_another_tab_leads_to_the_summary(loop):
    other = Loop(loop.page.context.new_page()).open()
    for _ in range(5):
        other.grade("4")
    other.page.wait_for_url("**/study/done/")
    loop.grade()
    expect(loop.status).to_contain_text("Already answered Easy on another page at ")
    loop.grade()
    loop.page.get_by_role("link", name="See the summary").click()
    loop.page.wait_for_url("**/study/done/")
