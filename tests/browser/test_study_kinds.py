"""Every kind that asks for a response, with scripts: the keyboard alone, the verdict, the grade, and axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from curriculum.models import Card
from study.models import Answer
from tests.browser.loop import ONE, TWO, Loop
from tests.study.test_kinds import KINDS, SCENARIO

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = ({"width": 1280, "height": 800}, {"width": 320, "height": 640})
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def becomes(kind, ref=ONE, **sides):
    """A card, the first of the queue if not said, becomes one of that kind."""
    fields = {"prompt_html": f"The question of {kind}?", "answer_html": "", "why_html": "Why.", **sides}
    Card.objects.filter(ref=ref).update(kind=kind, **fields)


def pick_choices(loop: Loop) -> None:
    boxes = loop.stage.get_by_role("checkbox")
    for name in ("One", "Three"):
        loop.stage.get_by_label(name, exact=True).focus()
        loop.page.keyboard.press("Space")
    expect(boxes.nth(0).or_(boxes.nth(1)).first).to_be_visible()
    loop.page.keyboard.press("Enter")


def put_in_order(loop: Loop) -> None:
    for place, step in enumerate(("First", "Second", "Third"), start=1):
        loop.stage.locator("label.step", has_text=step).locator("select").select_option(label=str(place))
    loop.stage.get_by_role("button", name="Check").press("Enter")


def type_in(text):
    def act(loop: Loop) -> None:
        expect(loop.stage.get_by_role("textbox")).to_be_focused()
        loop.page.keyboard.type(text)
        loop.page.keyboard.press("Enter")

    return act


def pick_line(loop: Loop) -> None:
    loop.stage.get_by_role("radio").nth(2).focus()
    loop.page.keyboard.press("Space")
    loop.page.keyboard.press("Space")


ACTS = {
    "choices": (pick_choices, "Right.", ["0", "2"], 4),
    "order": (put_in_order, "Right.", ["0", "1", "2"], 4),
    "short": (type_in("idempotant"), "Almost", "idempotant", 2),
    "output": (type_in("[1, 3]"), "Not right.", "[1, 3]", 1),
    "bug": (pick_line, "Right.", "2", 4),
}


@pytest.mark.parametrize("kind", ACTS)
def test_by_keyboard_it_is_checked_and_space_confirms_the_grade_it_stands_for(loop, kind):
    act, said, kept, grade = ACTS[kind]
    becomes(kind, **KINDS[kind][0])
    loop.open()
    act(loop)
    expect(loop.answer).to_contain_text(said)
    loop.pass_time()
    loop.page.keyboard.press("Space")
    loop.shows(TWO)
    loop.expect_sent()
    row = Answer.objects.get()
    assert (row.grade, row.response) == (grade, kept)


def choose(*names):
    return lambda stage: [stage.get_by_label(name, exact=True).check() for name in names]


def number_steps(stage):
    for place, step in enumerate(("First", "Second", "Third"), start=1):
        stage.locator("label.step", has_text=step).locator("select").select_option(label=str(place))


PLAINLY = {
    "choices": choose("One", "Three"),
    "order": number_steps,
    "short": lambda stage: stage.get_by_role("textbox").fill("idempotant"),
    "output": lambda stage: stage.get_by_role("textbox").fill("[1, 3]"),
    "bug": lambda stage: stage.get_by_role("radio").nth(2).check(),
}


@pytest.mark.parametrize("kind", PLAINLY)
def test_without_scripts_it_is_checked_graded_and_kept(plain, kind):
    _, said, kept, _ = ACTS[kind]
    becomes(kind, **KINDS[kind][0])
    plain.open()
    PLAINLY[kind](plain.stage)
    plain.stage.get_by_role("button", name="Check").click()
    expect(plain.answer).to_contain_text(said)
    plain.stage.get_by_role("button", name="Good").click()
    plain.shows(TWO)
    assert Answer.objects.values_list("grade", "response").get() == (4, kept)


@pytest.mark.parametrize(
    ("kind", "sides", "words"),
    [("reversed", {"answer_html": "A term"}, None), ("scenario", SCENARIO, "Lock the row.")],
)
def test_without_scripts_it_is_revealed_and_graded(plain, kind, sides, words):
    becomes(kind, **sides)
    plain.open()
    if words:
        plain.stage.get_by_role("textbox").fill(words)
    plain.stage.get_by_text("Show answer").click()
    expect(plain.answer).to_be_visible()
    plain.stage.get_by_role("button", name="Easy").click()
    plain.shows(TWO)
    assert Answer.objects.values_list("grade", "response").get() == (5, words)


def test_a_step_that_takes_a_place_gives_its_own_away(loop):
    becomes("order", **KINDS["order"][0])
    loop.open()
    selects = loop.stage.locator("select")
    selects.nth(0).select_option(label="3")
    places = [selects.nth(number).locator("option:checked").inner_text() for number in range(3)]
    assert sorted(places) == ["1", "2", "3"]
    assert places[0] == "3"


@pytest.mark.parametrize("key", ["4", "b", "x"])
def test_the_key_that_brings_a_card_is_not_typed_into_its_field(loop, key):
    becomes("short", TWO, **KINDS["short"][0])
    loop.open()
    if key == "4":
        loop.reveal()
    loop.page.keyboard.press(key)
    loop.shows(TWO)
    expect(loop.stage.get_by_role("textbox")).to_be_focused()
    expect(loop.stage.get_by_role("textbox")).to_have_value("")


def test_the_key_that_brings_an_order_moves_none_of_its_steps(loop):
    becomes("order", TWO, **KINDS["order"][0])
    loop.open()
    loop.grade("3")
    loop.shows(TWO)
    chosen = loop.stage.locator("option:checked").all_inner_texts()
    assert chosen == sorted(chosen)


def test_checked_code_stands_where_it_stood_with_a_mark_on_the_faulty_line(loop):
    becomes("bug", **KINDS["bug"][0])
    loop.open()
    line = loop.stage.locator(".line code").first
    before = line.bounding_box()
    loop.stage.get_by_role("radio").nth(0).check()
    loop.page.keyboard.press("Space")
    expect(loop.stage.locator(".line.right")).to_contain_text("The faulty line")
    expect(loop.stage.locator(".line.wrong")).to_contain_text("Your pick")
    expect(loop.stage.locator(".line .mark svg")).to_have_count(2)
    after = line.bounding_box()
    assert (after["x"], after["y"]) == (before["x"], before["y"])


def test_ticks_of_a_scenario_suggest_the_grade_and_the_words_are_kept(loop):
    becomes("scenario", **SCENARIO)
    loop.open()
    loop.stage.get_by_role("textbox").fill("Lock the row. Then retry.")
    loop.stage.get_by_text("Show answer").click()
    boxes = loop.stage.get_by_role("checkbox")
    suggested = loop.stage.locator(".grades .suggested")
    expect(suggested).to_contain_text("Again")
    boxes.nth(0).check()
    expect(suggested).to_contain_text("Again")
    boxes.nth(1).check()
    expect(suggested).to_contain_text("Hard")
    boxes.nth(2).check()
    expect(suggested).to_contain_text("Easy")
    loop.pass_time()
    suggested.click()
    loop.shows(TWO)
    loop.expect_sent()
    row = Answer.objects.get()
    assert (row.grade, row.response) == (5, "Lock the row. Then retry.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_question_and_answer_of_every_kind_hold_the_rules(open_context, learner, sign_in, axe, scheme):
    page = open_context(bypass_csp=True, color_scheme=scheme).new_page()
    sign_in(page, learner)
    loop = Loop(page)
    for kind, (act, said, *_) in ACTS.items():
        becomes(kind, **KINDS[kind][0])
        loop.open()
        for checked in (False, True):
            if checked:
                act(loop)
                expect(loop.answer).to_contain_text(said)
            for size in SIZES:
                page.set_viewport_size(size)
                axe(page)
            assert page.evaluate(OVERHANG) <= 0
    becomes("scenario", **SCENARIO)
    loop.open()
    axe(page)
    loop.stage.get_by_text("Show answer").click()
    expect(loop.answer).to_be_visible()
    axe(page)
