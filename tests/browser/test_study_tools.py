"""Bury and suspend in the browser, and the menu of a card's tools; with study.js, htmx alone and neither."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from study import standing
from study.models import Answer, CardState
from tests.browser.loop import FIVE, FOUR, ONE, THREE, TWO

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SMALLEST = 24  # pixels of a target


def away():
    """What the only learner has put away: ref to which way."""
    rows = CardState.objects.order_by("card").values_list("card__ref", "suspended", "buried_until")
    return {ref: "suspended" if suspended else "buried" for ref, suspended, until in rows if suspended or until}


def menu(loop):
    loop.page.get_by_role("button", name="Tools for this card").click()
    return loop.page.get_by_role("group", name="Tools for this card")


def take_back(loop):
    return loop.page.get_by_role("button", name="Take back")


# --- put away, with study.js ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "path", "way", "said"),
    [("b", "bury", "buried", "Buried until tomorrow."), ("x", "suspend", "suspended", "Suspended.")],
)
def test_a_key_puts_the_card_away_while_the_post_is_on_its_way(loop, key, path, way, said):
    held = loop.hold(path)
    loop.page.keyboard.press(key)
    loop.shows(TWO)
    expect(loop.status).to_contain_text(said)
    expect(loop.position).to_have_text("1 of 4")
    expect(loop.stage.locator("summary")).to_be_focused()
    assert away() == {}
    held.take().continue_()
    loop.shows(TWO, ahead=THREE)
    expect(loop.position).to_have_text("1 of 4")
    assert away() == {ONE: way}


def test_taken_back_it_is_in_front_at_once_and_asked_as_before(loop):
    loop.page.keyboard.press("b")
    loop.shows(TWO, ahead=THREE)
    held = loop.hold("restore")
    take_back(loop).click()
    loop.shows(ONE, ahead=TWO)
    expect(loop.position).to_have_text("1 of 5")
    expect(loop.status).to_be_empty()
    held.take().continue_()
    loop.expect_sent()
    assert away() == {}
    loop.grade()
    loop.expect_sent()
    assert list(Answer.objects.values_list("card__ref", "kind")) == [(ONE, "review")]


def test_the_way_back_goes_with_the_next_grade(loop):
    loop.page.keyboard.press("x")
    loop.shows(TWO, ahead=THREE)
    loop.grade()
    loop.shows(THREE)
    expect(take_back(loop)).to_have_count(0)


def test_offline_it_goes_on_and_is_sent_later(loop, tolerated):
    tolerated.append("Failed to load resource")
    loop.page.context.set_offline(True)
    loop.page.keyboard.press("b")
    loop.shows(TWO)
    expect(loop.status).to_contain_text("Offline. 1 change is kept here and will be sent. Buried until tomorrow.")
    loop.grade()
    expect(loop.status).to_have_text("Offline. 1 grade is kept here and will be sent.")
    loop.page.context.set_offline(False)
    loop.shows(THREE, ahead=FOUR)
    loop.expect_sent()
    assert away() == {ONE: "buried"}
    assert list(Answer.objects.values_list("card__ref", flat=True)) == [TWO]


def test_what_was_never_sent_is_taken_back_in_the_page(loop, tolerated):
    tolerated.append("Failed to load resource")
    loop.page.context.set_offline(True)
    posts = loop.posts("restore")
    loop.page.keyboard.press("b")
    expect(loop.status).to_contain_text("Offline.")
    take_back(loop).click()
    loop.shows(ONE)
    expect(loop.position).to_have_text("1 of 5")
    loop.page.context.set_offline(False)
    loop.grade()
    loop.shows(TWO, ahead=THREE)
    assert (posts, away()) == ([], {})


def test_a_reloaded_page_does_not_show_what_was_put_away_and_not_sent(loop, tolerated):
    tolerated.append("Failed to load resource")
    loop.refuse(503, where="suspend")
    loop.page.keyboard.press("x")
    loop.shows(TWO)
    expect(loop.status).to_contain_text("Not saved yet.")
    loop.open()
    loop.shows(TWO)
    loop.page.unroute_all()
    loop.open()
    loop.expect_sent()
    assert away() == {ONE: "suspended"}


def test_the_last_card_put_away_leads_to_the_summary_with_the_way_back(loop):
    page = loop.page
    for ref in (ONE, TWO, THREE, FOUR, FIVE):
        loop.shows(ref)
        page.keyboard.press("x")
    page.wait_for_url("**/study/done/")
    expect(page.locator("#main .notice")).to_contain_text("Suspended.")
    take_back(loop).click()
    loop.shows(FIVE)
    assert FIVE not in away()


def test_counters_and_undo_are_those_of_the_answers(loop):
    loop.grade("1")
    loop.shows(TWO, ahead=THREE)
    loop.page.keyboard.press("b")
    loop.shows(THREE)
    expect(loop.position).to_have_text("2 of 5")
    expect(loop.undo).to_contain_text("Undo Again")
    loop.undo.click()
    loop.shows(ONE)
    expect(loop.position).to_have_text("1 of 4")
    loop.expect_sent()
    assert away() == {TWO: "buried"}


# --- the menu -------------------------------------------------------------------------------------


def test_every_key_has_its_place_in_the_menu(loop):
    found = menu(loop)
    expect(found).to_be_visible()
    for name, key in (("Bury until tomorrow", "B"), ("Suspend", "X"), ("Note", "N"), ("Report", "R")):
        control = found.get_by_text(name, exact=False)
        expect(control).to_have_attribute("aria-keyshortcuts", key)
        assert control.bounding_box()["height"] >= SMALLEST
    loop.page.keyboard.press("Escape")
    expect(found).to_be_hidden()
    assert loop.page.url.endswith("/study/")


def test_the_menu_follows_the_card_in_front(loop):
    loop.grade()
    loop.shows(TWO)
    found = menu(loop)
    for name in ("Note", "Report"):
        expect(found.get_by_role("link", name=name)).to_have_attribute("href", re.compile(f"/{TWO}/$"))
    found.get_by_role("button", name="Suspend").click()
    loop.shows(THREE)
    expect(found).to_be_hidden()
    loop.expect_sent()
    assert away() == {TWO: "suspended"}


def test_with_htmx_alone_the_menu_follows_the_card_in_front(swapped):
    swapped.stage.locator("summary").click()
    swapped.stage.get_by_role("button", name="Good").click()
    swapped.shows(TWO)
    menu(swapped).get_by_role("button", name="Bury").click()
    swapped.shows(THREE)
    assert away() == {TWO: "buried"}


def test_the_menu_is_walked_with_the_keyboard(loop):
    loop.page.get_by_role("button", name="Tools for this card").focus()
    loop.page.keyboard.press("Enter")
    loop.page.keyboard.press("Tab")
    expect(loop.page.locator(":focus")).to_contain_text("Bury until tomorrow")
    loop.page.keyboard.press("Tab")
    loop.page.keyboard.press("Space")
    loop.shows(TWO, ahead=THREE)
    assert away() == {ONE: "suspended"}


def test_keys_work_while_it_is_open_and_never_inside_a_field(loop):
    menu(loop)
    loop.page.keyboard.press("n")
    note = loop.page.get_by_role("textbox", name="Your note")
    expect(note).to_be_focused()
    loop.page.keyboard.type("bxnrs 3?")
    expect(note).to_have_value("bxnrs 3?")
    loop.shows(ONE)


@pytest.mark.parametrize("key", ["Control+b", "Alt+x", "Meta+n"])
def test_keys_with_a_modifier_are_the_browsers(loop, key):
    loop.page.keyboard.press(key)
    loop.reveal()
    loop.shows(ONE)
    assert (loop.unsent(), away()) == ([], {})


def test_switched_off_keys_do_nothing(loop, learner):
    learner.keys = False
    learner.save()
    loop.open()
    for key in ("b", "x", "n", "r"):
        loop.page.keyboard.press(key)
    loop.reveal()
    loop.shows(ONE)
    expect(loop.page.locator("#tool")).to_be_hidden()


def test_the_list_of_keys_names_them(loop):
    loop.page.keyboard.press("?")
    listed = loop.page.locator("#keys")
    expect(listed).to_contain_text("Bury until tomorrow, suspend")
    expect(listed).to_contain_text("Note, report this card")


# --- htmx alone, and no scripts -------------------------------------------------------------------


@pytest.mark.parametrize(("name", "way"), [("Bury until tomorrow", "buried"), ("Suspend", "suspended")])
def test_with_htmx_alone_the_card_is_swapped_and_taken_back(swapped, name, way):
    swapped.page.evaluate("window.same = true")
    menu(swapped).get_by_role("button", name=name).click()
    swapped.shows(TWO)
    assert away() == {ONE: way}
    take_back(swapped).click()
    swapped.shows(ONE)
    expect(take_back(swapped)).to_have_count(0)
    assert swapped.page.evaluate("window.same")
    assert away() == {}


@pytest.mark.parametrize(("name", "way"), [("Bury until tomorrow", "buried"), ("Suspend", "suspended")])
def test_without_scripts_the_menu_and_its_forms_work(plain, name, way):
    menu(plain).get_by_role("button", name=name).click()
    plain.shows(TWO)
    assert away() == {ONE: way}
    take_back(plain).click()
    plain.shows(ONE)
    assert away() == {}


# --- on the page of the topic --------------------------------------------------------------------


def test_a_card_of_the_topic_can_be_taken_back_on_its_page(page, learner, sign_in):
    for verb, ref in ((standing.suspend, ONE), (standing.bury, TWO)):
        verb(user=learner, card=ref, now=timezone.now())
    sign_in(page, learner)
    page.goto("/topics/queues/")
    cards = page.locator("section:has(#cards)")
    expect(cards).to_contain_text("Suspended")
    expect(cards).to_contain_text("Buried until tomorrow")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    cards.get_by_role("button", name="Take back").first.click()
    expect(cards.get_by_role("button", name="Take back")).to_have_count(1)
    assert away() == {TWO: "buried"}
