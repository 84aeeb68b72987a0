"""app.js: single keys, the question before unsent answers are lost, the guess of the time zone."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User
from study import enrolment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def learner(alice, curriculum):
    now = timezone.now()
    enrolment.start_learning(user=alice, track=curriculum.track, pace=5, time_zone="UTC", now=now)
    return alice


@pytest.fixture
def today(page, sign_in, learner):
    """Alice's Today, opened."""
    sign_in(page, learner)
    page.goto("/today/")
    return page


def test_s_starts_the_review(today):
    today.keyboard.press("s")
    today.wait_for_url("**/study/")


def test_g_then_r_and_g_then_t_go_to_tracks_and_today(today):
    today.keyboard.press("g")
    today.keyboard.press("r")
    today.wait_for_url("**/tracks/")
    today.keyboard.press("g")
    today.keyboard.press("t")
    today.wait_for_url("**/today/")


def test_r_alone_goes_nowhere(today):
    today.keyboard.press("r")
    today.keyboard.press("?")
    assert today.locator("#keys").is_visible()
    assert today.url.endswith("/today/")


def test_the_list_of_keys_opens_and_closes_and_holds_the_other_keys_back(today):
    today.keyboard.press("?")
    assert today.get_by_role("heading", name="Keyboard").is_visible()
    today.keyboard.press("s")
    today.keyboard.press("Escape")
    assert today.locator("#keys").is_hidden()
    assert today.url.endswith("/today/")


def test_the_list_opens_by_hand_without_scripts(no_js_page, sign_in, learner):
    sign_in(no_js_page, learner)
    no_js_page.goto("/today/")
    no_js_page.get_by_role("button", name="Keyboard").click()
    assert no_js_page.get_by_text("Start review", exact=True).last.is_visible()
    no_js_page.get_by_role("button", name="Close").click()
    assert no_js_page.locator("#keys").is_hidden()


@pytest.mark.parametrize("key", ["Control+s", "Alt+s", "Meta+s"])
def test_keys_with_a_modifier_are_the_browsers(today, key):
    today.keyboard.press(key)
    today.keyboard.press("?")
    assert today.locator("#keys").is_visible()
    assert today.url.endswith("/today/")


def test_a_field_keeps_its_letters(page, sign_in, learner):
    sign_in(page, learner)
    page.goto("/settings/")
    page.get_by_label("Reviews a day").focus()
    for key in "g", "t", "?":
        page.keyboard.press(key)
    assert page.locator("#keys").is_hidden()
    assert page.url.endswith("/settings/")


def test_switched_off_keys_do_nothing(page, sign_in, learner):
    User.objects.update(keys=False)
    sign_in(page, learner)
    page.goto("/today/")
    page.keyboard.press("?")
    page.keyboard.press("s")
    assert page.locator("#keys").is_hidden()
    assert page.url.endswith("/today/")


def keep_unsent(page, learner):
    """Leave an answer in the browser; it is sent when the next page opens."""
    page.evaluate(
        """id => localStorage.setItem(`recall.unsent.${id}`, JSON.stringify(
        [{key: "k", url: "/study/grade/", fields: {grade: 4}}]))""",
        learner.pk,
    )


def test_signing_out_asks_before_unsent_answers_are_lost(page, sign_in, learner):
    sign_in(page, learner)
    page.goto("/settings/")
    keep_unsent(page, learner)
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Sign out").click()
    assert asked == ["1 answer is not sent yet and would be lost. Sign out anyway?"]
    assert page.url.endswith("/settings/")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Start a track").wait_for()
    assert page.evaluate("localStorage.length") == 0


def test_signing_out_asks_nothing_when_everything_is_sent(page, sign_in, learner):
    sign_in(page, learner)
    page.goto("/settings/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Start a track").wait_for()


def test_welcome_guesses_the_time_zone(open_context, sign_in, alice, curriculum):
    page = open_context(timezone_id="Asia/Tokyo").new_page()
    sign_in(page, alice)
    page.goto("/welcome/")
    assert page.get_by_label("Time zone").input_value() == "Asia/Tokyo"


def test_the_line_on_welcome_follows_the_pace(page, sign_in, alice, curriculum):
    sign_in(page, alice)
    page.goto("/welcome/")
    assert "About 10 new cards a day." in page.locator("#outlook").inner_text()
    with page.expect_response("**/welcome/?*") as fragment:
        page.get_by_text("20", exact=True).click()
    assert "csrf" not in fragment.value.url
    page.get_by_text("About 20 new cards a day.").wait_for()
