"""Building the day: folding what arrived in the ledger alone, and handing out places.

The job and the first page of a day call the same function; it may run any number of times.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Avg, Count, Q, QuerySet

from accounts.models import User
from scheduling import planning, sm2
from scheduling.calendar import next_rollover, study_day
from scheduling.placement import Capacity
from study import folding, memory, places
from study.models import Answer, CardState, DayPlan, Learner

logger = logging.getLogger(__name__)
AWAY_DAYS = 14
FIRST_SESSION = 10  # easy cards, after so long
ACTIVE_DAYS = 28
SPEED_SAMPLE = 200  # newest answers
READING_SECONDS = 8  # from the answer's appearance to the grade; milliseconds end at the appearance
USUAL_SECONDS = 20  # a card, for somebody without answers yet
SLOWEST_SECONDS = 90


def today_of(user: User, now: datetime) -> date:
    """The learner's study day at an instant."""
    return study_day(now, user.time_zone, user.rollover_hour, user.first_open_day)


def current(user: User, now: datetime) -> DayPlan:
    """The plan of the learner's study day, with its learner; built when this is the day's first visit.

    One statement when the plan is there; two on the first visit after the job has planned the day.
    """
    day = today_of(user, now)
    plan = DayPlan.objects.for_user(user).select_related("learner").filter(study_day=day).first()
    if plan is None:
        Learner.objects.get_or_create(user=user, defaults={"next_rollover_at": now})
        plan = build(user, now)
    if plan.learner.last_active_on != day:
        Learner.objects.filter(pk=user.pk).update(last_active_on=day)
    return plan


@transaction.atomic
def build(user: User, now: datetime) -> DayPlan:
    """Fold, clear yesterday's places, hand out today's, and note when the next day begins."""
    # no_key: an answer's foreign key locks the learner's row at its commit, and would wait for us in a deadlock.
    learner = Learner.objects.select_for_update(no_key=True).get(pk=user.pk)
    day = today_of(user, now)
    folding.catch_up(user.pk)
    earlier = DayPlan.objects.filter(learner=learner, study_day=day).first()
    if earlier is None:
        memory.roll_up(learner.pk, day)
    states = CardState.objects.filter(learner=learner)
    places.clear(states, day)
    met, reviewed = _answered_today(learner.pk, day)
    due = states.due(day).exclude(last_review_on=day).count()
    away = earlier.away_days if earlier else _away(learner, day)
    capacity = _capacity(learner, day, due + reviewed, away)
    room = max(0, capacity.on(day) - reviewed)
    reviews = places.due_cards(states, day, room, easiest=bool(away))
    places.hand_out(learner, day, {review.card: review.schedule for review in reviews})
    small = away and due + reviewed  # the first session back; with nothing due there are new cards instead
    new = places.pace_of(learner).on(day) - met if due <= room and not small else 0
    fresh = places.new_cards(learner.pk, day, new)
    places.hand_out(learner, day, dict.fromkeys(fresh, sm2.START), planning.STEP * (len(reviews) + 1))
    ahead = places.load(learner.pk, day, planning.HORIZON_DAYS)
    fits = places.capacity_of(learner).hastened(learner.comeback)
    plan, _ = DayPlan.objects.update_or_create(
        learner=learner,
        study_day=day,
        defaults={
            "capacity": capacity.on(day),
            "due": due,
            "reviews": len(reviews),
            "new": len(fresh),
            "level_on": planning.level_day(day, due, room, fits, ahead),
            "seconds_a_card": _speed(learner.pk),
            "active_days": _active_days(learner.pk, day),
            "away_days": away,
        },
    )
    learner.next_rollover_at = next_rollover(day, user.time_zone, user.rollover_hour)
    learner.save(update_fields=["next_rollover_at", "comeback"])
    return plan


