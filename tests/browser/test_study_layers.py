"""The review without scripts, and with htmx alone: the same day, the same ledger."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from study.models import Answer
from tests.browser.loop import FIVE, FOUR, ONE, THREE, TWO, Loop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def grades():
    """The ledger of the only learner, without what was undone."""
    return list(Answer.objects.standing().order_by("id").values_list("card__ref", "grade"))


def tab_to(page, name):
    """Press Tab until the control of that name has the focus, as somebody without a mouse does."""
    for _ in range(20):
        if page.locator(":focus", has_text=name).count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {name}")


def press(loop, name):
    """Tab to a button and press it with Space."""
    tab_to(loop.page, name)
    loop.page.keyboard.press("Space")


def reveal(loop, ref):
    """Press Space on the card, whose "Show answer" has the focus from the start."""
    loop.shows(ref)
    expect(loop.stage.locator("summary")).to_be_focused()
    loop.page.keyboard.press("Space")
    expect(loop.answer).to_be_visible()


# --- without scripts ------------------------------------------------------------------------------


def test_the_day_without_scripts_with_tab_and_space_alone(plain):
    page = plain.page
    for ref, grade in ((ONE, "Again"), (TWO, "Good")):
        reveal(plain, ref)
        press(plain, grade)
    plain.shows(THREE)
    expect(plain.stage.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    press(plain, "Check")
    expect(plain.stage.locator(".verdict")).to_be_visible()
    press(plain, "Easy")
    for ref in (FOUR, FIVE, ONE):
        reveal(plain, ref)
        press(plain, "Good")
    page.wait_for_url("**/study/done/")
    expect(page.get_by_role("heading", level=1)).to_have_text("4 of 5 recalled")
    assert grades() == [(ONE, 1), (TWO, 4), (THREE, 5), (FOUR, 4), (FIVE, 4), (ONE, 4)]


def test_undo_is_a_form(plain):
    reveal(plain, ONE)
    press(plain, "Good")
    plain.shows(TWO)
    plain.page.get_by_role("button", name="Undo Good").click()
    plain.shows(ONE)
    assert grades() == []
    expect(plain.page.get_by_role("button", name="Undo")).to_have_count(0)


def test_enter_on_a_pick_checks_it(plain):
    for ref in (ONE, TWO):
        reveal(plain, ref)
        press(plain, "Good")
    plain.shows(THREE)
    plain.pick(0).press("Enter")
    expect(plain.stage.locator(".verdict")).to_have_text(re.compile("^(Right|Not this one)"))


def test_a_card_answered_elsewhere_is_said_on_the_page(plain, open_context, learner, sign_in):
    other = Loop(open_context(java_script_enabled=False).new_page())
    sign_in(other.page, learner)
    other.open()
    for loop in (other, plain):
        reveal(loop, ONE)
        press(loop, "Good")
        loop.shows(TWO)
    expect(plain.page.locator("#notice")).to_contain_text("Already answered Good on another page at ")
    assert grades() == [(ONE, 4)]


def test_a_refused_answer_says_why_and_leads_back(plain):
    reveal(plain, ONE)
    plain.stage.get_by_role("button", name="Good").evaluate("button => { button.value = 9; }")
    press(plain, "Good")
    expect(plain.page.get_by_role("heading", level=1)).to_have_text("That was not stored")
    plain.page.get_by_role("link", name="Back to the review").click()
    plain.shows(ONE)
    assert grades() == []


# --- htmx alone -----------------------------------------------------------------------------------


def reveal_and(loop, name):
    """Show the answer, then press a grade."""
    loop.stage.locator("summary").click()
    loop.stage.get_by_role("button", name=name).click()


def test_the_day_with_htmx_alone(swapped):
    page = swapped.page
    page.evaluate("window.same = true")
    swapped.shows(ONE)
    reveal_and(swapped, "Again")
    swapped.shows(TWO)
    expect(swapped.position).to_have_text("2 of 6")
    reveal_and(swapped, "Good")
    swapped.shows(THREE)
    swapped.stage.get_by_text("Right queues 3").click()
    swapped.stage.get_by_role("button", name="Check").click()
    expect(swapped.stage.locator(".verdict")).to_have_text("Right.")
    swapped.stage.get_by_role("button", name="Good").click()
    for ref in (FOUR, FIVE, ONE):
        swapped.shows(ref)
        assert page.evaluate("window.same")  # swapped, never loaded again
        reveal_and(swapped, "Good")
    page.wait_for_url("**/study/done/")
    assert grades() == [(ONE, 1), (TWO, 4), (THREE, 4), (FOUR, 4), (FIVE, 4), (ONE, 4)]


def test_undo_is_swapped(swapped):
    reveal_and(swapped, "Hard")
    swapped.shows(TWO)
    swapped.page.get_by_role("button", name="Undo Hard").click()
    swapped.shows(ONE)
    expect(swapped.position).to_have_text("1 of 5")
    assert grades() == []


def test_a_card_answered_elsewhere_is_said_above_the_next_one(swapped, open_context, learner, sign_in):
    other = Loop(open_context().new_page())
    sign_in(other.page, learner)
    other.open().grade("4")
    other.expect_sent()
    reveal_and(swapped, "Again")
    swapped.shows(TWO)
    expect(swapped.page.locator("#notice")).to_contain_text("Already answered Easy on another page at ")
    assert grades() == [(ONE, 5)]
    reveal_and(swapped, "Good")
    swapped.shows(THREE)
    expect(swapped.page.locator("#notice")).to_be_hidden()


def test_a_refused_answer_is_said_and_the_card_stays(swapped):
    swapped.stage.locator("summary").click()
    swapped.stage.locator(".grade [name=key]").evaluate("field => field.value = 'no key'")
    swapped.stage.get_by_role("button", name="Good").click()
    expect(swapped.page.locator("#notice")).to_contain_text("The field “key” could not be read")
    swapped.shows(ONE)
    assert grades() == []


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "Sign in to go on. What you answered is kept."), (500, "That was not saved. What you picked is kept")],
)
def test_what_cannot_be_swapped_is_said_and_the_card_stays(swapped, status, said):
    swapped.page.route("**/study/grade/", lambda route: route.fulfill(status=status, body=said), times=1)
    reveal_and(swapped, "Good")
    expect(swapped.status).to_contain_text(said)
    swapped.stage.get_by_role("button", name="Good").click()
    swapped.shows(TWO)
    expect(swapped.status).to_be_empty()
    assert grades() == [(ONE, 4)]


def test_no_network_is_said_and_the_card_stays(swapped):
    swapped.page.context.set_offline(True)
    reveal_and(swapped, "Good")
    expect(swapped.status).to_contain_text("Offline.")
    swapped.page.context.set_offline(False)
    swapped.stage.get_by_role("button", name="Good").click()
    swapped.shows(TWO)
