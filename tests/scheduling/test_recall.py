"""The chance to recall: FSRS-6 over study days, against the package fed whole histories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import pairwise

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given
from hypothesis import strategies as st

from scheduling import recall
from scheduling.calendar import study_day
from scheduling.recall import Trace, after, retrievability

PACKAGE = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
RATINGS = {0: Rating.Again, 1: Rating.Again, 2: Rating.Again, 3: Rating.Hard, 4: Rating.Good, 5: Rating.Easy}
MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)

grades = st.integers(0, 5)
gaps = st.integers(0, 2_000)
histories = st.lists(st.tuples(gaps, grades), min_size=1, max_size=30)
traces = st.builds(Trace, st.floats(0.001, 36_500), st.floats(1, 10))


def fold(history, trace=None):
    return reduce(lambda trace, review: after(trace, *review), history, trace)


def by_the_package(history, start=MIDNIGHT):
    card, reviewed_at = Card(card_id=7, due=start), start
    for number, (days, grade) in enumerate(history):
        reviewed_at += timedelta(days=days if number else 0)
        card, _ = PACKAGE.review_card(card, RATINGS[grade], reviewed_at)
    return card


@given(histories)
def test_the_memory_is_the_packages_own_after_a_whole_history(history):
    card = by_the_package(history)
    assert fold(history) == Trace(card.stability, card.difficulty)


@given(histories, gaps)
def test_the_chance_to_recall_is_the_packages_own(history, days):
    card = by_the_package(history)
    then = card.last_review + timedelta(days=days)
    assert retrievability(card.stability, days) == PACKAGE.get_card_retrievability(card, then)


@given(histories, st.integers(0, 60_000))
def test_the_first_midnight_makes_no_difference(history, days):
    shifted = by_the_package(history, datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days))
    assert fold(history) == Trace(shifted.stability, shifted.difficulty)


@given(histories, histories)
def test_folding_in_two_parts_is_folding_at_once(earlier, later):
    assert fold(later, fold(earlier)) == fold(earlier + later)


@given(traces, gaps, grades)
def test_a_memory_keeps_to_its_bounds(trace, days, grade):
    reviewed = after(trace, days, grade)
    assert reviewed.stability >= 0.001
    assert 1 <= reviewed.difficulty <= 10


@given(traces, gaps)
def test_the_three_lowest_grades_are_one_and_a_better_one_never_leaves_less(trace, days):
    zero, one, two, *passed = (after(trace, days, grade) for grade in range(6))
    assert zero == one == two
    assert all(worse.difficulty >= better.difficulty for worse, better in pairwise([two, *passed]))
    assert all(worse.stability <= better.stability for worse, better in pairwise(passed))


def test_each_passing_grade_is_a_rating_of_its_own():
    assert len({after(None, 0, grade) for grade in range(2, 6)}) == 4


@pytest.mark.parametrize("grade", [-1, 6, 100])
def test_any_other_grade_is_refused(grade):
    with pytest.raises(ValueError, match="from 0 to 5"):
        after(None, 0, grade)


@pytest.mark.parametrize("grade", [True, 3.0, "4", None])
def test_what_is_no_whole_number_is_refused(grade):
    with pytest.raises(TypeError, match="from 0 to 5"):
        after(Trace(2.0, 5.0), 1, grade)


@pytest.mark.parametrize("hours", [22, 24])
def test_answers_22_and_24_hours_apart_over_one_rollover_give_the_same_memory(hours):
    first = datetime(2026, 3, 2, 20, tzinfo=UTC)
    days = (study_day(first + timedelta(hours=hours), "UTC", 4) - study_day(first, "UTC", 4)).days
    assert fold([(0, 4), (days, 4)]) == fold([(0, 4), (1, 4)]) != fold([(0, 4), (0, 4)])


def test_the_package_alone_would_tell_22_hours_from_24():
    card = by_the_package([(0, 4)])
    clocked = [PACKAGE.review_card(card, Rating.Good, MIDNIGHT + timedelta(hours=hours))[0] for hours in (22, 24)]
    assert clocked[0].stability != clocked[1].stability


@given(histories)
def test_days_before_the_first_review_say_nothing(history):
    (_, grade), *later = history
    assert fold(history) == fold([(0, grade), *later])


@given(traces, st.integers(-400, 0), grades)
def test_a_day_that_lies_behind_counts_as_the_same(trace, days, grade):
    assert after(trace, days, grade) == after(trace, 0, grade)
    assert retrievability(trace.stability, days) == retrievability(trace.stability, 0) == 1.0


@given(traces, gaps, gaps)
def test_recall_falls_from_day_to_day(trace, days, more):
    sooner, later = retrievability(trace.stability, days), retrievability(trace.stability, days + more)
    assert 0 < later <= sooner <= 1
    assert later < sooner or not more or trace.stability > 1_000


@given(st.integers(1, 36_500))
def test_after_as_many_days_as_its_stability_nine_cards_of_ten_are_recalled(days):
    assert retrievability(days, days) == pytest.approx(0.9, abs=1e-12)


def test_decay_and_factor_are_the_published_ones():
    assert recall.DECAY == -0.1542
    assert pytest.approx(0.9803, abs=1e-4) == recall.FACTOR
    assert retrievability(10.0, 25) == (1 + recall.FACTOR * 25 / 10.0) ** recall.DECAY


def test_a_first_good_answer_is_known():
    assert after(None, 0, 4).stability == 2.3065
    assert after(None, 0, 4).difficulty == pytest.approx(2.1181, abs=1e-4)
