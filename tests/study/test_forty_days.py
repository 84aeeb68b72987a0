"""Forty study days over pages and API on a moved clock, against an independent SM-2.

Placement may move an interval of 7 days or more by a tenth; the day must be the one that the button named.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from study import plans, queue
from study.checkup import findings
from study.models import Answer, CardState

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


class Model:
    """SM-2 in a few lines, written apart from the product: ease as a fraction over 100."""

    def __init__(self):
        self.cards = {}

    def review(self, ref, grade, day, promised):
        streak, ease, gap, _ = self.cards.get(ref, (0, 250, 0, None))
        if grade >= 3:
            ease = max(130, ease + {3: -14, 4: 0, 5: 10}[grade])
            gap = 1 if streak == 0 else 6 if streak == 1 else (gap * ease + 99) // 100
            streak += 1
        else:
            streak, gap = 0, 1
        slack = max(1, min(14, gap // 10)) if gap >= 7 else 0
        assert abs((promised - day).days - gap) <= slack
        self.cards[ref] = (streak, ease, gap, promised)

    def due(self, day):
        return {ref for ref, (*_, due_on) in self.cards.items() if due_on <= day}


def by_page(client, card, grade):
    body = {"card": card["id"], "grade": grade, "key": str(uuid4()), "shown": card["shown"]}
    assert client.post("/study/grade/", body).status_code == 302


def by_api(api, card, grade):
    body = {"card": card["id"], "grade": grade, "shown": card["shown"]}
    response = api.post("/api/v1/answers/", body, format="json", headers={"Idempotency-Key": str(uuid4())})
    assert response.status_code == 201, response.content


def front(user):
    found = queue.upcoming(learner=user.pk, day=plans.today_of(user, timezone.now()), count=1).cards
    if not found:
        return None
    showing = found[0].showing
    return {"id": found[0].ref, "shown": showing.sign(), "kind": showing.kind, "days": showing.days()}


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])  # New York changes its clock on 8 March 2026
def test_every_due_day_is_what_sm2_promised(learner, client_of, api_of, clock, zone):
    learner.time_zone = zone
    learner.save()
    client, api, model, dice = client_of(learner), api_of(learner), Model(), random.Random(zone)
    for _ in range(40):
        day = plans.today_of(learner, timezone.now())
        expected = model.due(day)
        client.get("/today/")
        reviewed = set()
        for _ in range(200):
            if (card := front(learner)) is None:
                break
            grade = dice.choice([1, 2, 3, 4, 4, 4, 4, 5]) if card["kind"] == "review" else 4
            if card["kind"] == "review":
                reviewed.add(card["id"])
                days = card["days"][{1: "again", 2: "again", 3: "hard", 4: "good", 5: "easy"}[grade]]
                model.review(card["id"], grade, day, day + timedelta(days=days))
            if dice.random() < 0.5:
                by_page(client, card, grade)
            else:
                by_api(api, card, grade)
        assert expected <= reviewed
        stored = {
            state.card.ref: (state.repetitions, state.ease, state.interval, state.due_on)
            for state in CardState.objects.exclude(last_review_on=None).select_related("card")
        }
        assert stored == model.cards
        clock.shift(timedelta(days=1))
    assert len(model.cards) == 24
    assert Answer.objects.count() > 150
    assert list(findings()) == []
    assert plans.today_of(learner, timezone.now()) == date(2026, 3, 2) + timedelta(days=40)
