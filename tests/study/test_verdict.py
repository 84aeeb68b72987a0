"""What a response is worth, kind by kind, and which form it must have."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.models import Card, Kind
from curriculum.services import load
from study import verdict
from study.verdict import NEAR, RIGHT, WRONG, is_response, judge

ROOT = Path(__file__).resolve().parents[2]
CHOICES = {"choices": [{"correct": True}, {"correct": False}, {"correct": True}, {"correct": False}]}
ONE = {"choices": [{"correct": False}, {"correct": True}]}
STEPS = {"steps": ["a", "b", "c"]}


@pytest.mark.parametrize(("response", "grade"), [("1", RIGHT), ("0", WRONG)])
def test_of_one_choice_the_right_one_is_right(response, grade):
    assert judge("choice", ONE, response) == grade


@pytest.mark.parametrize(
    ("response", "grade"),
    [(["0", "2"], RIGHT), (["2", "0"], RIGHT), (["0"], WRONG), (["0", "1", "2"], WRONG), ([], WRONG)],
)
def test_several_choices_are_all_or_nothing(response, grade):
    assert judge("choices", CHOICES, response) == grade


@pytest.mark.parametrize(("response", "grade"), [(["0", "1", "2"], RIGHT), (["1", "0", "2"], WRONG)])
def test_an_order_is_right_when_every_step_has_its_place(response, grade):
    assert judge("order", STEPS, response) == grade


@pytest.mark.parametrize(("response", "grade"), [("2", RIGHT), ("3", WRONG)])
def test_the_faulty_line_is_counted_from_1_by_authors_and_from_0_by_the_response(response, grade):
    assert judge("bug", {"line": 3}, response) == grade


@pytest.mark.parametrize(
    ("said", "accept", "grade"),
    [
        ("idempotent", ["idempotent"], RIGHT),
        ("  Idempotent ", ["idempotent"], RIGHT),
        ("two  phase\tcommit", ["two phase commit"], RIGHT),
        ("ｉdempotent", ["idempotent"], RIGHT),
        ("idempotant", ["idempotent"], NEAR),
        ("important", ["idempotent"], WRONG),
        ("405", ["404"], WRONG),
        ("4040", ["404"], WRONG),
        ("13 ms", ["12 ms"], WRONG),
        ("max_ages", ["max_age"], WRONG),
        ("SIGTERN", ["SIGTERM"], WRONG),
        ("O(n²)", ["O(n)"], WRONG),
        ("head of line blocking", ["head-of-line blocking"], NEAR),
        ("hol blocking", ["head-of-line blocking", "HOL blocking"], RIGHT),
        ("", ["x"], WRONG),
        ("about 250 ms", ["240", "240 ms", "about 240", "about 240 ms"], WRONG),
        ("abuot 240 ms", ["240 ms", "about 240 ms"], NEAR),
        ("404 Not Modified", ["304", "304 Not Modified", "Not Modified"], WRONG),
        ("304 Not Modifed", ["304", "304 Not Modified"], NEAR),
        ("skip locks", ["SKIP LOCKED", "FOR UPDATE SKIP LOCKED"], WRONG),
        ("25 days", ["15", "15 days", "in 15 days"], WRONG),
        ("15 day", ["15", "15 days"], NEAR),
        ("fourteen days", ["fifteen days"], WRONG),
        ("third normal form", ["second normal form"], WRONG),
        ("if-watch", ["If-Match"], WRONG),
        ("the max_ages field", ["the max_age field"], WRONG),
        ("the max_age feild", ["the max_age field"], NEAR),
        ("12 m", ["12 ms"], WRONG),
        ("about 5", ["about -5"], WRONG),
    ],
)
def test_a_typed_answer_is_right_in_any_case_and_near_unless_it_is_a_number_or_a_name(said, accept, grade):
    assert judge("short", {"accept": accept}, said) == grade


NUMBERS = st.integers(0, 10**6) | st.decimals(0, 1000, places=1)
AROUND = ("{}", "{} ms", "about {} ms", "in {} days", "{} requests a second", "{} Not Modified", "{} %", "O({})")


@given(NUMBERS, NUMBERS, st.sampled_from(AROUND), st.sampled_from(AROUND))
def test_another_number_is_never_near(number, other, around, said):
    if number != other:
        assert judge("short", {"accept": [around.format(number)]}, said.format(other)) == WRONG


@given(NUMBERS, st.sampled_from(["ms", "days", "%", "GB"]), st.booleans())
def test_a_number_and_its_unit_are_right_with_and_without_a_space(number, unit, spaced):
    texts = [f"about {number} {unit}", f"about {number}{unit}"]
    accept, said = texts if spaced else texts[::-1]
    assert judge("short", {"accept": [accept]}, said) == RIGHT


def shipped():
    """What every short card of the curriculum accepts, by file and id."""
    for path in sorted(ROOT.glob("content/topics/*/cards.toml")):
        for card in tomllib.loads(path.read_text())["cards"]:
            if card["kind"] == "short":
                yield f"{path.parent.name}/{card['id']}", card["accept"]


def test_no_text_that_a_shipped_card_accepts_is_near_for_another_number():
    cards = dict(shipped())
    assert len(cards) > 30
    for ref, accept in cards.items():
        others = {text for other, texts in cards.items() if other != ref for text in texts}
        changed = {
            text.replace(old, new) for text in accept for old, new in zip("0123456789", "1234567890", strict=True)
        }
        for said in (others | changed) - {*accept}:
            assert judge("short", {"accept": accept}, said) != NEAR, (ref, said)


def test_an_output_is_never_a_near_miss():
    assert judge("output", {"accept": ["one two three four"]}, "one two three fours") == WRONG
    assert judge("output", {"accept": ["[1, 2]"]}, "[1,  2]") == RIGHT


@pytest.mark.parametrize(
    ("kind", "parts", "good", "bad"),
    [
        ("choice", 3, ["0", "2"], ["3", "", "x", ["0"], 1, None]),
        ("bug", 2, ["0", "1"], ["2", "-1"]),
        ("choices", 3, [[], ["0"], ["2", "0"]], [["0", "0"], ["3"], "0"]),
        ("order", 3, [["2", "0", "1"]], [["0", "1"], ["0", "0", "1"], ["0", "1", "3"], "012"]),
        ("short", 0, ["anything", ""], [["a"], 3, None]),
        ("scenario", 0, ["a long answer", ["ticked"]], []),
        ("basic", 0, ["typed"], []),
    ],
)
def test_each_kind_asks_for_its_own_form_of_response(kind, parts, good, bad):
    assert [is_response(kind, parts, response) for response in good] == [True] * len(good)
    assert [is_response(kind, parts, response) for response in bad] == [False] * len(bad)


@pytest.mark.django_db
def test_every_faulty_line_of_the_curriculum_can_be_picked(settings):
    load(settings.CONTENT)
    for card in Card.objects.filter(kind=Kind.BUG):
        lines = verdict.lines_of(card.prompt_html)
        assert card.data["line"] <= len(lines), card.ref
        assert all(line.count("<span") == line.count("</span>") for line in lines), card.ref
