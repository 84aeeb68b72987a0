"""Study days: which one it is, when the next begins, and how far a date may lie ahead."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FURTHEST_DAYS = 36_500  # a due date lies at most a hundred years ahead


def start_of(day: date, zone: str, rollover_hour: int) -> datetime:
    """The UTC instant at which a study day begins: the first time the local clock reads the rollover hour.

    An hour that daylight saving leaves out begins when the clock jumps over it; one that comes twice, the first time.
    """
    return datetime.combine(day, time(rollover_hour), ZoneInfo(zone)).astimezone(UTC)


def study_day(now: datetime, zone: str, rollover_hour: int, not_before: date | None = None) -> date:
    """The latest study day that has begun at `now` (aware), and never one before `not_before`.

    A change of zone may put the computed date behind one already used; a study day never runs backwards.
    """
    local = now.astimezone(ZoneInfo(zone)).date()
    begun = (local + timedelta(days=n) for n in (1, 0, -1))
    today = next((day for day in begun if start_of(day, zone, rollover_hour) <= now), local - timedelta(days=1))
    return max(today, not_before) if not_before else today


def next_rollover(day: date, zone: str, rollover_hour: int) -> datetime:
    """The UTC instant at which the study day after `day` begins."""
    return start_of(day + timedelta(days=1), zone, rollover_hour)


def due_date(day: date, interval: int) -> date:
    """The study day on which a card comes back, `interval` days after `day`, at most a hundred years ahead."""
    return day + timedelta(days=min(interval, FURTHEST_DAYS))
