"""What a comeback and a holiday cost in recall: simulated day by day from what is known today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from heapq import heappop, heappush
from itertools import repeat
from operator import itemgetter
from statistics import fmean
from typing import NamedTuple

from scheduling.planning import HORIZON_DAYS, Ahead, Fits, catching_up, level_day
from scheduling.recall import retrievability


class Waiting(NamedTuple):
    """A card seen before: interval and stability in days, and the days since its last review, counted today.

    A stability of None is a memory not known; such a card takes its place and stays out of every mean.
    """

    interval: int
    stability: float | None
    since: int


class Outlook(NamedTuple):
    """What catching up takes: the day nothing waits any more, the mean recall met on the way, and how many days."""

    level_on: date | None
    recall: float
    days: int


class Return(NamedTuple):
    """What a holiday costs: the day after it, mean recall as it begins and on return, what is due, and until when."""

    on: date
    recall_before: float
    recall: float
    due: int
    level_on: date | None


def comeback(day: date, waiting: Sequence[Waiting], upcoming: Mapping[date, int], room: int, fits: Fits) -> Outlook:
    """What becomes of the cards `waiting` on `day` when `room` is left on it and `fits` says what fits on later days.

    `upcoming` counts the reviews known to fall due on later days. `level_on` is `planning.level_day`: None when
    everything fits today (then `days` is 0) or when 365 days are not enough (then it is 365). `recall` is the mean
    chance to recall each waiting card on the day it is reviewed; 1 when none waits.

    Taken as given: those waiting today are reviewed before what joins them, the shortest interval first; nothing is
    known of new cards or of reviews that answers along the way will add; a card not reached within the horizon
    counts as reviewed at its end.
    """
    days = catching_up(day, len(waiting), room, fits, upcoming)
    in_order = sorted(waiting, key=itemgetter(0))
    recall = _mean_recall(zip(in_order, _review_days(days), strict=False))
    last = days[-1]
    level_on = day + timedelta(days=last.days) if last.days and last.left <= 0 else None
    return Outlook(level_on, recall, last.days)


def absence(
    day: date,
    first: date,
    last: date,
    memory: Sequence[Waiting],
    due: Mapping[date, int],
    fits: Fits,
) -> Return:
    """What a holiday from `first` to `last` costs, seen from `day`.

    `memory` holds every card seen and still asked; `due` counts their reviews by due day, those that wait on `day`
    under that day or an earlier one. `fits` is asked for days outside the holiday only. `recall_before` is the
    mean chance to recall a card of `memory` on the first day away, `recall` that on the day after the last; 1 when
    there is none. `level_on` is `planning.level_day`, seen from the day of return.

    Taken as given: nothing is reviewed while away. Until then what falls due is reviewed as `fits` allows, the
    shortest interval first, and every card keeps the interval and the stability it has today: real answers mostly
    lengthen both, so recall comes out rather too low, and what is due on return rather too high.
    """
    on = last + timedelta(days=1)
    cards, reviewed = _until_leaving(day, first, memory, fits)
    past_return = sum(card.interval - card.since > (on - day).days for card in map(cards.__getitem__, reviewed))
    waiting = max(0, sum(count for falls_on, count in due.items() if falls_on <= on) - past_return)
    before, after = (_mean_recall(zip(cards, repeat((then - day).days), strict=False)) for then in (first, on))
    return Return(on, before, after, waiting, level_day(on, waiting, fits(on, waiting), fits, due))


def _until_leaving(day: date, first: date, memory: Sequence[Waiting], fits: Fits) -> tuple[list[Waiting], set[int]]:
    """The cards as they will stand on `first`, and which of them were reviewed by then, by place in `memory`.

    `since` is still counted on `day`: it is negative for a card reviewed after it.
    """
    cards, reviewed = list(memory), set[int]()
    falls_due: dict[int, list[int]] = defaultdict(list)  # by days ahead of `day`
    for number, card in enumerate(cards):
        falls_due[max(0, card.interval - card.since)].append(number)
    waiting: list[tuple[int, int]] = []
    for ahead in range((first - day).days):
        for number in falls_due.pop(ahead, ()):
            heappush(waiting, (cards[number].interval, number))
        for _ in range(min(len(waiting), fits(day + timedelta(days=ahead), len(waiting)))):
            interval, number = heappop(waiting)
            cards[number] = cards[number]._replace(since=-ahead)
            reviewed.add(number)
            falls_due[ahead + interval].append(number)
    return cards, reviewed


def _review_days(days: Iterable[Ahead]) -> Iterator[int]:
    """How many days ahead the first, second … card in a row is reviewed, without end."""
    for ahead, room, _ in days:
        yield from repeat(ahead, room)
    yield from repeat(HORIZON_DAYS)


def _mean_recall(cards: Iterable[tuple[Waiting, int]]) -> float:
    """The mean chance to recall each card so many days ahead of today."""
    chances = [
        retrievability(card.stability, card.since + ahead) for card, ahead in cards if card.stability is not None
    ]
    return fmean(chances) if chances else 1.0
