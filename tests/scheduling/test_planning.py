"""The plan of a day: what fits, in which order, which topics are open, when nothing waits any more."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scheduling import planning
from scheduling.planning import NewCard, Review, Step

DAY = date(2026, 3, 2)
reviews = st.lists(
    st.builds(Review, st.integers(1, 10_000), st.integers(1, 6), st.integers(1, 400)),
    unique_by=lambda review: review.card,
)


def sixty(day: date, waiting: int) -> int:
    return 60


@given(reviews)
def test_interleaving_keeps_every_card_and_never_bunches_a_topic(due):
    spread = planning.interleaved(due)
    assert sorted(spread) == sorted(due)
    for topic in {review.topic for review in due}:
        places = [number for number, review in enumerate(spread) if review.topic == topic]
        share = len(due) / len(places)
        gaps = [after - before for before, after in pairwise(places)]
        assert all(gap <= 2 * share + len({review.topic for review in due}) for gap in gaps)


def test_two_topics_of_equal_size_alternate():
    due = [Review(card, topic, 6) for topic in (1, 2) for card in range(topic * 10, topic * 10 + 3)]
    assert [review.topic for review in planning.interleaved(due)] == [1, 2, 1, 2, 1, 2]


def test_places_lie_far_enough_apart_for_a_drill_to_fit_between():
    assert planning.places([7, 5, 9]) == {7: 10, 5: 20, 9: 30}
    assert planning.DRILL_SHIFT % planning.STEP != 0


def test_new_cards_come_topic_by_topic_in_track_order():
    steps = [Step(1, [11, 12]), Step(2, [21, 22])]
    assert planning.new_cards(steps, {}, set(), 3) == [NewCard(11, 1), NewCard(12, 1), NewCard(21, 2)]


def test_a_topic_waits_for_its_unfinished_prerequisite_even_when_the_track_names_it_first():
    steps = [Step(2, [21]), Step(1, [11])]
    assert planning.new_cards(steps, {2: {1}}, {1}, 5) == [NewCard(11, 1)]


def test_a_prerequisite_that_is_finished_or_outside_the_tracks_counts_as_met():
    assert planning.new_cards([Step(2, [21])], {2: {1}}, set(), 5) == [NewCard(21, 2)]


def test_when_nothing_new_is_open_the_first_topic_in_track_order_opens():
    steps = [Step(2, [21]), Step(3, [31])]
    assert planning.new_cards(steps, {2: {1}, 3: {1}}, {1}, 5) == [NewCard(21, 2)]


def test_a_card_that_two_tracks_name_is_placed_once():
    assert planning.new_cards([Step(1, [11]), Step(1, [11, 12])], {}, set(), 5) == [NewCard(11, 1), NewCard(12, 1)]


def test_no_room_means_no_new_cards():
    assert planning.new_cards([Step(1, [11])], {}, set(), 0) == []
    assert planning.new_cards([Step(1, [11])], {}, set(), -2) == []


def test_the_level_day_is_the_first_on_which_nothing_waits():
    upcoming = {DAY + timedelta(days=1): 50, DAY + timedelta(days=2): 40}
    assert planning.level_day(DAY, 100, 60, sixty, upcoming) == DAY + timedelta(days=3)
    assert planning.level_day(DAY, 60, 60, sixty, upcoming) is None


def test_what_was_reviewed_today_leaves_less_room_today_only():
    assert planning.level_day(DAY, 60, 0, sixty, {}) == DAY + timedelta(days=1)
    assert planning.level_day(DAY, 61, 0, sixty, {}) == DAY + timedelta(days=2)


def test_a_day_without_capacity_puts_the_level_day_off():
    tomorrow = DAY + timedelta(days=1)
    assert planning.level_day(DAY, 61, 60, lambda day, waiting: 0 if day == tomorrow else 60, {}) == DAY + timedelta(
        days=2
    )


def test_a_load_that_never_fits_has_no_level_day():
    daily = {DAY + timedelta(days=n): 10 for n in range(1, 400)}
    assert planning.level_day(DAY, 100, 10, lambda day, waiting: 10, daily) is None


def test_each_day_says_what_fits_on_it_with_what_joined_and_the_last_one_leaves_nothing():
    days = planning.catching_up(DAY, 100, 40, lambda day, waiting: 60 if waiting <= 60 else 30, {DAY + timedelta(1): 5})
    assert days == [(0, 40, 60), (1, 30, 35), (2, 60, -25)]
    assert planning.catching_up(DAY, 40, 40, sixty, {}) == [(0, 40, 0)]


def test_a_year_is_looked_ahead():
    assert planning.level_day(DAY, 366, 1, lambda day, waiting: 1, {}) == DAY + timedelta(days=365)
    assert planning.level_day(DAY, 367, 1, lambda day, waiting: 1, {}) is None


def ten(day: date) -> int:
    return 10


def test_the_finish_day_counts_today():
    assert planning.finish_day(DAY, 20, ten) == DAY + timedelta(days=1)
    assert planning.finish_day(DAY, 21, ten) == DAY + timedelta(days=2)
    assert planning.finish_day(DAY, 0, ten) == DAY


def test_the_finish_day_knows_what_was_met_today():
    assert planning.finish_day(DAY, 14, ten, met=6) == DAY + timedelta(days=1)
    assert planning.finish_day(DAY, 15, ten, met=6) == DAY + timedelta(days=2)
    assert planning.finish_day(DAY, 10, ten, met=15) == DAY + timedelta(days=1)


def test_the_finish_day_passes_over_days_without_new_cards():
    assert planning.finish_day(DAY, 11, lambda day: 0 if day.weekday() in (1, 2) else 5) == DAY + timedelta(days=4)
    assert planning.finish_day(DAY, 5, lambda day: 0 if day == DAY else 5) == DAY + timedelta(days=1)


def test_a_finish_day_is_at_most_a_hundred_years_ahead():
    assert planning.finish_day(DAY, 1, lambda day: 0) == DAY + timedelta(days=36_500)


def test_minutes_are_rounded_up():
    assert planning.minutes(18, 20) == 6
    assert planning.minutes(1, 20) == 1
    assert planning.minutes(0, 20) == 0
