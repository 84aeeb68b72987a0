"""Nothing is lost: answers the server has not acknowledged, and how they get there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from study.models import Answer
from tests.browser.loop import FIVE, FOUR, ONE, THREE, TWO, Loop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def complaints(tolerated):
    """The browser writes a line about every refusal; here they are meant."""
    tolerated += ["Failed to load resource"]


@pytest.fixture
def stopped(page, learner, sign_in):
    """The review with a clock that moves when the test says so."""
    page.clock.install()
    sign_in(page, learner)
    return Loop(page).open()


def grades():
    """The ledger of the only learner, without what was undone."""
    return list(Answer.objects.standing().order_by("id").values_list("card__ref", "grade"))


def tick(loop, seconds):
    """Let that much time pass on the page's clock."""
    loop.page.clock.run_for(seconds * 1000)


def grade(loop, key="3"):
    """Reveal and grade on a stopped clock."""
    loop.page.keyboard.press("Space")
    expect(loop.answer).to_be_focused()
    tick(loop, 1)
    loop.page.keyboard.press(key)


# --- kept until acknowledged ----------------------------------------------------------------------


def test_an_answer_survives_a_closed_tab_and_is_sent_by_the_next_page(loop):
    context = loop.page.context
    held = loop.hold()
    loop.grade()
    loop.shows(TWO)
    held.take()
    loop.page.close()
    assert grades() == []
    other = context.new_page()
    other.goto("/today/")
    expect(Loop(other).status).to_have_text("Everything is saved now.")
    assert grades() == [(ONE, 4)]


def test_answers_lie_under_the_learners_own_id(loop, learner, bob, sign_in):
    loop.refuse(503)
    loop.grade()
    loop.shows(TWO)
    expect(loop.status).not_to_be_empty()
    loop.page.unroute_all()
    loop.page.context.clear_cookies()
    sign_in(loop.page, bob)
    posts = loop.posts()
    loop.page.goto("/today/")
    loop.page.wait_for_load_state("networkidle")
    assert posts == []
    assert loop.page.evaluate("Object.keys(localStorage)") == [f"recall.unsent.{learner.pk}"]


def test_a_reloaded_page_does_not_ask_again_what_is_answered_and_unsent(loop):
    loop.refuse(503)
    loop.grade()
    loop.shows(TWO)
    expect(loop.status).not_to_be_empty()
    loop.open()
    loop.shows(TWO)
    expect(loop.position).to_have_text("2 of 5")
    expect(loop.undo).to_contain_text("Undo Good")
    loop.page.unroute_all()
    loop.open()
    loop.shows(TWO, ahead=THREE)
    loop.expect_sent()
    assert grades() == [(ONE, 4)]


def test_a_page_out_of_the_browsers_memory_does_not_ask_again_either(loop):
    other = Loop(loop.page.context.new_page())
    other.page.route("**/study/grade/", lambda route: route.abort())
    other.open().grade()
    other.shows(TWO)
    loop.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    loop.shows(TWO)
    loop.expect_sent()
    assert grades() == [(ONE, 4)]


def test_a_browser_without_storage_still_sends(loop):
    loop.page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('no room'); }; }")
    loop.grade()
    loop.shows(TWO, ahead=THREE)
    assert grades() == [(ONE, 4)]


# --- what the server answers ----------------------------------------------------------------------


def test_a_server_in_trouble_is_asked_again_after_2_4_and_8_seconds(stopped):
    came = stopped.refuse(500)
    grade(stopped)
    stopped.shows(TWO)
    expect(stopped.status).to_have_text("Not saved yet. 1 grade is kept here and will be sent.")
    for asked, seconds in ((1, 2), (2, 4), (3, 8)):
        assert len(came) == asked
        tick(stopped, seconds - 0.1)
        assert len(came) == asked
        with stopped.page.expect_response("**/study/grade/"):
            tick(stopped, 0.2)
        expect(stopped.status).to_contain_text("Not saved yet.")
    stopped.page.unroute_all()
    tick(stopped, 16)
    stopped.shows(TWO, ahead=THREE)
    expect(stopped.status).to_have_text("Everything is saved now.")
    assert grades() == [(ONE, 4)]
    grade(stopped)
    stopped.shows(THREE)
    expect(stopped.status).to_be_empty()


COUNT_REFUSALS = """() => {
  const status = document.getElementById("status");
  let said = 0;
  new MutationObserver(() => {
    if (status.textContent.startsWith("Not saved yet.")) status.dataset.said = ++said;
  }).observe(status, { childList: true });
}"""


