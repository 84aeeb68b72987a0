"""Study days in every zone of tzdata, over two years of clock changes, and over changes of zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.calendar import next_rollover, start_of, study_day

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
FIRST = date(2025, 1, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(2 * 365)]
INSTANT = timedelta(microseconds=1)
zones = st.sampled_from(ZONES)
hours = st.integers(0, 23)


def starts_of(zone: str, hour: int) -> tuple[datetime, ...]:
    return tuple(start_of(day, zone, hour) for day in DAYS)


@cache
def one_zone_of_each_rule() -> dict[tuple[timedelta | None, ...], str]:
    """Offsets at every noon, to one zone that has them: most names of tzdata share their clocks with another."""
    noons = [datetime.combine(day, time(12), UTC) for day in DAYS]
    return {tuple(noon.astimezone(ZoneInfo(zone)).utcoffset() for noon in noons): zone for zone in ZONES}


def assert_every_day_begins_once_and_in_order(starts: tuple[datetime, ...]) -> None:
    for before, after in pairwise(starts):
        assert timedelta(hours=20) < after - before < timedelta(hours=28)


def assert_each_start_turns_the_day(starts: tuple[datetime, ...], zone: str, hour: int) -> None:
    for day, start in zip(DAYS, starts, strict=True):
        assert study_day(start, zone, hour) == day
        assert study_day(start - INSTANT, zone, hour) == day - timedelta(days=1)
        assert next_rollover(day - timedelta(days=1), zone, hour) == start


def test_in_every_zone_each_day_begins_once_and_in_order_for_two_years():
    walked = set[tuple[datetime, ...]]()
    for zone in ZONES:
        starts = starts_of(zone, 4)
        if starts not in walked:
            assert_every_day_begins_once_and_in_order(starts)
            assert_each_start_turns_the_day(starts, zone, 4)
            walked.add(starts)
    assert len(walked) > 50


@settings(max_examples=40)
@given(zones, hours)
def test_so_it_does_at_every_rollover_hour(zone, hour):
    starts = starts_of(zone, hour)
    assert_every_day_begins_once_and_in_order(starts)
    assert_each_start_turns_the_day(starts, zone, hour)


def test_around_every_change_of_clocks_a_day_begins_when_its_hour_is_first_reached_or_jumped_over():
    changes = 0
    for offsets, zone in one_zone_of_each_rule().items():
        changed = [day for day, (before, after) in zip(DAYS[1:], pairwise(offsets), strict=True) if before != after]
        changes += len(changed)
        for day in changed:
            for near in (day - timedelta(days=1), day):
                assert_every_hour_begins_at_its_first_reading(near, zone)
    assert changes > 50


def assert_every_hour_begins_at_its_first_reading(day: date, zone: str) -> None:
    for hour in range(24):
        wall, start = datetime.combine(day, time(hour)), start_of(day, zone, hour)
        assert reading(start, zone) >= wall
        for earlier in (INSTANT, timedelta(minutes=30), timedelta(hours=1), timedelta(hours=3)):
            assert reading(start - earlier, zone) < wall, (zone, wall)


def reading(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@pytest.mark.parametrize("hour", [1, 2, 3])
def test_a_jump_of_two_hours_begins_the_day_at_once_wherever_in_it_the_rollover_lies(hour):
    assert start_of(date(2026, 3, 29), "Antarctica/Troll", hour) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_date_that_a_country_left_out_is_a_short_study_day():
    starts = [start_of(date(2011, 12, day), "Pacific/Apia", 4) for day in (29, 30, 31)]
    assert starts == [
        datetime(2011, 12, 29, 14, tzinfo=UTC),
        datetime(2011, 12, 30, 10, tzinfo=UTC),
        starts[1] + timedelta(hours=4),
    ]
    assert study_day(starts[1] - INSTANT, "Pacific/Apia", 4) == date(2011, 12, 29)
    assert study_day(starts[1], "Pacific/Apia", 4) == date(2011, 12, 30)
    assert study_day(starts[2], "Pacific/Apia", 4) == date(2011, 12, 31)


def test_a_clock_put_back_over_midnight_does_not_take_the_new_day_back():
    turned = datetime(2010, 11, 7, 2, 30, tzinfo=UTC)
    assert reading(turned, "America/St_Johns") == datetime(2010, 11, 7, 0, 0)
    assert reading(turned + timedelta(minutes=30), "America/St_Johns") == datetime(2010, 11, 6, 23, 30)
    for minutes in (0, 30, 90):
        assert study_day(turned + timedelta(minutes=minutes), "America/St_Johns", 0) == date(2010, 11, 7)
    assert study_day(turned - INSTANT, "America/St_Johns", 0) == date(2010, 11, 6)


moves = st.lists(st.tuples(st.timedeltas(timedelta(0), timedelta(hours=50)), zones, hours), min_size=2, max_size=12)
instants = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@given(instants, moves)
def test_whatever_zones_and_hours_a_learner_moves_through_no_study_day_comes_again(now, moves):
    reached = study_day(now, "UTC", 4)
    for waited, zone, hour in moves:
        now += waited
        day, there = study_day(now, zone, hour, reached), study_day(now, zone, hour)
        assert day == (there if there > reached else reached)
        assert day - there <= timedelta(days=2)
        assert next_rollover(day, zone, hour) > now
        reached = day


@given(instants, zones, hours, zones, hours)
def test_after_a_change_of_zone_the_days_go_on_one_by_one(now, zone, hour, other, other_hour):
    reached = study_day(now, zone, hour)
    days = [reached]
    for half_days in range(1, 15):
        later = now + timedelta(hours=12 * half_days)
        days.append(study_day(later, other, other_hour, days[-1]))
    steps = [(after - before).days for before, after in pairwise(days)]
    assert set(steps[1:]) <= {0, 1}
    assert days[-1] == study_day(later, other, other_hour)
