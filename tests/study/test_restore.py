"""A card taken back: it waits today when it is due and the day has room, and where it does not that is said."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone

from curriculum.models import Card
from study import capacity, plans, services, standing
from study.models import DayPlan

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TOMORROW = date(2026, 3, 3)
ONE, TWO = "queues/card-01", "queues/card-02"


@pytest.fixture
def do():
    """`do("suspend", learner)`: say it of the first card, or of another."""
    return lambda verb, user, card=ONE: getattr(standing, verb)(user=user, card=card, now=timezone.now())


@pytest.fixture
def refs(cards):
    """`refs(learner)`: what waits, in order."""
    return lambda user: [card.ref for card in cards(user)]


@pytest.fixture
def due_and_away(learner, cards, answer, do, clock):
    """Four cards are due today, and the first of them was suspended before the day was planned."""
    for card in cards(learner)[:4]:
        answer(learner, card, 4)
    do("suspend", learner)
    clock.shift(24 * 3600)
    cards(learner)
    return learner


def test_a_due_card_that_was_away_is_asked_today_at_the_end_of_the_queue(due_and_away, do, refs, cards, answer):
    before = refs(due_and_away)
    do("restore", due_and_away)
    assert refs(due_and_away) == [*before, ONE]
    do("restore", due_and_away)
    assert refs(due_and_away) == [*before, ONE]
    given = answer(due_and_away, cards(due_and_away)[-1], 1)
    services.undo(user=due_and_away, key=uuid4(), now=timezone.now(), answer=given.answer.pk)
    assert refs(due_and_away) == [*before, ONE]
    assert plans.current(due_and_away, timezone.now()).reviews == 4


def test_when_the_day_is_full_a_restored_card_waits_for_a_later_one(due_and_away, do, refs):
    DayPlan.objects.filter(study_day=TOMORROW).update(capacity=3)
    before = refs(due_and_away)
    do("restore", due_and_away)
    assert refs(due_and_away) == before


def test_a_sibling_of_a_card_of_today_is_not_asked_beside_it(due_and_away, curriculum, do, refs):
    Card.objects.filter(ref=ONE).update(front=curriculum.cards[1])
    before = refs(due_and_away)
    assert TWO in before
    do("restore", due_and_away)
    assert refs(due_and_away) == before


def test_a_new_card_of_today_comes_back_after_the_day_was_planned_again(learner, do, refs):
    before = refs(learner)
    do("bury", learner)
    plans.build(learner, timezone.now())
    do("restore", learner)
    assert {*before} <= {*refs(learner)}


def test_a_card_missed_while_it_was_away_and_without_a_place_comes_at_the_end(learner, do, refs):
    last = "retries/card-12"
    do("suspend", learner, last)
    services.grade(user=learner, card=last, grade=1, key=uuid4(), now=timezone.now())
    before = refs(learner)
    do("restore", learner, last)
    assert refs(learner) == [*before, last]
    services.undo(user=learner, key=uuid4(), now=timezone.now())
    assert refs(learner) == before


def test_the_due_days_of_a_restored_card_are_of_today(learner, cards, answer, do, clock):
    for wait in (1, 6):
        answer(learner, next(card for card in cards(learner) if card.ref == ONE), 4)
        clock.shift(24 * 3600 * wait)
    do("suspend", learner)
    cards(learner)
    capacity.change(user=learner, now=timezone.now(), weekdays=[100, 0, 100, 100, 100, 100, 100])
    do("restore", learner)
    card = next(card for card in cards(learner) if card.ref == ONE)
    given = answer(learner, card, 4).answer
    assert given.due_on.weekday() != 1
    assert (given.due_on - given.study_day).days == card.showing.days()["good"]


@pytest.mark.parametrize("htmx", [True, False])
def test_what_is_not_asked_today_is_said(client_of, due_and_away, answer, cards, htmx):
    client = client_of(due_and_away)

    def said(card):
        response = client.post("/study/restore/", {"card": card}, headers={"HX-Request": "true"} if htmx else {})
        return (response if htmx else client.get(response["Location"])).content.decode()

    DayPlan.objects.filter(study_day=TOMORROW).update(capacity=3)
    assert "today has no place left for it, so it comes on a later day" in said(ONE)
    assert "It is asked again when its turn comes." in said("retries/card-12")
    answer(due_and_away, cards(due_and_away)[0], 4)
    assert "It is asked again when it is due, on 9 March." in said(TWO)