def test_it_is_asked_every_minute_at_the_least(stopped):
    came = stopped.refuse(503)
    stopped.page.evaluate(COUNT_REFUSALS)
    grade(stopped)
    for number, seconds in enumerate((2, 4, 8, 16, 32, 60, 60), start=1):
        expect(stopped.status).to_have_attribute("data-said", str(number))  # and with it the next try is set
        with stopped.page.expect_response("**/study/grade/"):
            tick(stopped, seconds)
    assert len(came) == 8


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured(stopped, status):
    came = stopped.refuse(status, times=1, **{"Retry-After": "30"})
    grade(stopped)
    expect(stopped.status).to_contain_text("Not saved yet.")
    grade(stopped)
    expect(stopped.status).to_have_text("Not saved yet. 2 grades are kept here and will be sent.")
    tick(stopped, 28)
    assert (len(came), grades()) == (1, [])
    tick(stopped, 3)
    stopped.shows(THREE, ahead=FOUR)
    assert grades() == [(ONE, 4), (TWO, 4)]


def test_without_network_the_loop_goes_on_and_catches_up_at_once(loop):
    loop.page.context.set_offline(True)
    loop.grade()
    loop.shows(TWO)
    expect(loop.status).to_have_text("Offline. 1 grade is kept here and will be sent.")
    loop.grade("2")
    expect(loop.status).to_have_text("Offline. 2 grades are kept here and will be sent.")
    expect(loop.position).to_have_text("3 of 6")
    loop.page.context.set_offline(False)
    loop.shows(THREE, ahead=FOUR)
    assert grades() == [(ONE, 4), (TWO, 3)]
    expect(loop.status).to_have_text("Everything is saved now.")


def test_an_empty_buffer_says_that_it_waits(loop):
    held = loop.hold()
    loop.grade()
    loop.grade("2")
    expect(loop.stage).to_have_text("The next card comes when this is saved.")
    expect(loop.stage).to_have_attribute("aria-busy", "true")
    held.take().continue_()
    loop.shows(THREE)
    expect(loop.stage).not_to_have_attribute("aria-busy", "true")


def test_an_answer_whose_reply_was_lost_is_stored_once(loop):
    lost = []
    loop.page.route("**/study/grade/", lambda route: (lost.append(route.fetch()), route.abort()), times=1)
    loop.grade()
    loop.shows(TWO, ahead=THREE)
    loop.expect_sent()
    assert len(lost) == 1
    assert grades() == [(ONE, 4)]


def test_a_card_answered_in_another_tab_is_said_and_the_loop_goes_on(loop):
    other = Loop(loop.page.context.new_page()).open()
    other.grade("4")
    other.shows(TWO, ahead=THREE)
    loop.grade("1")
    expect(loop.status).to_contain_text("Already answered Easy on another page at ")
    loop.shows(TWO, ahead=THREE)
    expect(loop.position).to_have_text("2 of 5")
    assert (grades(), loop.unsent()) == ([(ONE, 5)], [])


def test_two_tabs_send_one_after_the_other_and_each_gets_its_own_replies(loop):
    other = Loop(loop.page.context.new_page()).open()
    posts = other.posts()
    held = loop.hold()
    loop.grade()
    route = held.take()
    other.grade("2")
    other.shows(TWO)
    assert posts == []
    route.continue_()
    loop.shows(TWO, ahead=THREE)
    expect(other.status).to_contain_text("Already answered Good on another page at ")
    expect(loop.status).to_be_empty()
    other.shows(TWO, ahead=THREE)
    assert (grades(), len(posts)) == ([(ONE, 4)], 1)


def test_after_the_session_ended_a_link_leads_to_sign_in_and_back(loop, learner, sign_in):
    loop.page.context.clear_cookies(name="sessionid")
    loop.grade()
    loop.grade()
    expect(loop.status).to_have_text("Sign in to save 2 answers.")
    assert [entry["fields"]["card"] for entry in loop.unsent()] == [ONE, TWO]
    loop.page.get_by_role("link", name="Sign in").click()
    loop.page.get_by_label("Email").fill(learner.email)
    loop.page.get_by_label("Password").fill("sesame-1")
    loop.page.get_by_role("button", name="Sign in").click()
    loop.page.wait_for_url("**/study/")
    loop.shows(THREE, ahead=FOUR)
    assert grades() == [(ONE, 4), (TWO, 4)]


def test_a_page_from_before_another_sign_in_asks_to_be_reloaded(loop):
    loop.page.context.clear_cookies(name="csrftoken")
    loop.grade()
    expect(loop.status).to_have_text("Reload this page to save 1 answer.")
    loop.page.get_by_role("link", name="Reload this page").click()
    loop.shows(TWO, ahead=THREE)
    loop.expect_sent()
    assert grades() == [(ONE, 4)]


def test_what_the_server_cannot_accept_is_set_aside_and_the_rest_goes_on(loop):
    loop.stage.locator(".grade [name=key]").evaluate("field => field.value = 'no key'")
    loop.grade()
    loop.shows(TWO)
    expect(loop.status).to_contain_text("1 answer was set aside. The field “key” could not be read")
    loop.stage.locator("[name=shown]").evaluate("field => field.value = 'forged'")
    loop.grade()
    expect(loop.status).to_contain_text("2 answers were set aside. There is no such card.")
    assert (grades(), loop.unsent()) == ([], [])
    loop.page.keyboard.press("Space")  # nothing is left in the page: on to the queue as it stands
    loop.shows(ONE)
    loop.grade()
    loop.shows(TWO, ahead=THREE)
    assert grades() == [(ONE, 4)]


