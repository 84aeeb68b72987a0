"""What opens beside a card: note, report, passage, and why a card was set aside; in all three layers."""

from __future__ import annotations

from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import Route, expect

from study import remarks
from study.models import CardState, Note, Report
from tests.browser.loop import ONE, THREE, TWO, Loop
from tests.browser.test_study_tools import away, menu, take_back

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
SIZES = ({"width": 1280, "height": 800}, {"width": 320, "height": 640})
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


# --- note, report, passage ------------------------------------------------------------------------


def test_a_note_is_written_beside_the_card_and_stands_under_the_answer(loop):
    loop.reveal()
    loop.page.keyboard.press("n")
    loop.page.get_by_role("textbox", name="Your note").fill("Mind <i>the</i> gap\nand the step")
    loop.page.get_by_role("button", name="Keep note").click()
    expect(loop.status).to_have_text("Note kept.")
    expect(loop.answer.locator(".note")).to_contain_text("Mind <i>the</i> gap")
    expect(loop.answer).to_be_focused()
    assert Note.objects.get().text == "Mind <i>the</i> gap\nand the step"
    loop.open()
    loop.reveal()
    expect(loop.answer.locator(".note")).to_contain_text("and the step")


def test_what_was_typed_is_there_when_the_note_is_closed_or_cannot_be_saved(loop, tolerated):
    tolerated.append("Failed to load resource")
    page, note = loop.page, loop.page.get_by_role("textbox", name="Your note")
    page.keyboard.press("n")
    note.fill("Half a thou")
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    page.keyboard.press("n")
    expect(note).to_have_value("Half a thou")
    page.context.set_offline(True)
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator("#tool [role=alert]")).to_have_text("Offline. Your words are still here; try again.")
    page.context.set_offline(False)
    for status, said in ((401, "Sign in elsewhere first."), (500, "Not saved.")):
        page.route("**/study/note/**", partial(Route.fulfill, status=status, body="No."), times=1)
        page.get_by_role("button", name="Keep note").click()
        expect(page.locator("#tool [role=alert]")).to_contain_text(said)
    expect(note).to_have_value("Half a thou")
    page.get_by_role("button", name="Keep note").click()
    expect(loop.status).to_have_text("Note kept.")
    assert Note.objects.get().text == "Half a thou"


def test_a_report_is_sent_and_the_card_stays(loop):
    loop.page.keyboard.press("r")
    expect(loop.page.get_by_role("radio", name="Wrong")).to_be_focused()
    loop.page.get_by_role("radio", name="Outdated").check()
    loop.page.get_by_role("textbox", name="In your words").fill("Since 18.")
    loop.page.get_by_role("button", name="Send report").click()
    expect(loop.status).to_have_text("Reported. The card will say what came of it.")
    loop.shows(ONE)
    assert list(Report.objects.values_list("reason", "note")) == [("outdated", "Since 18.")]


def test_a_report_that_skips_the_card_shows_the_next_one_with_the_way_back(loop):
    loop.page.keyboard.press("r")
    loop.page.get_by_role("radio", name="Unclear").check()
    loop.page.get_by_role("checkbox", name="Skip this card for today").check()
    loop.page.get_by_role("button", name="Send report").click()
    loop.shows(TWO, ahead=THREE)
    expect(loop.status).to_contain_text("Reported. Buried until tomorrow.")
    expect(loop.position).to_have_text("1 of 4")
    assert away() == {ONE: "buried"}
    take_back(loop).click()
    loop.shows(ONE, ahead=TWO)
    loop.expect_sent()
    assert away() == {}


def test_a_refused_form_says_why_in_the_dialog(loop, tolerated):
    tolerated.append("Failed to load resource")
    loop.page.keyboard.press("r")
    form = loop.page.locator("#tool form")
    form.evaluate("form => { form.noValidate = true; }")
    form.get_by_role("textbox").fill("It is 3.")
    form.get_by_role("button", name="Send report").click()
    expect(form).to_contain_text("Pick one of the four.")
    expect(form.get_by_role("textbox")).to_have_value("It is 3.")
    expect(form.get_by_role("radio", name="Wrong")).to_be_focused()
    assert not Report.objects.exists()


