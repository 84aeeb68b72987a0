"""What a comeback and a holiday cost in recall: simulated day by day from what is known today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from heapq import heappop, heappush
from itertools import groupby, repeat
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


class Alike(NamedTuple):
    """So many cards that wait, read as `Waiting`; they have one interval, and means where the rest differs."""

    interval: int
    stability: float | None
    since: float
    cards: int = 1


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


def comeback(day: date, waiting: Collection[Alike], upcoming: Mapping[date, int], room: int, fits: Fits) -> Outlook:
    """What becomes of the cards `waiting` on `day` when `room` is left on it and `fits` says what fits on later days.

    `upcoming` counts the reviews known to fall due on later days. `level_on` is `planning.level_day`: None when
    everything fits today (then `days` is 0) or when 365 days are not enough (then it is 365). `recall` is the mean
    chance to recall each waiting card on the day it is reviewed; 1 when none waits. The work grows with the groups
    given, not with the cards in them.

    Taken as given: those waiting today are reviewed before what joins them, the shortest interval first and of one
    interval in any order, over all of which the mean is taken; nothing is known of new cards or of reviews that
    answers along the way will add; a card not reached within the horizon counts as reviewed at its end.
    """
    days = catching_up(day, sum(alike.cards for alike in waiting), room, fits, upcoming)
    last = days[-1]
    level_on = day + timedelta(days=last.days) if last.days and last.left <= 0 else None
    return Outlook(level_on, _recall_when_reviewed(waiting, days), last.days)


def _recall_when_reviewed(waiting: Iterable[Alike], days: Iterable[Ahead]) -> float:
    by_interval = [list(alike) for _, alike in groupby(sorted(waiting, key=itemgetter(0)), key=itemgetter(0))]
    sizes = [sum(alike.cards for alike in group) for group in by_interval]
    recalled, known = 0.0, 0
    for group, size, turns in zip(by_interval, sizes, _turns(sizes, days), strict=True):
        for _, stability, since, cards in group:
            if stability is not None:
                chances = sum(taken * retrievability(stability, since + ahead) for ahead, taken in turns)
                recalled, known = recalled + cards * chances / size, known + cards
    return recalled / known if known else 1.0


def _turns(sizes: Iterable[int], days: Iterable[Ahead]) -> Iterator[list[tuple[int, int]]]:
    """For each of some lots in a row: (days ahead, how many of it are reviewed then); the rest at the horizon's end."""
    later = iter(days)
    ahead, room = 0, 0
    for left in sizes:
        turns = []
        while left:
            if not room:
                ahead, room, _ = next(later, (HORIZON_DAYS, left, 0))
            taken = min(left, room)
            turns += [(ahead, taken)] * bool(taken)
            left, room = left - taken, room - taken
        yield turns


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


def _mean_recall(cards: Iterable[tuple[Waiting, int]]) -> float:
    """The mean chance to recall each card so many days ahead of today."""
    chances = [
        retrievability(card.stability, card.since + ahead) for card, ahead in cards if card.stability is not None
    ]
    return fmean(chances) if chances else 1.0
