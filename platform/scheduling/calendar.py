"""Study days: which one it is, when the next begins, and how far a date may lie ahead."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FURTHEST_DAYS = 36_500  # a due date lies at most a hundred years ahead


@lru_cache(maxsize=4096)  # each answer asks for it
def start_of(day: date, zone: str, rollover_hour: int) -> datetime:
    """The UTC instant at which a study day begins: the first time the local clock reads the rollover hour.

    An hour that daylight saving leaves out begins when the clock jumps over it; one that comes twice, the first time.
    """
    wall = datetime.combine(day, time(rollover_hour), ZoneInfo(zone))
    start = wall.astimezone(UTC)
    return start if start.astimezone(wall.tzinfo) == wall else _jump_over(wall)


def _jump_over(wall: datetime) -> datetime:
    """The UTC instant at which the local clock jumps over a time that it never reads, to the second.

    Read with the offset from before the jump such a time lies at the jump or later, with the one from after it before
    (PEP 495). A jump of more than an hour may have left the rollover hour behind when it lands.
    """
    early, late = wall.replace(fold=1).astimezone(UTC), wall.astimezone(UTC)
    seconds = range(int((late - early).total_seconds()))
    return early + timedelta(seconds=bisect_left(seconds, True, key=lambda after: _has_passed(wall, early, after)))


def _has_passed(wall: datetime, instant: datetime, seconds: int) -> bool:
    return (instant + timedelta(seconds=seconds)).astimezone(wall.tzinfo) >= wall  # one zone: compared as clocks read


def study_day(now: datetime, zone: str, rollover_hour: int, not_before: date | None = None) -> date:
    """The latest study day that has begun at `now` (aware), and never one before `not_before`.

    A change of zone may put the computed date behind one already used; a study day never runs backwards.
    """
    local = now.astimezone(ZoneInfo(zone)).date()
    begun = (local + timedelta(days=n) for n in (1, 0))
    today = next((day for day in begun if start_of(day, zone, rollover_hour) <= now), local - timedelta(days=1))
    return max(today, not_before) if not_before else today


def next_rollover(day: date, zone: str, rollover_hour: int) -> datetime:
    """The UTC instant at which the study day after `day` begins."""
    return start_of(day + timedelta(days=1), zone, rollover_hour)


def due_date(day: date, interval: int) -> date:
    """The study day on which a card comes back, `interval` days after `day`, at most a hundred years ahead."""
    return day + timedelta(days=min(interval, FURTHEST_DAYS))
