"""Study days: when they begin, over every kind of clock change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.calendar import due_date, next_rollover, start_of, study_day

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
instants = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))
zones = st.sampled_from(ZONES)
hours = st.integers(0, 23)


@pytest.mark.parametrize(
    ("local", "day"),
    [
        (datetime(2026, 3, 2, 3, 59), date(2026, 3, 1)),
        (datetime(2026, 3, 2, 4, 0), date(2026, 3, 2)),
        (datetime(2026, 3, 2, 23, 59), date(2026, 3, 2)),
    ],
)
def test_the_day_turns_at_the_rollover_hour_of_the_learners_zone(local, day):
    now = local.replace(tzinfo=ZoneInfo("Asia/Tokyo"))
    assert study_day(now, "Asia/Tokyo", 4) == day


@given(instants, zones, hours)
def test_a_day_has_begun_and_the_next_has_not(now, zone, hour):
    day = study_day(now, zone, hour)
    assert start_of(day, zone, hour) <= now < next_rollover(day, zone, hour)


@given(instants, st.timedeltas(timedelta(0), timedelta(days=2)), zones, hours)
def test_study_days_never_run_backwards_in_one_zone(now, step, zone, hour):
    assert study_day(now, zone, hour) <= study_day(now + step, zone, hour)


def test_an_hour_that_daylight_saving_leaves_out_begins_when_the_clock_jumps_over_it():
    assert start_of(date(2026, 3, 29), "Europe/Berlin", 2) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_an_hour_that_comes_twice_begins_the_first_time():
    assert start_of(date(2026, 10, 25), "Europe/Berlin", 2) == datetime(2026, 10, 25, 0, tzinfo=UTC)


def test_after_a_change_of_zone_no_earlier_day_is_used_again():
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    kiritimati = study_day(noon, "Pacific/Kiritimati", 4)
    assert kiritimati == date(2026, 3, 2)
    late = datetime(2026, 3, 2, 15, tzinfo=UTC)
    reached = study_day(late, "Pacific/Kiritimati", 4)
    assert study_day(late, "Pacific/Honolulu", 4, reached) == reached == date(2026, 3, 3)


def test_a_due_date_lies_at_most_a_hundred_years_ahead():
    day = date(2026, 3, 2)
    assert due_date(day, 6) == date(2026, 3, 8)
    assert due_date(day, 1_000_000) == day + timedelta(days=36_500)
