"""Placement: the day near a card's interval on which it weighs least. It moves due days only, never an interval."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduling.calendar import FURTHEST_DAYS, due_date

MOVES_FROM = 7  # days; a shorter interval stays where it is
MOST_SLACK = 14  # days
SKIP_DAYS = 366  # how far from its day a card may be put when everything nearer is free of reviews
LONGEST_WAIT_DAYS = 3 * 366  # how far ahead the next day with capacity is looked for


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many reviews fit on a day: the cap, what percentage of it each weekday takes, and days without any.

    `weekdays` are seven percentages from 0 to 100, Monday first; `holidays` are first and last days, both included.
    """

    cap: int
    weekdays: tuple[int, ...]
    holidays: tuple[tuple[date, date], ...]

    def on(self, day: date) -> int:
        """Reviews that fit on a day, rounded up; 0 on a holiday."""
        for first, last in self.holidays:
            if first <= day <= last:
                return 0
        return -(-self.cap * self.weekdays[day.weekday()] // 100)

    def at(self, percent: int) -> Capacity:
        """The same days with a percentage of the cap, rounded up."""
        return replace(self, cap=-(-self.cap * percent // 100))

    def suffices(self, day: date, waiting: int) -> bool:
        """Whether a day has reviews at all, and room for so many."""
        return self.on(day) > 0 and waiting <= self.on(day)

    def hastened(self, percent: int) -> Callable[[date, int], int]:
        """What fits on a day on which so many wait: a percentage of the cap, and the whole cap once that suffices."""
        chosen = self.at(percent)
        return lambda day, waiting: (self if self.suffices(day, waiting) else chosen).on(day)

    def next_day(self, day: date) -> date | None:
        """The first day after `day` on which something fits; None when the next three years have none."""
        later = (day + timedelta(days=ahead) for ahead in range(1, LONGEST_WAIT_DAYS + 1))
        return next((one for one in later if self.on(one)), None)


def window(day: date, interval: int) -> tuple[date, date]:
    """The first and the last day on which a card reviewed on `day` may come back.

    Within a tenth of the interval (days), at least one day and at most 14 to either side, and never later than
    `calendar.due_date` allows; for intervals under 7 days that one day alone.
    """
    due_on = due_date(day, interval)
    slack = timedelta(days=_slack(interval))
    return due_on - slack, min(due_on + slack, due_date(day, FURTHEST_DAYS))


def place(day: date, interval: int, load: Mapping[date, int], capacity: Capacity) -> date:
    """The day on which a card reviewed on `day` comes back: the one in its window that it would fill least.

    `load` counts the reviews known by due day, at least over the window. Days are compared by the share of their
    capacity taken with this card on them; of equal ones the nearest to the interval is taken, then the earlier. From
    7 days on a day without capacity is never taken: when the window has no other, the nearest outside is, later than
    `day` and at most 366 days off; when there is none either, the card is not moved.
    """
    due_on = due_date(day, interval)
    slack = _slack(interval)
    if not slack:
        return due_on
    best, best_taken, best_room = due_on, 1, 0  # more than full: any day with capacity is better
    for near in _nearest_first(day, due_on, 0, slack):
        room, taken = capacity.on(near), load.get(near, 0) + 1
        if room and taken * best_room < best_taken * room:
            best, best_taken, best_room = near, taken, room
    return best if best_room else _skipped_to(day, due_on, slack, capacity)


def fits(day: date, interval: int, due_on: date) -> bool:
    """Whether `place` could have given `due_on` to a card reviewed on `day`, for some load and capacity."""
    unmoved = due_date(day, interval)
    if not _slack(interval):
        return due_on == unmoved
    return day < due_on <= due_date(day, FURTHEST_DAYS) and abs((due_on - unmoved).days) <= SKIP_DAYS


def _slack(interval: int) -> int:
    return 0 if interval < MOVES_FROM else max(1, min(MOST_SLACK, interval // 10))


def _nearest_first(day: date, due_on: date, nearest: int, furthest: int) -> Iterator[date]:
    """Days `nearest` to `furthest` days off `due_on`, the earlier of two first, after `day` and not too far ahead."""
    last = due_date(day, FURTHEST_DAYS)
    for days in range(nearest, furthest + 1):
        off = timedelta(days=days)
        if due_on - off > day:
            yield due_on - off
        if days and due_on + off <= last:
            yield due_on + off


def _skipped_to(day: date, due_on: date, slack: int, capacity: Capacity) -> date:
    outside = _nearest_first(day, due_on, slack + 1, SKIP_DAYS)
    return next((near for near in outside if capacity.on(near)), due_on)
