"""The rollover job: folds what only the ledger knows, plans the day, and may be killed or run twice."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, connection
from django.utils import timezone

from scheduling.recall import Trace
from scheduling.sm2 import State
from study import enrolment, folding, plans
from study.checkup import findings
from study.fold import Memory, kind_on, outcome
from study.models import Answer, CardState, DayPlan, Learner
from study.tasks import schedule_reviews

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
START = date(2026, 3, 2)
LEARNERS = 4


@pytest.fixture
def crowd(make_user, curriculum, clock):
    """Four learners on the sample track."""
    users = [make_user(f"learner{number}@example.org") for number in range(LEARNERS)]
    for user in users:
        enrolment.start_learning(user=user, track=curriculum.track, pace=10, time_zone="UTC", now=timezone.now())
    return users


def restore_ledger(users, cards, rows, seed=7):
    """Write rows to the ledger alone, as an import or a restored log does; returns what each card should be."""
    dice = random.Random(seed)
    memories: dict[tuple[int, int], Memory] = {}
    batch = []
    for number in range(rows):
        user, card = dice.choice(users), dice.choice(cards)
        before = memories.get((user.pk, card.pk), Memory())
        day = START + timedelta(days=number * 40 // rows)
        kind = kind_on(before, day, queued=False)
        after = outcome(before, kind, grade := dice.randrange(6), day).memory
        memories[user.pk, card.pk] = after
        moved = kind == "review"
        batch.append(
            Answer(
                learner_id=user.pk,
                card=card,
                key=uuid4(),
                sequence=after.sequence,
                grade=grade,
                kind=kind,
                study_day=day,
                answered_at=timezone.now(),
                received_at=timezone.now(),
                interval=after.schedule.interval if moved else None,
                due_on=after.due_on if moved else None,
            )
        )
    Answer.objects.bulk_create(batch)
    return memories


def memory_of(row):
    schedule = State(row.repetitions, row.ease, row.interval)
    trace = Trace(row.stability, row.difficulty) if row.stability else None
    return Memory(schedule, row.lapses, row.last_review_on, row.due_on, row.drill_open, row.sequence, trace)


def stored(memories):
    rows = CardState.objects.filter(sequence__gt=0)
    assert rows.count() == len(memories)
    return {(row.learner_id, row.card_id): memory_of(row) for row in rows}


def everything():
    states = CardState.objects.order_by("learner", "card").values_list("learner", "card", *folding.columns(Memory()))
    places = CardState.objects.order_by("learner", "card").values_list("queued_on", "position", "due_on")
    return list(states), list(places), list(DayPlan.objects.order_by("learner", "study_day").values_list("due", "new"))


def test_one_run_brings_every_state_due_day_and_plan_to_what_the_fold_says(crowd, curriculum, clock):
    memories = restore_ledger(crowd, curriculum.cards, 1000)
    clock.shift(timedelta(days=41))
    schedule_reviews()
    assert stored(memories) == memories
    today = START + timedelta(days=41)
    for user in crowd:
        due = sum(memory.due_on <= today for (learner, _), memory in memories.items() if learner == user.pk)
        plan = DayPlan.objects.get(learner=user.pk, study_day=today)
        placed = CardState.objects.filter(learner=user.pk, queued_on=today, last_review_on__isnull=False)
        assert (plan.due, placed.count()) == (due, due)
    assert list(findings()) == []


def test_a_run_killed_after_any_learner_and_started_again_ends_the_same(crowd, curriculum, clock, monkeypatch):
    restore_ledger(crowd, curriculum.cards, 300)
    clock.shift(timedelta(days=41))
    build, calls = plans.build, []

    def killed(user, now):
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(user)
        return build(user, now)

    monkeypatch.setattr(plans, "build", killed)
    with pytest.raises(KeyboardInterrupt):
        schedule_reviews()
    monkeypatch.undo()
    schedule_reviews()
    resumed = everything()
    CardState.objects.all().delete()
    DayPlan.objects.all().delete()
    Learner.objects.update(next_rollover_at=timezone.now())
    schedule_reviews()
    assert resumed[0] == everything()[0]
    assert resumed[1] == everything()[1]
    assert Learner.objects.filter(next_rollover_at__lte=timezone.now()).count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_double_nothing(crowd, curriculum, clock):
    memories = restore_ledger(crowd, curriculum.cards, 300)
    clock.shift(timedelta(days=41))

    def run(_):
        try:
            schedule_reviews()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, range(3)))
    assert stored(memories) == memories
    assert DayPlan.objects.filter(study_day=START + timedelta(days=41)).count() == LEARNERS


def test_with_the_worker_stopped_the_first_page_does_the_same_for_its_learner_alone(
    crowd, curriculum, clock, client_of
):
    memories = restore_ledger(crowd, curriculum.cards, 200)
    clock.shift(timedelta(days=44))
    own, other = crowd[:2]
    client_of(own).get("/today/")
    states = {row.card_id: memory_of(row) for row in CardState.objects.filter(learner=own.pk, sequence__gt=0)}
    assert states == {card: memory for (learner, card), memory in memories.items() if learner == own.pk}
    assert not CardState.objects.filter(learner=other.pk, sequence__gt=0).exists()


def test_a_learner_whose_day_has_not_turned_is_left_alone(crowd, clock):
    clock.shift(timedelta(hours=1))
    schedule_reviews()
    assert DayPlan.objects.count() == LEARNERS


def test_somebody_away_for_14_days_is_not_planned_until_they_come_back(crowd, clock, client_of):
    client_of(crowd[0]).get("/today/")
    clock.shift(timedelta(days=20))
    schedule_reviews()
    away = Learner.objects.get(pk=crowd[0].pk)
    assert away.next_rollover_at is None
    assert not DayPlan.objects.filter(learner=away, study_day__gt=START).exists()
    client_of(crowd[0]).get("/today/")
    assert DayPlan.objects.filter(learner=away, study_day=START + timedelta(days=20)).exists()


@pytest.mark.parametrize("error", [RuntimeError, IntegrityError, DataError])
def test_one_learner_whose_plan_fails_does_not_hold_up_the_others(crowd, clock, monkeypatch, caplog, error):
    clock.shift(timedelta(days=1))
    build = plans.build

    def poisoned(user, now):
        if user.pk == crowd[0].pk:
            raise error("broken row")
        return build(user, now)

    monkeypatch.setattr(plans, "build", poisoned)
    schedule_reviews()
    tomorrow = DayPlan.objects.filter(study_day=START + timedelta(days=1))
    assert set(tomorrow.values_list("learner", flat=True)) == {user.pk for user in crowd[1:]}
    assert f"learner {crowd[0].pk}" in caplog.text
