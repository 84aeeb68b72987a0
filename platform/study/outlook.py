"""What a comeback and a holiday would cost a learner, out of the states as they are. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from typing import NamedTuple

from django.db.models import Avg, Case, Count, F, FloatField, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Floor, Greatest, Ln

from curriculum.models import Card
from scheduling import forecast
from scheduling.forecast import Alike, Waiting
from scheduling.placement import Capacity
from scheduling.planning import HORIZON_DAYS
from study import places
from study.models import CardState, DayPlan, Learner

WEEK_DAYS = 7
STEPS = 4  # to the natural logarithm


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


class Known(NamedTuple):
    """The reviews that wait now, cards alike together, and those known to fall due later, by date."""

    waiting: list[Alike]
    load: dict[date, int]

    @property
    def cards(self) -> int:
        """How many wait now."""
        return sum(alike.cards for alike in self.waiting)


@dataclass(frozen=True, slots=True)
class Coming:
    """What comes after today, in reviews.

    `capacity` is the usual one, `comeback` the percentage of its cap while more waits; `load` counts those known to
    fall due later, by date; `next_on` is the next day with capacity. `waiting` counts those due now, with or without a
    place, and `options` are the ways to catch up, slower to faster: both only when more is due than fits on a usual
    day.
    """

    capacity: Capacity
    next_on: date | None
    load: dict[date, int]
    waiting: int
    options: list[Option]
    comeback: int = Learner.Comeback.AS_IS

    @property
    def option(self) -> Option | None:
        """How the learner catches up at present."""
        return next((option for option in self.options if option.chosen), None)

    @property
    def even(self) -> bool:
        """Whether every weekday takes the whole cap."""
        return set(self.capacity.weekdays) == {100}

    def on_next(self, held_back: int) -> int:
        """Reviews of the next day with capacity, `held_back` being those due before that had no place."""
        if self.next_on is None:
            return 0
        falling_due = sum(count for day, count in self.load.items() if day <= self.next_on)
        waiting = falling_due + held_back
        return min(self.capacity.hastened(self.comeback)(self.next_on, waiting), waiting)

    def spread(self, days: Iterable[date], held_back: int) -> Iterator[tuple[date, int]]:
        """Each of some days in a row with the reviews that fit; what does not joins the next."""
        fits = self.capacity.hastened(self.comeback)
        for day in days:
            held_back += self.load.get(day, 0)
            reviews = min(held_back, fits(day, held_back))
            held_back -= reviews
            yield day, reviews


def coming(plan: DayPlan, reviewed: int) -> Coming:
    """What comes after the plan's day; one statement.

    `reviewed` counts the cards, new ones apart, that were reviewed on it so far.
    """
    day, learner = plan.study_day, plan.learner
    capacity = places.capacity_of(learner)
    next_on = capacity.next_day(day)
    crowded = plan.level_on or plan.due > plan.capacity or learner.comeback != Learner.Comeback.AS_IS
    if crowded and plan.capacity:
        known = known_on(day, learner.pk)
    else:
        known = Known([], places.load(learner.pk, day, max(WEEK_DAYS, (next_on - day).days if next_on else 0)))
    return Coming(capacity, next_on, known.load, known.cards, options(plan, known, reviewed), learner.comeback)


def known_on(day: date, learner: int) -> Known:
    """What waits on `day` and what falls due within a year of it; one statement.

    It returns a row for each later day, and of what waits one for each interval and step of stability and of days
    since the last review. A step reaches to 1.28 times as much. Counts and intervals are exact; the stability is the
    geometric mean of a step, the days are its mean. That moves a mean recall by less than 0.002: by the logarithm of
    stability or days it has a slope of at most 0.098 and a second derivative of at most 0.031.
    """
    last = day + timedelta(days=HORIZON_DAYS)
    put_off = Q(due_on__lte=day) & (Q(buried_until__gt=day) | Q(last_review_on=day))
    states = CardState.objects.filter(learner=learner, suspended=False, set_aside=False, due_on__lte=last)
    # As `asked`, but by a list of the few retired cards: a join looks up each card of the learner's, at twice the cost.
    states = states.exclude(put_off).exclude(card__in=Card.objects.filter(retired=True))
    days = Coalesce(Value(day.toordinal()) - F("last_review_day"), F("interval"), output_field=IntegerField())
    since = Cast(Greatest(days, 1), FloatField())
    stability = Case(When(stability__gt=0, then=F("stability")))
    now = {"alike": F("interval"), "faded": _step(since), "kept": _step(stability)}
    keys = {name: Case(When(due_on__lte=day, then=step)) for name, step in now.items()}
    rows = states.values(later=Case(When(due_on__gt=day, then=F("due_on"))), **keys).order_by()
    means = {"log": Avg(Ln(stability)), "since": Avg(since), "count": Count("pk")}
    known = Known([], {})
    for later, interval, log, mean, count in rows.annotate(**means).values_list("later", "alike", *means):
        if later:
            known.load[later] = count
        else:
            known.waiting.append(Alike(interval, None if log is None else exp(log), mean, count))
    return known


def _step(amount: Combinable) -> Floor:
    return Floor(Ln(amount) * STEPS)


def options(plan: DayPlan, known: Known, reviewed: int) -> list[Option]:
    """The ways to catch up when more is due than fits on a usual day, slower to faster; else none."""
    day, usual = plan.study_day, places.capacity_of(plan.learner)
    if not known.waiting or usual.suffices(day, known.cards + reviewed):
        return []
    return [_option(plan, known, reviewed, usual, comeback) for comeback in Learner.Comeback]


def _option(plan: DayPlan, known: Known, reviewed: int, usual: Capacity, comeback: Learner.Comeback) -> Option:
    day, capacity = plan.study_day, usual.at(comeback)
    fits = min(capacity.on(day), plan.capacity) if plan.away_days else capacity.on(day)
    room = max(0, fits - reviewed)
    found = forecast.comeback(day, known.waiting, known.load, room, usual.hastened(comeback))
    level_on = found.level_on if found.days else day
    return Option(comeback, comeback == plan.learner.comeback, capacity.cap, level_on, found.recall)


def absence(learner: Learner, day: date, first: date, last: date) -> forecast.Return:
    """What a holiday from `first` to `last` would cost the learner, seen from `day`; one statement."""
    states = CardState.objects.asked().filter(learner=learner.pk, due_on__isnull=False)
    rows = list(states.order_by("card").values_list("due_on", "interval", "stability", "last_review_day"))
    memory = [
        Waiting(interval, stability, _since(day, reviewed, interval)) for _, interval, stability, reviewed in rows
    ]
    fits = places.capacity_of(learner).hastened(learner.comeback)
    return forecast.absence(day, first, last, memory, Counter(row[0] for row in rows if row[0]), fits)


def _since(day: date, reviewed: int | None, interval: int) -> int:
    """Days since the last review; one whose day is not known counts as due today."""
    return interval if reviewed is None else day.toordinal() - reviewed
