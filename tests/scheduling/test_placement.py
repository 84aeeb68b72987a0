"""Placement: the least-loaded day near the interval, days without capacity, and what the check of dates accepts."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.calendar import due_date
from scheduling.placement import Capacity, fits, place, window

DAY = date(2026, 3, 2)  # a Monday
EVERY_DAY = (100,) * 7
SIXTY = Capacity(60, EVERY_DAY, ())

days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
intervals = st.one_of(st.integers(1, 400), st.integers(1, 1_000_000))
loads = st.dictionaries(st.integers(-20, 20), st.integers(0, 90), max_size=41)
capacities = st.builds(
    Capacity,
    st.integers(0, 100),
    st.tuples(*[st.integers(0, 100)] * 7),
    st.lists(st.tuples(days, st.timedeltas(timedelta(0), timedelta(days=500))), max_size=3).map(
        lambda spans: tuple((first, first + length) for first, length in spans)
    ),
)


def ahead(number: int) -> date:
    return DAY + timedelta(days=number)


def around(due_on: date, load: dict[int, int]) -> dict[date, int]:
    return {due_on + timedelta(days=off): count for off, count in load.items()}


def only(day: date) -> Capacity:
    """Capacity on one day alone."""
    one = timedelta(days=1)
    return Capacity(60, EVERY_DAY, ((date.min, day - one), (day + one, date.max)))


# --- capacity -------------------------------------------------------------------------------------


def test_a_weekday_takes_its_percentage_of_the_cap_rounded_up():
    capacity = Capacity(15, (100, 50, 33, 1, 0, 7, 10), ())
    assert [capacity.on(ahead(number)) for number in range(8)] == [15, 8, 5, 1, 0, 2, 2, 15]
    assert Capacity(1_000, EVERY_DAY, ()).on(DAY) == 1_000


def test_a_holiday_has_no_capacity_from_its_first_day_to_its_last():
    capacity = Capacity(60, EVERY_DAY, ((ahead(2), ahead(3)), (ahead(5), ahead(5))))
    assert [capacity.on(ahead(number)) for number in range(1, 7)] == [60, 0, 0, 60, 0, 60]


def test_a_percentage_of_the_cap_is_rounded_up_and_leaves_the_days_as_they_are():
    capacity = Capacity(15, (100, 50, 33, 1, 0, 7, 10), ((ahead(2), ahead(3)),))
    assert capacity.at(60) == Capacity(9, capacity.weekdays, capacity.holidays)
    assert [capacity.at(percent).cap for percent in (100, 150, 50)] == [15, 23, 8]


def test_the_next_day_skips_weekdays_and_holidays_without_capacity():
    capacity = Capacity(60, (100, 0, 0, 100, 100, 100, 100), ((ahead(3), ahead(4)),))
    assert [capacity.next_day(ahead(number)) for number in (0, 4, 5)] == [ahead(5), ahead(5), ahead(6)]
    assert Capacity(60, (0,) * 7, ()).next_day(DAY) is None


@given(days, capacities)
def test_the_next_day_is_the_first_one_with_capacity(day, capacity):
    found = capacity.next_day(day)
    last = found or day + timedelta(days=1_098)
    assert not any(capacity.on(day + timedelta(days=number)) for number in range(1, (last - day).days))
    assert found is None or capacity.on(found)


# --- window ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interval", "slack"),
    [(1, 0), (6, 0), (7, 1), (10, 1), (19, 1), (20, 2), (60, 6), (139, 13), (140, 14), (150, 14), (36_000, 14)],
)
def test_the_window_is_a_tenth_of_the_interval_to_either_side(interval, slack):
    due_on = ahead(interval)
    assert window(DAY, interval) == (due_on - timedelta(days=slack), due_on + timedelta(days=slack))


@given(days, st.integers(36_490, 1_000_000))
def test_no_window_reaches_further_than_a_hundred_years(day, interval):
    first, last = window(day, interval)
    assert last == day + timedelta(days=36_500)
    assert first == due_date(day, interval) - timedelta(days=14)


# --- the least-loaded day -------------------------------------------------------------------------


@given(days, intervals, loads, capacities)
def test_it_is_the_least_loaded_day_for_its_capacity_then_the_nearest_then_the_earlier(day, interval, load, capacity):
    due_on = due_date(day, interval)
    first, last = window(day, interval)
    ahead = around(due_on, load)
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    free = [near for near in dates if capacity.on(near)] if interval >= 7 else [due_on]
    if free:
        assert place(day, interval, ahead, capacity) == min(
            free,
            key=lambda near: (
                Fraction(ahead.get(near, 0) + 1, capacity.on(near)) if interval >= 7 else 0,
                abs((near - due_on).days),
                near,
            ),
        )


def test_an_even_load_moves_nothing():
    assert place(DAY, 60, {}, SIXTY) == ahead(60)
    assert place(DAY, 60, {ahead(number): 30 for number in range(100)}, SIXTY) == ahead(60)


def test_a_crowded_day_sends_a_card_to_the_day_before_it():
    assert place(DAY, 60, {ahead(60): 1}, SIXTY) == ahead(59)
    assert place(DAY, 60, {ahead(60): 1, ahead(59): 1}, SIXTY) == ahead(61)


def test_a_card_at_the_end_of_the_hundred_years_moves_no_further():
    load = {ahead(number): 1 for number in range(36_400, 36_500)}
    assert place(DAY, 36_499, load, SIXTY) == ahead(36_500)
    assert place(DAY, 36_500, {ahead(36_500): 1}, SIXTY) == ahead(36_499)


def test_a_shorter_weekday_fills_as_far_as_its_capacity_says():
    half_sundays = Capacity(60, (100, 100, 100, 100, 100, 100, 50), ())
    sunday = ahead(13)
    load = {sunday: 14, ahead(12): 30, ahead(14): 29}
    assert place(DAY, 13, load, half_sundays) == sunday
    assert place(DAY, 13, load | {sunday: 15}, half_sundays) == ahead(14)


def test_shares_are_compared_exactly():
    capacity = Capacity(10**17, (100, 100, 100, 100, 100, 100, 50), ())
    sunday, monday = ahead(13), ahead(14)
    load = {ahead(12): 10**17, sunday: 10**16 + 1, monday: 2 * 10**16 + 2}
    assert place(DAY, 13, load, capacity) == monday  # one card in 10**17 less full


@given(st.integers(1, 6), loads, capacities)
def test_an_interval_under_a_week_never_moves(interval, load, capacity):
    assert place(DAY, interval, around(ahead(interval), load), capacity) == ahead(interval)


@given(days, intervals, loads, capacities)
def test_it_is_the_same_each_time_and_never_on_the_day_of_the_review(day, interval, load, capacity):
    ahead = around(due_date(day, interval), load)
    due_on = place(day, interval, ahead, capacity)
    assert day < due_on == place(day, interval, ahead, capacity) <= day + timedelta(days=36_500)


# --- days without capacity ------------------------------------------------------------------------


@given(days, st.integers(7, 1_000), loads, capacities)
def test_a_day_without_capacity_is_never_taken_while_another_is_in_reach(day, interval, load, capacity):
    due_on = due_date(day, interval)
    placed = place(day, interval, around(due_on, load), capacity)
    in_reach = [due_on + timedelta(days=off) for off in range(-366, 367)]
    assert capacity.on(placed) or not any(capacity.on(near) for near in in_reach if near > day)


def test_a_window_inside_a_holiday_is_left_for_the_nearest_day_outside_it():
    assert place(DAY, 60, {}, Capacity(60, EVERY_DAY, ((ahead(50), ahead(69)),))) == ahead(70)
    assert place(DAY, 60, {}, Capacity(60, EVERY_DAY, ((ahead(51), ahead(70)),))) == ahead(50)
    assert place(DAY, 60, {}, Capacity(60, EVERY_DAY, ((ahead(50), ahead(70)),))) == ahead(49)


def test_the_day_beside_the_window_is_outside_it():
    assert place(DAY, 60, {}, Capacity(60, EVERY_DAY, ((ahead(54), ahead(66)),))) == ahead(53)
    assert place(DAY, 60, {}, Capacity(60, EVERY_DAY, ((ahead(53), ahead(66)),))) == ahead(67)


def test_a_day_in_the_window_is_taken_before_a_nearer_free_one_outside():
    capacity = Capacity(60, EVERY_DAY, ((ahead(1), ahead(53)), (ahead(55), ahead(66))))
    assert place(DAY, 60, {ahead(54): 500}, capacity) == ahead(54)


def test_the_day_of_the_review_and_those_before_are_never_gone_back_to():
    assert place(DAY, 7, {}, Capacity(60, EVERY_DAY, ((ahead(1), ahead(40)),))) == ahead(41)
    assert place(DAY, 7, {}, Capacity(60, EVERY_DAY, ((ahead(2), ahead(40)),))) == ahead(1)


def test_a_card_is_put_at_most_366_days_off_and_else_stays():
    assert place(DAY, 7, {}, only(ahead(7 + 366))) == ahead(7 + 366)
    assert place(DAY, 7, {}, only(ahead(7 + 367))) == ahead(7)
    assert place(DAY, 500, {}, only(ahead(500 - 366))) == ahead(500 - 366)
    assert place(DAY, 500, {}, only(ahead(500 - 367))) == ahead(500)
    assert place(DAY, 60, {}, Capacity(0, EVERY_DAY, ())) == ahead(60)


# --- the check of dates ---------------------------------------------------------------------------


@given(days, intervals, loads, capacities)
def test_whatever_placement_gives_fits(day, interval, load, capacity):
    assert fits(day, interval, place(day, interval, around(due_date(day, interval), load), capacity))


@given(days, intervals, st.integers(-400, 400))
def test_a_date_fits_when_a_learner_with_capacity_on_it_alone_would_get_it(day, interval, off):
    due_on = due_date(day, interval) + timedelta(days=off)
    assert fits(day, interval, due_on) == (place(day, interval, {}, only(due_on)) == due_on)


def test_any_day_in_reach_fits_from_a_week_on():
    assert all(fits(DAY, 7, due_on) for due_on in (ahead(1), ahead(8), ahead(373)))
    assert fits(DAY, 36_500, ahead(36_500))


def test_a_date_behind_the_review_or_too_far_ahead_does_not_fit():
    assert not fits(DAY, 7, DAY)
    assert not fits(DAY, 7, ahead(374))
    assert not fits(DAY, 6, ahead(7))
    assert not fits(DAY, 40_000, ahead(36_501))


@pytest.mark.parametrize(("waiting", "slower", "faster"), [(0, 60, 60), (60, 60, 60), (61, 36, 90), (500, 36, 90)])
def test_a_speed_holds_while_more_waits_than_fits_on_a_usual_day(waiting, slower, faster):
    usual = Capacity(60, (100,) * 7, ())
    assert usual.hastened(60)(DAY, waiting) == slower
    assert usual.hastened(150)(DAY, waiting) == faster


def test_a_day_off_suffices_for_nothing():
    off = Capacity(60, (100,) * 7, ((DAY, DAY),))
    assert (off.suffices(DAY, 0), off.hastened(150)(DAY, 0)) == (False, 0)
