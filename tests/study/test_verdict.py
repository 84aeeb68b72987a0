"""What a response is worth, kind by kind, and which form it must have."""

from __future__ import annotations

import pytest

from curriculum.models import Card, Kind
from curriculum.services import load
from study import verdict
from study.verdict import NEAR, RIGHT, WRONG, is_response, judge

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
    ],
)
def test_a_typed_answer_is_right_in_any_case_and_near_unless_it_is_a_number_or_a_name(said, accept, grade):
    assert judge("short", {"accept": accept}, said) == grade


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
