"""What a comeback and a holiday would cost a learner, out of the states as they are. Reads only."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Case, Count, F, Max, Q, When

from scheduling import forecast
from scheduling.forecast import Waiting
from scheduling.placement import Capacity
from scheduling.planning import HORIZON_DAYS
from study import places
from study.models import CardState, DayPlan, Learner

Load = dict[date, int]


class Option(NamedTuple):
    """A speed of catching up: reviews a day, the day one is level again (None: not within a year), mean recall.

    `recall` is the mean chance, 0 to 1, that each waiting card is recalled on the day it is reviewed.
    """

    comeback: Learner.Comeback
    chosen: bool
    cards: int
    level_on: date | None
    recall: float

    @property
    def percent(self) -> int:
        """The recall, of 100."""
        return round(100 * self.recall)


class Ahead(NamedTuple):
    """The reviews that wait now, and those known to fall due later, by date."""

    waiting: list[Waiting]
    load: Load


def ahead(learner: int, day: date) -> Ahead:
    """What waits on `day` and what falls due within a year of it; one statement.

    It returns a row for each card that waits and one for each later day.
    """
    last = day + timedelta(days=HORIZON_DAYS)
    put_off = Q(due_on__lte=day) & (Q(buried_until__gt=day) | Q(last_review_on=day))
    states = CardState.objects.asked().filter(learner=learner, due_on__lte=last).exclude(put_off)
    alone = Case(When(due_on__lte=day, then=F("card")))  # a waiting card is a group of its own
    rows = states.values("due_on", alone=alone).order_by()
    counted = rows.annotate(Max("interval"), Max("stability"), Max("last_review_day"), count=Count("pk"))
    waiting: list[Waiting] = []
    load: Load = {}
    for due_on, card, interval, stability, reviewed, count in counted.values_list(
        "due_on", "alone", "interval__max", "stability__max", "last_review_day__max", "count"
    ):
        if card is None:
            load[due_on] = count
        else:
            waiting.append(Waiting(interval, stability, _since(day, reviewed, interval)))
    return Ahead(waiting, load)


def options(plan: DayPlan, known: Ahead, reviewed: int) -> list[Option]:
    """The ways to catch up when more is due than fits on a usual day, slower to faster; else none.

    `reviewed` counts the cards, new ones apart, that were reviewed on the plan's day so far.
    """
    day, usual = plan.study_day, places.capacity_of(plan.learner)
    if not known.waiting or len(known.waiting) + reviewed <= usual.on(day):
        return []
    return [_option(plan, known, reviewed, usual, comeback) for comeback in Learner.Comeback]


def _option(plan: DayPlan, known: Ahead, reviewed: int, usual: Capacity, comeback: Learner.Comeback) -> Option:
    day, capacity = plan.study_day, usual.at(comeback)
    fits = min(capacity.on(day), plan.capacity) if plan.away_days else capacity.on(day)
    room = max(0, fits - reviewed)
    found = forecast.comeback(
        day, known.waiting, known.load, lambda later: room if later == day else capacity.on(later)
    )
    level_on = found.level_on if found.days else day
    return Option(comeback, comeback == plan.learner.comeback, capacity.cap, level_on, found.recall)


def absence(learner: Learner, day: date, first: date, last: date) -> forecast.Return:
    """What a holiday from `first` to `last` would cost the learner, seen from `day`; one statement."""
    states = CardState.objects.asked().filter(learner=learner.pk, due_on__isnull=False)
    rows = list(states.order_by("card").values_list("due_on", "interval", "stability", "last_review_day"))
    memory = [Waiting(interval, stability, _since(day, reviewed, interval)) for _, interval, stability, reviewed in rows]
    capacity = places.capacity_of(learner).at(learner.comeback)
    return forecast.absence(day, first, last, memory, Counter(row[0] for row in rows), capacity.on)


def _since(day: date, reviewed: int | None, interval: int) -> int:
    """Days since the last review; one whose day is not known counts as due today."""
    return interval if reviewed is None else day.toordinal() - reviewed
