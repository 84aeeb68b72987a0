"""SM-2 on integers: the published vectors, and what holds for every history."""

from __future__ import annotations

import json
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.sm2 import EASE_FLOOR, INTERVAL_CEILING, START, State, review

VECTORS = json.loads((Path(__file__).parent / "sm2_vectors.json").read_text())["vectors"]
grades = st.integers(0, 5)
histories = st.lists(grades, max_size=40)
states = st.builds(State, st.integers(0, 60), st.integers(EASE_FLOOR, 900), st.integers(0, INTERVAL_CEILING))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_every_published_vector_holds(vector):
    state = START
    for grade, after in zip(vector["grades"], vector["after"], strict=True):
        state = review(state, grade)
        assert state._asdict() == after


@given(states, grades)
def test_it_is_total_and_keeps_to_its_bounds(state, grade):
    after = review(state, grade)
    assert after.ease >= EASE_FLOOR
    assert 1 <= max(after.interval, 1) <= INTERVAL_CEILING
    assert after.repetitions == (state.repetitions + 1 if grade >= 3 else 0)


@given(states)
def test_a_better_grade_never_gives_a_shorter_interval_or_a_lower_ease(state):
    outcomes = [review(state, grade) for grade in range(3, 6)]
    assert sorted(outcome.ease for outcome in outcomes) == [outcome.ease for outcome in outcomes]
    assert sorted(outcome.interval for outcome in outcomes) == [outcome.interval for outcome in outcomes]


@given(histories, histories)
def test_folding_one_by_one_equals_folding_at_once(first, second):
    resumed = reduce(review, second, reduce(review, first, START))
    assert resumed == reduce(review, first + second, START)


@given(histories, st.integers(0, 2))
def test_a_missed_card_comes_back_tomorrow_with_its_ease_untouched(history, grade):
    before = reduce(review, history, START)
    assert review(before, grade) == State(0, before.ease, 1)


@given(st.integers(2, 30), st.integers(EASE_FLOOR, 400), st.integers(6, 30_000))
def test_an_interval_is_the_exact_product_rounded_up(repetitions, ease, interval):
    after = review(State(repetitions, ease, interval), 4)
    assert 0 <= after.interval * 100 - interval * ease < 100


@pytest.mark.parametrize("grade", [-1, 6, 100])
def test_a_grade_outside_0_to_5_is_a_value_error(grade):
    with pytest.raises(ValueError, match="0 to 5"):
        review(START, grade)


@pytest.mark.parametrize("grade", [True, False, 4.0, "4", None])
def test_what_is_not_a_whole_number_is_a_type_error(grade):
    with pytest.raises(TypeError, match="whole number"):
        review(START, grade)
