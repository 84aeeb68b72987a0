"""An answer that arrives while something else is being written for the same learner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from study import enrolment, folding, places, services
from study.checkup import findings
from study.models import Answer, CardState

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
MEANWHILE = 1  # seconds in which the answer is stored, unless a lock keeps it waiting


@pytest.fixture
def answered_after(monkeypatch) -> Callable:
    """`with answered_after(name, user, ref):` the first call of it in the block is followed by an answer."""

    @contextmanager
    def patched(module, name: str, user, ref: str) -> Iterator[None]:
        original = getattr(module, name)
        answer = Thread(target=_answer, args=[user, ref])

        def then_answer(*args, **named):
            found = original(*args, **named)
            if answer.ident is None:
                answer.start()
                answer.join(MEANWHILE)
            return found

        monkeypatch.setattr(module, name, then_answer)
        yield
        answer.join()
        monkeypatch.undo()

    return patched


def _answer(user, ref: str) -> None:
    try:
        services.grade(user=user, card=ref, grade=5, key=uuid4(), now=timezone.now())
    finally:
        connection.close()


def test_a_card_answered_while_the_day_is_planned_is_not_asked_again(learner, cards, answered_after):
    ref = "queues/card-11"
    assert ref not in {card.ref for card in cards(learner)}
    with answered_after(places, "new_cards", learner, ref):
        given = {"time_zone": "UTC", "rollover_hour": 4, "theme": "system", "keys": True, "pace": 15}
        enrolment.update_settings(user=learner, now=timezone.now(), **given)
    assert Answer.objects.get().kind == Answer.Kind.REVIEW
    assert ref not in {card.ref for card in cards(learner)}


def test_an_answer_given_while_its_card_is_folded_is_not_folded_away(learner, cards, answer, answered_after):
    first = cards(learner)[0]
    answer(learner, first, 4)
    with answered_after(folding, "from_ledger", learner, first.ref):
        folding.refold(learner.pk, [first.showing.card])
    assert Answer.objects.count() == 2
    assert CardState.objects.get(card=first.showing.card).sequence == 2


def test_an_answer_given_while_older_rules_are_folded_anew_is_not_lost(
    learner, cards, answer, answered_after, monkeypatch
):
    first = cards(learner)[0]
    answer(learner, first, 4)
    monkeypatch.setattr(folding, "RULES", folding.RULES + 1)
    with answered_after(folding, "from_ledger", learner, first.ref):
        list(folding.renew(write=True))
    assert Answer.objects.count() == 2
    assert CardState.objects.get(card=first.showing.card).sequence == 2
    assert list(findings()) == []
