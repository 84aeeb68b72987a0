"""What is remembered, topic by topic: the numbers behind the rings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from curriculum.models import Card
from scheduling import recall
from study import plans

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
MEMORY = "/api/v1/memory/"


@pytest.fixture
def morning_after(learner, api, send, clock):
    """Good on three cards of the first topic, on one of the second; a day later."""
    for ref in ("queues/card-01", "queues/card-02", "queues/card-03", "retries/card-01"):
        send(api, card=ref, grade=4)
    clock.shift(timedelta(days=1))
    plans.build(learner, timezone.now())
    return recall.retrievability(recall.after(None, 0, 4).stability, 1)


def results(api, query=""):
    return api.get(f"{MEMORY}{query}").json()["results"]


def test_each_topic_met_has_its_recall_and_its_share_of_all_cards(api, morning_after):
    chance = pytest.approx(morning_after)
    assert results(api) == [
        {"topic": "queues", "recall": chance, "seen": 3, "cards": 12, "share": pytest.approx(morning_after * 3 / 12),
         "study_day": "2026-03-03"},
        {"topic": "retries", "recall": chance, "seen": 1, "cards": 12, "share": pytest.approx(morning_after / 12),
         "study_day": "2026-03-03"},
    ]  # fmt: skip


def test_before_the_first_morning_nothing_is_known(api, send):
    send(api, card="queues/card-01", grade=4)
    assert results(api) == []


def test_it_is_that_of_the_newest_planned_day_and_reading_plans_none(api, learner, morning_after, clock):
    clock.shift(timedelta(days=5))
    assert {row["study_day"] for row in results(api)} == {"2026-03-03"}
    before = results(api)[0]["recall"]
    api.get("/api/v1/today/")
    assert {row["study_day"] for row in results(api)} == {"2026-03-08"}
    assert results(api)[0]["recall"] < before


def test_a_filter_narrows_it_to_one_topic(api, morning_after):
    assert [row["topic"] for row in results(api, "?topic=retries")] == ["retries"]
    assert results(api, "?topic=clocks") == []


def test_pages_hold_every_topic_once(api, morning_after):
    first = api.get(f"{MEMORY}?page_size=1").json()
    second = api.get(first["next"]).json()
    assert [row["topic"] for row in first["results"] + second["results"]] == ["queues", "retries"]
    assert second["next"] is None


def test_a_retired_card_is_in_neither_number(api, learner, morning_after, clock):
    Card.objects.filter(ref__in=["queues/card-01", "queues/card-12"]).update(retired=True)
    clock.shift(timedelta(days=1))
    plans.build(learner, timezone.now())
    assert [(row["seen"], row["cards"]) for row in results(api)] == [(2, 10), (1, 12)]


def test_nobody_reads_the_memory_of_another(morning_after, charlie, api_of):
    assert results(api_of(charlie)) == []