# --- undo -----------------------------------------------------------------------------------------


def test_an_unsent_answer_is_undone_in_the_page(loop):
    posts, undos = loop.posts(), loop.posts("undo")
    held = loop.hold()
    loop.grade()
    loop.grade("1")
    expect(loop.position).to_have_text("3 of 6")
    loop.page.keyboard.press("z")
    loop.shows(TWO)
    expect(loop.position).to_have_text("2 of 5")
    expect(loop.undo).to_contain_text("Undo Good")
    loop.grade("4")
    held.take().continue_()
    loop.shows(THREE, ahead=FOUR)
    loop.expect_sent()
    assert ([post["grade"] for post in posts], undos) == (["4", "5"], [])
    assert grades() == [(ONE, 4), (TWO, 5)]


def test_offline_answers_are_undone_newest_first_and_come_back_in_order(loop):
    loop.page.context.set_offline(True)
    loop.grade()
    loop.grade()
    loop.page.keyboard.press("z")
    loop.shows(TWO)
    loop.page.keyboard.press("z")
    loop.shows(ONE, ahead=TWO)
    expect(loop.position).to_have_text("1 of 5")
    expect(loop.undo).to_be_hidden()
    expect(loop.status).to_be_empty()
    loop.grade("2")
    loop.shows(TWO)
    loop.page.context.set_offline(False)
    loop.expect_sent()
    assert grades() == [(ONE, 3)]


def test_an_unsent_answer_is_undone_after_a_reload(loop):
    loop.refuse(503)
    loop.grade()
    expect(loop.status).not_to_be_empty()
    loop.open()
    loop.shows(TWO)
    expect(loop.status).to_contain_text("Not saved yet.")
    loop.page.keyboard.press("z")
    loop.shows(ONE, ahead=TWO)
    assert loop.unsent() == []


def test_sent_answers_are_undone_newest_first_back_to_the_first(loop):
    for key in ("3", "1", "3"):
        loop.grade(key)
    loop.shows(FOUR, ahead=FIVE)
    for label, ref, position in (("Good", THREE, "3 of 6"), ("Again", TWO, "2 of 5"), ("Good", ONE, "1 of 5")):
        expect(loop.undo).to_contain_text(f"Undo {label}")
        loop.page.keyboard.press("z")
        loop.shows(ref)
        expect(loop.position).to_have_text(position)
    expect(loop.undo).to_be_hidden()
    assert grades() == []
    loop.shows(ONE, ahead=TWO)
    loop.grade("4")
    loop.shows(TWO, ahead=THREE)
    loop.expect_sent()
    assert grades() == [(ONE, 5)]


def test_an_undo_waits_behind_the_answer_that_is_on_its_way(loop):
    held = loop.hold()
    with loop.page.expect_request("**/study/grade/"):
        loop.grade()
    loop.page.keyboard.press("z")
    loop.shows(TWO)
    expect(loop.position).to_have_text("1 of 5")
    held.take().continue_()
    loop.shows(ONE, ahead=TWO)
    loop.expect_sent()
    assert (grades(), Answer.objects.count()) == ([], 2)


def test_an_undo_that_comes_too_late_is_said(loop):
    loop.grade()
    loop.shows(TWO, ahead=THREE)
    other = Loop(loop.page.context.new_page()).open()
    other.grade()
    other.shows(THREE, ahead=FOUR)
    loop.page.keyboard.press("z")
    expect(loop.status).to_have_text(
        "Only the newest answer of today can be undone, and this is not it. Nothing was changed."
    )
    loop.shows(TWO)
    assert grades() == [(ONE, 4), (TWO, 4)]


def test_the_last_answer_of_the_day_can_be_undone_from_the_summary(loop):
    for _ in range(5):
        loop.grade("4")
    loop.page.wait_for_url("**/study/done/")
    loop.page.keyboard.press("z")
    loop.shows(FIVE)
    expect(loop.position).to_have_text("5 of 5")


# --- the server never sends what the page holds ---------------------------------------------------


def test_each_post_names_what_the_page_holds_and_no_card_comes_twice(loop):
    posts = loop.posts()
    held = loop.hold()
    loop.grade("1")
    loop.grade("2")
    held.take().continue_()
    loop.shows(THREE, ahead=FOUR)
    assert posts[0]["held"].split() == [TWO]
    assert posts[1]["held"].split() == [THREE]
    for _ in range(3):
        loop.grade("4")
    loop.shows(ONE, ahead=TWO)
    for _ in range(2):
        loop.grade("4")
    loop.page.wait_for_url("**/study/done/")
    assert [ref for ref, _ in grades()] == [ONE, TWO, THREE, FOUR, FIVE, ONE, TWO]
