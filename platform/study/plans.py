"""Building the day: folding what arrived in the ledger alone, and handing out places.

The job and the first page of a day call the same function; it may run any number of times.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from curriculum.models import Card, Tier, Topic, TrackTopic
from scheduling import planning
from scheduling.calendar import next_rollover, study_day
from study.fold import Memory, Row, fold
from study.models import RULES, Answer, CardState, DayPlan, Enrolment, Learner

logger = logging.getLogger(__name__)
AWAY_DAYS = 14
ACTIVE_DAYS = 28
SPEED_SAMPLE = 200  # newest answers
READING_SECONDS = 8  # from the answer's appearance to the grade; milliseconds end at the appearance
USUAL_SECONDS = 20  # a card, for somebody without answers yet
SLOWEST_SECONDS = 90
FOLD_BATCH = 500


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
    catch_up(user.pk)
    states = CardState.objects.filter(learner=learner)
    _clear_places(states, day)
    met, reviewed = _answered_today(learner.pk, day)
    waiting = states.due(day).exclude(last_review_on=day)
    due = waiting.count()
    room = max(0, learner.cap - reviewed)
    fitting = waiting.order_by("interval", "card")[:room].values_list("card", "card__topic", "interval")
    reviews = planning.interleaved(planning.Review(*row) for row in fitting)
    fresh = _new_cards(learner.pk, learner.pace - met) if due <= room else []
    _hand_out(learner.pk, day, [*(review.card for review in reviews), *(card.card for card in fresh)])
    level_on = planning.level_day(day, due, room, load(learner.pk, day, planning.HORIZON_DAYS)) if due > room else None
    plan, _ = DayPlan.objects.update_or_create(
        learner=learner,
        study_day=day,
        defaults={
            "capacity": learner.cap,
            "due": due,
            "reviews": len(reviews),
            "new": len(fresh),
            "level_on": level_on,
            "seconds_a_card": _speed(learner.pk),
            "active_days": _active_days(learner.pk, day),
        },
    )
    learner.next_rollover_at = next_rollover(day, user.time_zone, user.rollover_hour)
    learner.save(update_fields=["next_rollover_at"])
    return plan


def load(learner: int, day: date, days: int) -> dict[date, int]:
    """Reviews known to fall due after `day`, by date, so many days ahead."""
    ahead = CardState.objects.filter(
        learner=learner, due_on__gt=day, due_on__lte=day + timedelta(days=days), card__retired=False
    )
    return dict(ahead.values_list("due_on").annotate(count=Count("id")).order_by("due_on"))


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
        catch_up(pk)
        Learner.objects.filter(pk=pk).update(next_rollover_at=None)
        return 1
    build(learner.user, now)
    return 1


# --- folding --------------------------------------------------------------------------------------


def catch_up(learner: int) -> int:
    """Fold every card of a learner whose ledger holds rows that its state has not seen; returns how many.

    One index probe a card of the curriculum, whatever the length of the history.
    """
    folded = CardState.objects.filter(learner=learner, card=OuterRef("pk")).values("sequence")
    cards = Card.objects.annotate(seen=Coalesce(Subquery(folded), 0)).filter(
        Exists(Answer.objects.filter(learner=learner, card=OuterRef("pk"), sequence__gt=OuterRef("seen")))
    )
    behind = list(cards.values_list("pk", flat=True))
    for start in range(0, len(behind), FOLD_BATCH):
        refold(learner, behind[start : start + FOLD_BATCH])
    return len(behind)


@transaction.atomic
def refold(learner: int, cards: Sequence[int]) -> None:
    """Write the states of some cards from their ledger rows; the learner's places are left as they are.

    The states are locked first: an answer given between reading and writing would be folded away again.
    """
    list(CardState.objects.select_for_update().filter(learner=learner, card__in=cards).order_by("card"))
    memories = folded_from_ledger(learner, cards)
    rows = [CardState(learner_id=learner, card_id=card, **columns(memory)) for card, memory in memories.items()]
    CardState.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["learner", "card"],
        update_fields=[*columns(Memory())],
    )


def folded_from_ledger(learner: int, cards: Iterable[int]) -> dict[int, Memory]:
    """Card to memory, replayed from the ledger alone."""
    history: dict[int, list[Row]] = defaultdict(list)
    rows = Answer.objects.filter(learner=learner, card__in=cards)
    for card, *fields in rows.values_list("card", *Row._fields):
        history[card].append(Row(*fields))
    return {card: fold(rows) for card, rows in history.items()}


def columns(memory: Memory) -> dict[str, object]:
    """A memory as the columns of CardState."""
    return {
        **memory.schedule._asdict(),
        "lapses": memory.lapses,
        "last_review_on": memory.last_review_on,
        "due_on": memory.due_on,
        "drill_open": memory.drill_open,
        "sequence": memory.sequence,
        "rules": RULES,
    }


# --- places ---------------------------------------------------------------------------------------


def _clear_places(states: QuerySet[CardState], day: date) -> None:
    """Take back every place but those of cards already reviewed today."""
    untouched = Q(queued_on=day, last_review_on=day)
    states.filter(queued_on__isnull=False).exclude(untouched).update(queued_on=None, position=None)


def _answered_today(learner: int, day: date) -> tuple[int, int]:
    """How many cards were met for the first time today, and how many others were reviewed."""
    reviews = Answer.objects.standing().filter(learner=learner, study_day=day, kind=Answer.Kind.REVIEW)
    counts = reviews.with_first().aggregate(met=Count("pk", filter=Q(is_first=True)), all=Count("pk"))
    return counts["met"], counts["all"] - counts["met"]


def _hand_out(learner: int, day: date, cards: Sequence[int]) -> None:
    rows = [
        CardState(learner_id=learner, card_id=card, queued_on=day, position=position)
        for card, position in planning.places(cards).items()
    ]
    CardState.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["learner", "card"], update_fields=["queued_on", "position"]
    )
    # The rows are locked only now: a card answered while the plan was made is done for today and needs no place.
    done = CardState.objects.filter(learner=learner, last_review_on=day, drill_open=False)
    done.filter(queued_on=day, position__gt=0).update(queued_on=None, position=None)


def _new_cards(learner: int, count: int) -> list[planning.NewCard]:
    if count <= 0:
        return []
    steps = steps_of(learner)
    topics = [step.topic for step in steps]
    links = Topic.prerequisites.through.objects.filter(from_topic__in=topics).values_list("from_topic", "to_topic")
    prerequisites: dict[int, set[int]] = defaultdict(set)
    for topic, needed in links:
        prerequisites[topic].add(needed)
    return planning.new_cards(steps, prerequisites, _unfinished(learner, topics), count)


def steps_of(learner: int) -> list[planning.Step]:
    """The topics of the learner's tracks in order of enrolment and track, with the cards not yet reviewed."""
    enrolled = Enrolment.objects.filter(learner=learner).order_by("id").values_list("track", flat=True)
    rank = {track: number for number, track in enumerate(enrolled)}
    rows = sorted(
        TrackTopic.objects.filter(track__in=rank).values_list("track", "position", "topic", "tiers"),
        key=lambda row: (rank[row[0]], row[1]),
    )
    seen = CardState.objects.filter(learner=learner, card=OuterRef("pk"), last_review_on__isnull=False)
    unseen: dict[int, list[tuple[int, str]]] = defaultdict(list)
    cards = Card.objects.asked().filter(topic__in={row[2] for row in rows}).exclude(Exists(seen))
    for card, topic, tier in cards.order_by("position").values_list("pk", "topic", "tier"):
        unseen[topic].append((card, tier))
    return [
        planning.Step(topic, [card for card, tier in unseen[topic] if tier in tiers]) for _, _, topic, tiers in rows
    ]


def _unfinished(learner: int, topics: Iterable[int]) -> set[int]:
    """Topics with a foundation card not yet answered with 3 or more: never passed means neither now nor lapsed."""
    passed = CardState.objects.filter(Q(repetitions__gt=0) | Q(lapses__gt=0), learner=learner, card=OuterRef("pk"))
    foundation = Card.objects.asked().filter(topic__in=topics, tier=Tier.FOUNDATION).exclude(Exists(passed))
    return set(foundation.values_list("topic", flat=True))
