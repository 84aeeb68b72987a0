"""Undo: newest first, through the whole study day, restoring everything exactly."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from study import plans, reading, services, standing
from study.checkup import findings
from study.models import Answer, CardState
from study.services import NothingToUndo, UnknownCard

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def snapshot(learner) -> list[dict]:
    """Every state but for the sequence, which only grows."""
    states = CardState.objects.filter(learner=learner.pk).order_by("card").values()
    return [{name: value for name, value in state.items() if name not in ("id", "sequence")} for state in states]


def undo(learner, **which):
    return services.undo(user=learner, key=uuid4(), now=timezone.now(), **which)


@pytest.mark.parametrize("grade", range(6))
def test_undo_restores_card_schedule_and_place(learner, cards, answer, grade):
    before, refs = snapshot(learner), [card.ref for card in cards(learner)]
    answer(learner, cards(learner)[0], grade)
    undo(learner)
    assert snapshot(learner) == before
    assert [card.ref for card in cards(learner)] == refs


def test_undo_walks_back_through_every_answer_of_the_day(learner, cards, answer):
    snapshots = []
    for grade in (4, 1, 3, 5, 0, 4, 2, 4, 4, 4, 4, 3, 5):
        snapshots.append(snapshot(learner))
        answer(learner, cards(learner)[0], grade)
    for before in reversed(snapshots):
        undo(learner)
        assert snapshot(learner) == before
    with pytest.raises(NothingToUndo):
        undo(learner)


def test_an_undone_answer_stays_in_the_ledger_and_is_left_out_of_the_fold(learner, cards, answer):
    card = cards(learner)[0]
    answer(learner, card, 1)
    undo(learner)
    answer(learner, cards(learner)[0], 4)
    rows = Answer.objects.filter(card__ref=card.ref).order_by("sequence")
    assert [(row.kind, row.sequence) for row in rows] == [("review", 1), ("undo", 2), ("review", 3)]
    state = CardState.objects.get(card__ref=card.ref)
    assert (state.repetitions, state.lapses, state.sequence) == (1, 0, 3)


def test_a_card_undone_and_answered_again_still_counts_as_met_today(learner, cards, answer):
    answer(learner, cards(learner)[0], 4)
    undo(learner)
    answer(learner, cards(learner)[0], 4)
    session = reading.session(learner, plans.today_of(learner, timezone.now()))
    assert (session.reviewed, session.recalled, session.met) == (1, 1, 1)


def test_naming_the_answer_makes_a_repeated_undo_take_back_only_one(learner, cards, answer):
    answer(learner, cards(learner)[0], 4)
    second = answer(learner, cards(learner)[0], 4).answer
    assert not undo(learner, answer=second.pk).repeated
    assert undo(learner, answer=second.pk).repeated
    assert undo(learner, answer_key=second.key).repeated
    assert Answer.objects.filter(kind="undo").count() == 1


def test_only_the_newest_answer_can_be_undone(learner, cards, answer):
    first = answer(learner, cards(learner)[0], 4).answer
    answer(learner, cards(learner)[0], 4)
    with pytest.raises(NothingToUndo, match="newest"):
        undo(learner, answer=first.pk)
    assert not Answer.objects.filter(kind="undo").exists()


def test_yesterdays_answers_can_no_longer_be_undone(learner, cards, answer, clock):
    old = answer(learner, cards(learner)[0], 4).answer
    clock.shift(timedelta(days=1))
    with pytest.raises(NothingToUndo):
        undo(learner)
    with pytest.raises(NothingToUndo):
        undo(learner, answer=old.pk)


def test_another_learners_answer_is_unknown(learner, bob, cards, answer):
    row = answer(learner, cards(learner)[0], 4).answer
    with pytest.raises(UnknownCard):
        undo(bob, answer=row.pk)
    with pytest.raises(UnknownCard):
        undo(bob, answer_key=uuid4())


def test_practice_can_be_undone_too(learner, cards, answer):
    card = cards(learner)[0]
    answer(learner, card, 4)
    before = snapshot(learner)
    answer(learner, card, 1, shown="")
    undo(learner)
    assert snapshot(learner) == before


def test_a_drill_of_a_card_outside_the_plan_leaves_the_queue_with_its_undo(learner, curriculum, cards):
    card = curriculum.cards[-1]
    before = [shown.ref for shown in cards(learner)]
    for grade in (1, 2, 4):
        services.grade(user=learner, card=card.ref, grade=grade, key=uuid4(), now=timezone.now())
    for _ in range(3):
        undo(learner)
    assert [shown.ref for shown in cards(learner)] == before
    state = CardState.objects.get(card=card)
    assert (state.position, state.queued_on, state.due_on, state.last_review_on) == (None, None, None, None)


@pytest.mark.parametrize("drills", [0, 1])
def test_a_card_outside_the_plan_put_away_and_then_undone_is_placed_anew_when_it_is_taken_back(
    learner, curriculum, cards, clock, drills
):
    """With the due days of an older plan on its buttons its date would not fit its interval."""
    ref = curriculum.cards[0].ref

    def give(grade):
        services.grade(user=learner, card=ref, grade=grade, key=uuid4(), now=timezone.now())

    for days in (1, 6):
        give(4)
        clock.shift(timedelta(days=days))
    cards(learner)  # planned with the days of an interval of 15
    give(1)
    clock.shift(timedelta(days=1))
    for _ in range(1 + drills):
        give(3)
    standing.suspend(user=learner, card=ref, now=timezone.now())
    for _ in range(1 + drills):
        services.undo(user=learner, key=uuid4(), now=timezone.now())
    standing.restore(user=learner, card=ref, now=timezone.now())
    state = CardState.objects.get(card__ref=ref)
    assert (state.queued_on, state.good_days) == (plans.today_of(learner, timezone.now()), None)
    give(4)
    assert list(findings()) == []


def test_a_card_buried_on_an_earlier_day_comes_back_with_its_undo_like_any_other(learner, cards, answer, clock):
    standing.bury(user=learner, card=cards(learner)[0].ref, now=timezone.now())
    clock.shift(timedelta(days=1))
    first, before = cards(learner)[0], snapshot(learner)
    for grade in (4, 1, 5):
        answer(learner, next(card for card in cards(learner) if card.ref == first.ref), grade)
        undo(learner)
        assert snapshot(learner) == before
    assert cards(learner)[0].ref == first.ref


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_an_undo_that_comes_after_the_rollover_is_told_so_above_the_first_card_of_the_new_day(
    learner, cards, answer, client_of, clock, headers
):
    row = answer(learner, cards(learner)[0], 4).answer
    clock.shift(timedelta(days=1))
    response = client_of(learner).post("/study/undo/", {"undoes": str(row.key)}, headers=headers)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Only the newest answer of today can be undone" in text
    assert f'data-ref="{cards(learner)[0].ref}"' in text
    assert "See the summary" not in text


def test_the_page_undoes_in_seven_statements(learner, cards, answer, client_of, count_statements):
    row = answer(learner, cards(learner)[0], 4).answer
    client = client_of(learner)
    with count_statements() as seen:
        response = client.post(
            "/study/undo/", {"undoes": str(row.key), "key": str(uuid4())}, headers={"HX-Request": "true"}
        )
    assert response.status_code == 200
    assert len(seen) == 7
