"""study.js: the next card is there before the server has answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from study.models import Answer
from tests.browser.loop import FIVE, FOUR, ONE, THREE, TWO

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def grades():
    """The ledger of the only learner."""
    return list(Answer.objects.order_by("id").values_list("card__ref", "grade"))


def test_the_day_with_the_keyboard_alone(loop):
    page = loop.page
    for ref in (ONE, TWO):
        loop.shows(ref)
        loop.reveal()
        page.keyboard.press("Enter")
    loop.shows(THREE)
    page.keyboard.press("Space")
    expect(loop.stage.get_by_role("radio").first).to_be_checked()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(loop.stage.locator(".verdict")).to_be_visible()
    loop.pass_time()
    page.keyboard.press("2")
    for ref in (FOUR, FIVE, THREE):
        loop.shows(ref)
        loop.reveal()
        page.keyboard.press("4")
    page.wait_for_url("**/study/done/")
    assert grades() == [(ONE, 4), (TWO, 4), (THREE, 3), (FOUR, 5), (FIVE, 5), (THREE, 5)]
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/")


def test_the_next_card_is_there_while_the_grade_is_on_its_way(loop):
    held = loop.hold()
    loop.grade()
    loop.shows(TWO)
    expect(loop.position).to_have_text("2 of 5")
    expect(loop.undo).to_have_text("Undo Good Z")
    assert grades() == []
    held.take().continue_()
    loop.shows(TWO, ahead=THREE)
    assert grades() == [(ONE, 4)]


def test_a_missed_card_makes_the_session_longer_at_once_and_the_servers_count_wins(loop):
    held = loop.hold()
    loop.grade("1")
    expect(loop.position).to_have_text("2 of 6")
    held.take().fulfill(
        status=200,
        body='<div id="counters" hx-swap-oob="true"><progress value="7" max="9"></progress>'
        '<span id="position">8 <span>of 9</span></span><input type="hidden" name="undoes" form="undo">'
        '<button class="undo" form="undo"><span class="label">Undo <span>Again</span></span></button></div>',
    )
    expect(loop.position).to_have_text("8 of 9")


def test_the_time_to_recall_is_kept_with_the_answer(loop):
    loop.pass_time()
    loop.grade()
    loop.shows(TWO, ahead=THREE)
    assert 200 <= Answer.objects.get().milliseconds < 10_000


def test_a_second_tap_right_after_the_answer_appears_is_ignored(loop):
    loop.page.keyboard.press("Space")
    loop.page.keyboard.press("Space")
    loop.page.keyboard.press("3")
    loop.shows(ONE)
    loop.pass_time()
    assert loop.unsent() == []
    loop.page.keyboard.press("3")
    loop.shows(TWO)


def test_a_double_tap_on_a_grade_grades_one_card(loop):
    loop.reveal()
    loop.stage.get_by_role("button", name="Good").dblclick()
    loop.shows(TWO, ahead=THREE)
    assert grades() == [(ONE, 4)]


def test_focus_goes_to_the_answer_and_then_to_the_next_card(loop):
    expect(loop.stage.locator("summary")).to_be_focused()
    loop.reveal()
    expect(loop.answer).to_be_focused()
    loop.page.keyboard.press("3")
    loop.shows(TWO)
    expect(loop.stage.locator("summary")).to_be_focused()
    loop.grade()
    expect(loop.stage.get_by_role("radio").first).to_be_focused()


def test_an_answer_below_the_fold_is_scrolled_up_just_enough(loop, learner):
    loop.page.set_viewport_size({"width": 390, "height": 500})
    loop.page.evaluate("document.querySelector('#stage .question').style.paddingBottom = '600px'")
    loop.reveal()
    answer, dock = loop.answer.bounding_box(), loop.stage.locator(".grades").bounding_box()
    assert 0 < dock["y"] - answer["y"] < 120
    loop.page.keyboard.press("3")
    loop.shows(TWO)
    assert loop.page.evaluate("scrollY") == 0


def test_controls_do_not_move_from_card_to_card(loop):
    controls = [loop.page.locator(name) for name in ("[data-leave]", "#position", "#counters progress")]
    places = [control.bounding_box() for control in controls]
    loop.reveal()
    buttons = [button.bounding_box() for button in loop.stage.locator(".grades button").all()]
    loop.page.keyboard.press("3")
    loop.shows(TWO, ahead=THREE)
    loop.reveal()
    assert [button.bounding_box() for button in loop.stage.locator(".grades button").all()] == buttons
    assert [control.bounding_box() for control in controls] == places


def test_nothing_shifts_while_the_loop_runs(loop):
    loop.page.evaluate(
        """() => { window.shifts = []; new PerformanceObserver(list => shifts.push(...list.getEntries()
        .filter(entry => !entry.hadRecentInput).map(entry => entry.value))).observe({type: "layout-shift"}); }"""
    )
    held = loop.hold(times=2)
    for number, ahead in enumerate((THREE, FOUR)):
        loop.grade()
        loop.page.wait_for_function(
            "since => performance.now() > since + 600", arg=loop.page.evaluate("performance.now()")
        )
        held.take(number).continue_()
        expect(loop.page.locator("#ahead article")).to_have_attribute("data-ref", ahead)
    assert loop.page.evaluate("shifts") == []


# --- keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["1", "2", "3", "4", "s"])
def test_grades_and_the_passage_wait_for_the_answer(loop, key):
    loop.page.keyboard.press(key)
    loop.reveal()
    loop.shows(ONE)
    assert loop.page.url.endswith("/study/")


def test_s_opens_the_passage_once_the_answer_is_shown(loop):
    loop.reveal()
    loop.page.keyboard.press("s")
    expect(loop.page.get_by_role("heading", name="Why queues")).to_be_focused()
    loop.shows(ONE)


@pytest.mark.parametrize("key", ["z", "u", "Z"])
def test_z_and_u_undo(loop, key):
    loop.grade()
    loop.shows(TWO, ahead=THREE)
    loop.page.keyboard.press(key)
    loop.shows(ONE, ahead=TWO)


@pytest.mark.parametrize("key", ["Control+3", "Alt+3", "Meta+3"])
def test_keys_with_a_modifier_are_the_browsers(loop, key):
    loop.reveal()
    loop.page.keyboard.press(key)
    loop.page.keyboard.press("2")
    loop.shows(TWO, ahead=THREE)
    assert grades() == [(ONE, 3)]


def test_a_focused_control_keeps_its_own_space(loop):
    loop.reveal()
    loop.stage.get_by_role("button", name="Easy").focus()
    loop.page.keyboard.press("Space")
    loop.shows(TWO, ahead=THREE)
    assert grades() == [(ONE, 5)]
    loop.reveal()
    loop.stage.get_by_role("link", name="Read the passage").focus()
    loop.page.keyboard.press("Enter")
    expect(loop.page.get_by_role("heading", name="Why queues")).to_be_focused()
    loop.shows(TWO)


def test_switched_off_keys_leave_space_enter_and_escape(page, learner, loop):
    learner.keys = False
    learner.save()
    loop.open()
    loop.reveal()
    for key in ("1", "z", "s"):
        page.keyboard.press(key)
    loop.shows(ONE)
    page.keyboard.press("Enter")
    loop.shows(TWO, ahead=THREE)
    assert grades() == [(ONE, 4)]
    page.keyboard.press("Escape")
    page.wait_for_url("**/today/")


def test_escape_closes_the_list_of_keys_before_it_leaves(loop):
    keys = loop.page.locator("#keys")
    loop.page.keyboard.press("?")
    expect(keys).to_be_visible()
    loop.page.keyboard.press("Space")  # presses the list's own button
    expect(keys).to_be_hidden()
    loop.page.keyboard.press("?")
    loop.page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    loop.shows(ONE)
    loop.page.keyboard.press("Escape")
    loop.page.wait_for_url("**/today/")


# --- choices --------------------------------------------------------------------------------------


@pytest.fixture
def choice(loop):
    """The loop with a choice in front."""
    loop.grade()
    loop.grade()
    loop.shows(THREE, ahead=FOUR)
    return loop


def option(loop, text):
    return loop.stage.get_by_text(f"{text} queues 3")


def test_a_right_pick_suggests_good_and_is_stored_with_the_grade(choice):
    option(choice, "Right").click()
    choice.page.keyboard.press("Space")
    expect(choice.stage.locator(".verdict")).to_have_text("Right.")
    choice.pass_time()
    choice.page.keyboard.press("Space")
    choice.shows(FOUR, ahead=FIVE)
    answer = Answer.objects.get(card__ref=THREE)
    assert (answer.grade, answer.response) == (4, "0")
    assert answer.milliseconds > 0


def test_a_wrong_pick_suggests_again_and_can_be_overruled(choice):
    option(choice, "Near").click()
    choice.stage.get_by_role("button", name="Check").click()
    expect(choice.stage.locator(".verdict")).to_have_text("Not this one.")
    expect(choice.stage.locator(".suggested")).to_contain_text("Again")
    choice.pass_time()
    choice.page.keyboard.press("2")
    choice.shows(FOUR, ahead=FIVE)
    assert grades()[-1] == (THREE, 3)


def test_not_knowing_is_an_answer(choice):
    choice.stage.get_by_role("button", name="I don’t know").click()
    expect(choice.stage.locator(".verdict")).to_have_text("Here is the answer.")
    choice.pass_time()
    choice.page.keyboard.press("Space")
    choice.shows(FOUR, ahead=FIVE)
    assert (grades()[-1], Answer.objects.get(card__ref=THREE).response) == ((THREE, 1), None)


def test_check_without_a_pick_asks_for_one(choice):
    choice.page.locator("body").evaluate("document.activeElement.blur()")
    posts = choice.posts("check")
    choice.page.keyboard.press("Space")
    expect(choice.stage.get_by_role("radio").first).to_be_focused()
    assert posts == []


def test_a_check_without_network_keeps_the_pick(choice, tolerated):
    tolerated.append("ERR_INTERNET_DISCONNECTED")
    picked = choice.pick(1)
    choice.page.context.set_offline(True)
    choice.page.keyboard.press("Space")
    expect(choice.status).to_have_text("Offline. This card cannot be checked now; your pick is kept.")
    expect(picked).to_be_checked()
    choice.page.context.set_offline(False)
    choice.page.keyboard.press("Space")
    expect(choice.stage.locator(".verdict")).to_be_visible()
    expect(choice.status).to_be_empty()


def test_a_check_after_the_session_ended_leads_to_sign_in(choice, tolerated):
    tolerated.append("status of 401")
    picked = choice.pick(1)
    choice.page.context.clear_cookies(name="sessionid")
    choice.page.keyboard.press("Space")
    expect(choice.status).to_have_text("Sign in to check this card. Your pick is kept.")
    expect(picked).to_be_checked()


def test_a_slow_check_says_so_on_its_button(choice):
    held = choice.hold("check")
    choice.pick(0)
    choice.page.keyboard.press("Space")
    button = choice.stage.get_by_role("button", name="Checking…")
    expect(button).to_have_attribute("aria-busy", "true")
    choice.page.keyboard.press("Space")
    assert len(held) == 1
    held.take().continue_()
    expect(choice.stage.locator(".verdict")).to_be_visible()


@pytest.mark.parametrize(("part", "kind"), [("topic=queues&cram=1", "practice"), ("topic=queues", "review")])
def test_an_undo_keeps_to_the_part_of_the_cards_that_the_visit_is_about(loop, part, kind):
    loop.page.goto(f"/study/?{part}")
    of = loop.position.inner_text().partition(" of ")[2]
    loop.grade()
    loop.expect_sent()
    loop.page.keyboard.press("z")
    loop.shows(ONE, ahead=TWO)
    expect(loop.position).to_have_text(f"1 of {of}")
    loop.grade()
    loop.expect_sent()
    assert [answer.kind for answer in Answer.objects.order_by("id")] == [kind, "undo", kind]


def test_an_undo_keeps_to_the_minutes_of_the_visit(loop):
    loop.page.goto("/study/?minutes=1")
    expect(loop.position).to_have_text("1 of 3")
    loop.grade()
    loop.expect_sent()
    loop.page.keyboard.press("z")
    loop.shows(ONE)
    expect(loop.position).to_have_text("1 of 3")
