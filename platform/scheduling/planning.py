"""The plan of a study day: which cards get a place, in what order, and when nothing waits any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from scheduling.calendar import FURTHEST_DAYS

STEP = 10  # places are handed out ten apart, so that a drill fits between two of them
DRILL_SHIFT = 8 * STEP + STEP // 2  # a drill comes back after about eight other cards
HORIZON_DAYS = 365


class Review(NamedTuple):
    """A card that is due: its interval in days, and the topic it belongs to."""

    card: int
    topic: int
    interval: int


class NewCard(NamedTuple):
    """A card never reviewed."""

    card: int
    topic: int


class Step(NamedTuple):
    """A topic of a track, with the new cards it still has for this learner, in file order."""

    topic: int
    cards: Sequence[int]


class Ahead(NamedTuple):
    """A day so many days ahead: the reviews that fit, and those that wait after it; 0 or less when all of them fit."""

    days: int
    room: int
    left: int


Fits = Callable[[date, int], int]  # reviews that fit on a day on which so many wait


def places(cards: Iterable[int], start: int = STEP) -> dict[int, int]:
    """Card to position, STEP apart."""
    return {card: start + number * STEP for number, card in enumerate(cards)}


def interleaved(reviews: Iterable[Review]) -> list[Review]:
    """Reviews spread so that each topic's cards lie evenly over the session instead of in one block."""
    by_topic: dict[int, list[Review]] = defaultdict(list)
    for review in reviews:
        by_topic[review.topic].append(review)
    spread = [
        ((number + 0.5) / len(group), topic, review)
        for topic, group in by_topic.items()
        for number, review in enumerate(group)
    ]
    return [review for _, _, review in sorted(spread)]


def open_topics(
    topics: Sequence[int], prerequisites: Mapping[int, Collection[int]], unfinished: Collection[int]
) -> list[int]:
    """The topics, in the order given, whose prerequisites are met.

    `unfinished` holds topics of the learner's tracks that have cards and a foundation card not yet answered
    with 3 or more. A prerequisite outside of it is met: prerequisites order new cards and never lock anybody out.
    """
    return [topic for topic in topics if not any(needed in unfinished for needed in prerequisites.get(topic, ()))]


def new_cards(
    steps: Sequence[Step], prerequisites: Mapping[int, Collection[int]], unfinished: Collection[int], count: int
) -> list[NewCard]:
    """The next `count` new cards: topic by topic in track order, topics whose prerequisites are met first.

    When nothing new is open and something new exists, the first topic in track order opens.
    """
    waiting = [step for step in steps if step.cards]
    if not waiting or count <= 0:
        return []
    ready = set(open_topics([step.topic for step in waiting], prerequisites, unfinished)) or {waiting[0].topic}
    chosen: dict[int, NewCard] = {}
    for step in waiting:
        if step.topic in ready:
            chosen.update((card, NewCard(card, step.topic)) for card in step.cards if card not in chosen)
    return list(chosen.values())[:count]


def catching_up(day: date, due: int, room: int, fits: Fits, upcoming: Mapping[date, int]) -> list[Ahead]:
    """The days from `day` on, until nothing waits any more or a year is over; one at least.

    `due` reviews wait on `day`, which still has `room`; `fits` says how many fit on each later day, `upcoming` counts
    those already known to fall due then.
    """
    days = [Ahead(0, room, due - room)]
    while days[-1].left > 0 and len(days) <= HORIZON_DAYS:
        later = day + timedelta(days=len(days))
        waiting = days[-1].left + upcoming.get(later, 0)
        days.append(Ahead(len(days), fits(later, waiting), waiting - fits(later, waiting)))
    return days


def level_day(day: date, due: int, room: int, fits: Fits, upcoming: Mapping[date, int]) -> date | None:
    """The day on which nothing waits any more, as `catching_up` has it; None for `day` itself and beyond a year."""
    last = catching_up(day, due, room, fits, upcoming)[-1]
    return day + timedelta(days=last.days) if last.days and last.left <= 0 else None


def finish_day(day: date, unseen: int, room: Callable[[date], int], met: int = 0) -> date:
    """The day on which the last of `unseen` new cards is met when `room` says how many come on each day.

    `day` is the first, and `met` came on it before; the day lies at most a hundred years ahead.
    """
    last, left = day, unseen - max(0, room(day) - met)
    while left > 0 and (last - day).days < FURTHEST_DAYS:
        last += timedelta(days=1)
        left -= room(last)
    return last


def minutes(cards: int, seconds_a_card: float) -> int:
    """Whole minutes for so many cards, rounded up; one at least when there is a card."""
    return -int(-cards * seconds_a_card // 60)