def _away(learner: Learner, day: date) -> int:
    """Days since the last visit, when so many that the first session back is a small one; else 0."""
    days = (day - learner.last_active_on).days if learner.last_active_on else 0
    return days if days >= AWAY_DAYS else 0


def _capacity(learner: Learner, day: date, due: int, away: int) -> Capacity:
    """What fits on each day: as chosen for a comeback while more is due than fits, ten on the first day back."""
    usual = places.capacity_of(learner)
    if usual.suffices(day, due):
        learner.comeback = Learner.Comeback.AS_IS
    hastened = usual.at(learner.comeback)
    return replace(hastened, cap=min(hastened.cap, FIRST_SESSION)) if away else hastened


def _speed(learner: int) -> int:
    """Seconds a card takes this learner: recall as measured over the newest answers, and reading the answer."""
    newest = Answer.objects.filter(learner=learner, milliseconds__isnull=False).order_by("-id")[:SPEED_SAMPLE]
    mean = newest.aggregate(mean=Avg("milliseconds"))["mean"]
    return USUAL_SECONDS if mean is None else round(min(SLOWEST_SECONDS, READING_SECONDS + mean / 1000))


def _active_days(learner: int, day: date) -> int:
    """Days with answers among the 27 before `day`; with today they are "19 of the last 28 days"."""
    days = Answer.objects.filter(learner=learner, study_day__lt=day, study_day__gt=day - timedelta(days=ACTIVE_DAYS))
    return days.values("study_day").distinct().count()


def sweep(now: datetime, *, chunk: int = 100) -> int:
    """Plan the day of every learner whose rollover has passed; returns how many were planned.

    Each learner is one short transaction, taken with SKIP LOCKED where the database has it, so two sweeps share
    the work and a killed one leaves nothing half-done. Learners away for 14 days are left until they come back.
    One learner whose plan fails is logged and waits for the next sweep; the others go on.
    """
    planned, failed = 0, set[int]()
    while batch := list(_behind(now, failed)[:chunk]):
        before = planned
        for learner in batch:
            try:
                planned += _plan_one(learner, now)
            except (OperationalError, InterfaceError):  # the database is lost, not this learner's plan
                raise
            except Exception:
                logger.exception("The day of learner %s could not be planned.", learner)
                failed.add(learner)
        if planned == before and not failed.intersection(batch):
            break  # another sweep holds what is left
    return planned


def _behind(now: datetime, failed: set[int]) -> QuerySet[Learner, int]:
    late = Learner.objects.filter(next_rollover_at__lte=now).exclude(pk__in=failed)
    return late.order_by("next_rollover_at", "pk").values_list("pk", flat=True)


@transaction.atomic
def _plan_one(pk: int, now: datetime) -> int:
    locked = Learner.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("user")
    learner = locked.filter(pk=pk, next_rollover_at__lte=now).first()
    if learner is None:
        return 0
    day = today_of(learner.user, now)
    if learner.last_active_on and (day - learner.last_active_on).days >= AWAY_DAYS:
        folding.catch_up(pk)
        Learner.objects.filter(pk=pk).update(next_rollover_at=None)
        return 1
    build(learner.user, now)
    return 1


def room(plan: DayPlan) -> int:
    """How many more reviews fit on the plan's day, over those answered and those that wait."""
    day = plan.study_day
    placed = CardState.objects.filter(learner=plan.learner_id, queued_on=day, position__gt=0, due_on__lte=day)
    _, reviewed = _answered_today(plan.learner_id, day)
    return max(0, plan.capacity - reviewed - placed.exclude(last_review_on=day).count())


def _answered_today(learner: int, day: date) -> tuple[int, int]:
    """How many cards were met for the first time today, and how many others were reviewed."""
    reviews = Answer.objects.standing().filter(learner=learner, study_day=day, kind=Answer.Kind.REVIEW)
    counts = reviews.with_first().aggregate(met=Count("pk", filter=Q(is_first=True)), all=Count("pk"))
    return counts["met"], counts["all"] - counts["met"]