def test_what_came_of_a_report_stands_on_the_card(loop, learner):
    made = remarks.report(user=learner, card=ONE, reason="wrong", now=timezone.now()).report
    remarks.settle(reports=[made], status="fixed", reply="It says 18 now.", now=timezone.now())
    loop.open().reveal()
    expect(loop.answer).to_contain_text("Fixed since you reported it. It says 18 now.")


def test_the_passage_lies_beside_the_card_and_closes_without_leaving(loop):
    loop.page.set_viewport_size({"width": 1280, "height": 800})
    loop.reveal()
    before = loop.stage.locator(".grades").bounding_box()
    loop.page.keyboard.press("s")
    passage = loop.page.locator("#tool")
    expect(passage).to_contain_text("They part what happens now from what may wait.")
    card, beside = loop.stage.locator("article").bounding_box(), passage.bounding_box()
    assert card["x"] + card["width"] <= beside["x"]
    loop.page.keyboard.press("3")
    loop.shows(ONE)
    loop.page.keyboard.press("Escape")
    expect(passage).to_be_hidden()
    assert loop.stage.locator(".grades").bounding_box() == before
    assert loop.page.url.endswith("/study/")


def test_what_cannot_be_opened_is_said_or_leads_to_its_page(loop, tolerated):
    tolerated.append("Failed to load resource")
    loop.reveal()
    loop.page.context.set_offline(True)
    loop.page.keyboard.press("s")
    expect(loop.status).to_have_text("Offline. This cannot be opened now.")
    loop.page.context.set_offline(False)
    loop.page.route("**/passages/**", lambda route: route.fulfill(status=500))
    loop.page.keyboard.press("s")
    loop.page.wait_for_url("**/topics/queues/#why-queues")


# --- set aside ------------------------------------------------------------------------------------


@pytest.fixture
def slipping(learner):
    """The first card has slipped seven times and was known since."""
    CardState.objects.filter(card__ref=ONE).update(lapses=7, repetitions=1, interval=1)


@pytest.fixture
def aside(slipping, loop):
    """The eighth slip, and what is said about it."""
    loop.open().grade("1")
    said = loop.page.locator("#tool")
    expect(said).to_contain_text("“What is sample queues 1?” has slipped 8 times.")
    loop.shows(TWO, ahead=THREE)
    return said


def test_a_card_set_aside_is_explained_over_the_next_one_and_kept_aside(aside, loop):
    loop.page.keyboard.press("Space")
    expect(loop.answer).to_be_hidden()
    aside.get_by_role("link", name="Leave it aside").click()
    expect(aside).to_be_hidden()
    expect(loop.position).to_have_text("2 of 5")
    assert CardState.objects.get(card__ref=ONE).set_aside


def test_keep_studying_brings_it_back_into_the_day(aside, loop):
    aside.get_by_role("button", name="Keep studying").click()
    expect(aside).to_be_hidden()
    loop.expect_sent()
    expect(loop.position).to_have_text("2 of 6")
    assert not CardState.objects.get(card__ref=ONE).set_aside
    for ref in (TWO, THREE, ONE):
        loop.shows(ref)
        loop.grade("4")


def test_its_passage_can_be_read(aside):
    aside.get_by_role("link", name="Read its passage").click()
    expect(aside).to_contain_text("They part what happens now from what may wait.")


def test_words_being_typed_are_not_lost_to_it(slipping, loop):
    held = loop.open().hold()
    loop.grade("1")
    loop.shows(TWO)
    loop.page.keyboard.press("n")
    note = loop.page.get_by_role("textbox", name="Your note")
    note.fill("Half a thou")
    held.take().continue_()
    expect(loop.page.locator("#ahead article")).to_have_attribute("data-ref", THREE)
    expect(note).to_have_value("Half a thou")
    loop.page.keyboard.press("Escape")
    expect(loop.page.locator("#tool")).to_contain_text("has slipped 8 times")


# --- htmx alone, and no scripts -------------------------------------------------------------------


def test_with_htmx_alone_a_note_and_a_report_open_beside_the_card(swapped):
    menu(swapped).get_by_role("link", name="Note").click()
    swapped.page.get_by_role("textbox", name="Your note").fill("Here")
    swapped.page.get_by_role("button", name="Keep note").click()
    expect(swapped.status).to_have_text("Note kept.")
    menu(swapped).get_by_role("link", name="Report").click()
    swapped.page.get_by_role("radio", name="Wrong").check()
    swapped.page.get_by_role("checkbox").check()
    swapped.page.get_by_role("button", name="Send report").click()
    swapped.shows(TWO)
    assert (away(), Report.objects.count(), Note.objects.count()) == ({ONE: "buried"}, 1, 1)


