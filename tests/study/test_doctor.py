"""`manage.py doctor` finds every way in which a state and its ledger can part, and is silent otherwise."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from study import folding
from study.models import Answer, CardState

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def doctor() -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("doctor", stdout=out)
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def studied(learner, cards, answer):
    for grade in (4, 1, 3, 5, 2, 4):
        answer(learner, cards(learner)[0], grade)
    return CardState.objects.filter(learner=learner.pk, sequence=1, repetitions=1).order_by("card")


def test_it_is_silent_when_all_is_well(studied):
    assert doctor() == (0, "")


@pytest.mark.parametrize(
    "damage",
    [
        {"ease": 130},
        {"repetitions": 7},
        {"interval": 99},
        {"lapses": 3},
        {"sequence": 9},
        {"drill_open": ~F("drill_open")},
        {"due_on": None},
        {"last_review_day": 1},
        {"last_review_on": "2026-03-01"},
        {"stability": F("stability") * (1 + 1e-8)},
        {"difficulty": F("difficulty") * (1 - 1e-8)},
    ],
    ids=lambda damage: "-".join(f"{name}" for name in damage),
)
def test_a_state_that_parts_from_its_ledger_is_named(studied, damage):
    state = studied.first()
    if "drill_open" in damage:
        damage = {"drill_open": not state.drill_open}
    CardState.objects.filter(pk=state.pk).update(**damage)
    code, said = doctor()
    assert code == 1
    assert state.card.ref in said
    assert next(iter(damage)).replace("due_on", "due on") in said


def test_a_last_bit_of_stability_or_difficulty_is_no_fault(studied):
    off = 1 + 1e-10  # another machine's power may round differently
    CardState.objects.update(stability=F("stability") * off, difficulty=F("difficulty") * off)
    assert doctor() == (0, "")


@pytest.mark.parametrize(
    ("days", "said"), [(16, ""), (21, ""), (11, ""), (1, ""), (0, "does not fit"), (383, "does not fit")]
)
def test_a_due_date_fits_its_interval_when_placement_could_have_given_it(learner, curriculum, days, said):
    card, first = curriculum.cards[0], date(2026, 1, 1)
    due_on = None
    for sequence, (day, interval) in enumerate(((0, 1), (1, 6), (7, 15)), start=1):
        due_on = first + timedelta(days=day + (days if sequence == 3 else interval))
        Answer.objects.create(learner_id=learner.pk, card=card, key=f"{sequence:032x}", sequence=sequence, grade=4,
                              kind="review", study_day=first + timedelta(days=day), answered_at=timezone.now(),
                              received_at=timezone.now(), interval=interval, due_on=due_on)  # fmt: skip
    folding.refold(learner.pk, [card.pk])
    assert CardState.objects.get(learner=learner.pk, card=card).due_on == due_on
    assert said in doctor()[1]
    assert bool(doctor()[0]) == bool(said)


def test_a_due_date_that_does_not_fit_its_interval_is_named(studied):
    row = Answer.objects.filter(kind="review").first()
    Answer.objects.filter(pk=row.pk).update(due_on=row.due_on + timedelta(days=3))
    CardState.objects.filter(card=row.card).update(due_on=row.due_on + timedelta(days=3))
    assert "does not fit an interval" in doctor()[1]


def test_answers_without_a_state_are_named(studied):
    state = studied.first()
    CardState.objects.filter(pk=state.pk).delete()
    assert f"{state.card.ref}: answers in the ledger, but no state" in doctor()[1]


def test_a_gap_in_the_ledger_is_named(studied):
    Answer.objects.filter(kind="drill").update(sequence=F("sequence") + 5)
    Answer.objects.filter(pk=Answer.objects.filter(kind="review").first().pk).update(sequence=3)
    assert "has a gap" in doctor()[1]