def test_with_htmx_alone_a_card_set_aside_is_explained_above_the_next(slipping, swapped):
    swapped.open()
    swapped.stage.locator("summary").click()
    swapped.stage.get_by_role("button", name="Again").click()
    swapped.shows(TWO)
    said = swapped.page.locator("#set-aside")
    expect(said).to_contain_text("has slipped 8 times")
    said.get_by_role("button", name="Keep studying").click()
    expect(said).to_have_count(0)
    assert not CardState.objects.get(card__ref=ONE).set_aside


def test_without_scripts_note_and_report_are_pages(plain):
    page = plain.page
    menu(plain).get_by_role("link", name="Note").click()
    page.get_by_role("textbox", name="Your note").fill("Here")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator("#main .notice").first).to_have_text("Note kept.")
    menu(plain).get_by_role("link", name="Report").click()
    page.get_by_role("radio", name="Wrong").check()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Send report").click()
    plain.shows(TWO)
    expect(page.locator("#main .notice").first).to_contain_text("Reported. Buried until tomorrow.")
    assert (away(), Report.objects.count(), Note.objects.count()) == ({ONE: "buried"}, 1, 1)


def test_without_scripts_the_passage_is_the_lesson(plain):
    plain.stage.locator("summary").click()
    plain.stage.get_by_role("link", name="Read the passage").click()
    plain.page.wait_for_url("**/topics/queues/#why-queues")


def test_without_scripts_a_card_set_aside_is_explained_above_the_next(slipping, plain):
    plain.open()
    plain.stage.locator("summary").click()
    plain.stage.get_by_role("button", name="Again").click()
    said = plain.page.locator("#set-aside")
    expect(said).to_contain_text("has slipped 8 times")
    said.get_by_role("link", name="Leave it aside").click()
    plain.shows(TWO)
    expect(said).to_have_count(0)


# --- looks ----------------------------------------------------------------------------------------


@SCHEMES
def test_the_tools_hold_the_rules(open_context, learner, sign_in, axe, scheme):
    page = open_context(bypass_csp=True, color_scheme=scheme).new_page()
    sign_in(page, learner)
    remarks.keep_note(user=learner, card=ONE, text="Mind the gap", now=timezone.now())
    loop = Loop(page).open()
    loop.reveal()
    tool = page.locator("#tool")
    for size in SIZES:
        page.set_viewport_size(size)
        menu(loop)
        axe(page)
        page.keyboard.press("Escape")
        for key in ("n", "r", "s"):
            page.keyboard.press(key)
            expect(tool).to_be_visible()
            axe(page)
            box = tool.bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= size["height"]
            page.keyboard.press("Escape")
            expect(tool).to_be_hidden()
        assert page.evaluate(OVERHANG) <= 0
    page.keyboard.press("b")
    expect(take_back(loop)).to_be_visible()
    axe(page)


@SCHEMES
def test_a_card_that_is_explained_and_the_pages_without_scripts_hold_them(
    slipping, open_context, learner, sign_in, axe, scheme
):
    page = open_context(bypass_csp=True, color_scheme=scheme).new_page()
    sign_in(page, learner)
    Loop(page).open().grade("1")
    expect(page.locator("#tool")).to_contain_text("has slipped 8 times")
    for size in SIZES:
        page.set_viewport_size(size)
        axe(page)
    for path in (f"/study/note/{TWO}/", f"/study/report/{TWO}/"):
        page.goto(path)
        axe(page)
        assert page.evaluate(OVERHANG) <= 0


def test_the_admin_works_under_our_policy(page, make_user, learner, sign_in):
    remarks.report(user=learner, card=ONE, reason="wrong", now=timezone.now())
    sign_in(page, make_user("staff@example.org", is_staff=True, is_superuser=True))
    page.goto("/admin/study/report/?status__exact=open")
    page.get_by_role("checkbox", name="Select this object").check()
    page.get_by_role("combobox", name="Action").select_option(label="Mark fixed")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()
    expect(page.locator(".messagelist")).to_contain_text("1 settled.")
    assert Report.objects.get().status == "fixed"
