"""Parts of the cards over REST: one topic, area or document, practice, and more cards for today."""

from __future__ import annotations

import pytest

from curriculum.models import Card
from study.models import Answer, CardState

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NEXT, MORE = "/api/v1/study/next/", "/api/v1/study/more/"


def more(api, **body):
    return api.post(MORE, body, format="json")


def test_more_cards_of_a_topic_join_today_and_next_asks_them_alone(api):
    assert more(api, count=3, topic="retries").json() == {"added": 3}
    body = api.get(f"{NEXT}?topic=retries").json()
    assert (body["card"]["id"], body["counts"]["waiting"]) == ("retries/card-01", 3)
    assert api.get(f"{NEXT}?area=systems").json()["counts"]["waiting"] == 13
    assert api.get(NEXT).json()["counts"]["waiting"] == 13


def test_more_cards_of_a_document_are_its_own(api, curriculum):
    drawn = set(Card.objects.filter(points__document__slug="sample-list").values_list("ref", flat=True))
    api.get(NEXT)
    before = set(CardState.objects.exclude(queued_on=None).values_list("card__ref", flat=True))
    given = more(api, count=20, document="sample-list").json()
    after = set(CardState.objects.exclude(queued_on=None).values_list("card__ref", flat=True))
    assert after - before <= drawn - before
    assert given == {"added": len(after - before)}
    assert api.get(f"{NEXT}?document=sample-list").json()["counts"]["waiting"] == len(drawn)


def test_more_without_a_topic_follows_the_learners_tracks(api):
    api.get(NEXT)
    assert more(api, count=2).json() == {"added": 2}
    assert api.get(NEXT).json()["counts"]["new"] == 12


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "count"),
        ({"count": 0}, "count"),
        ({"count": 21}, "count"),
        ({"count": True}, "count"),
        ({"count": 5, "topic": "none"}, "topic"),
        ({"count": 5, "document": "none"}, "document"),
        ({"count": 5, "track": "none"}, "track"),
    ],
)
def test_what_cannot_be_added_is_a_422_that_names_it(api, rows, body, field):
    api.get(NEXT)
    before = rows()
    given = api.post(MORE, body, format="json")
    assert (given.status_code, list(given.json()["errors"])) == (422, [field])
    assert rows() == before


def test_practice_through_a_showing_is_a_practice_row_and_moves_nothing(api, send):
    body = api.get(f"{NEXT}?topic=queues&cram=1").json()
    assert body["kind"] == "practice"
    given = send(api, card=body["card"]["id"], grade=1, shown=body["shown"]).json()
    assert (given["kind"], given["interval"], given["due_on"]) == ("practice", None, None)
    assert not CardState.objects.exclude(last_review_on=None).exists()


def test_practice_of_a_card_never_met_promises_no_date(api, send):
    new = api.get(f"{NEXT}?topic=queues&cram=1").json()
    assert {(one["due_on"], one["days"]) for one in new["outcomes"].values()} == {(None, None)}
    send(api, card=new["card"]["id"], grade=4)
    met = api.get(f"{NEXT}?topic=queues&cram=1&since=0").json()
    while met["card"]["id"] != new["card"]["id"]:
        send(api, card=met["card"]["id"], grade=4, shown=met["shown"])
        met = api.get(f"{NEXT}?topic=queues&cram=1&since=0").json()
    assert {one["days"] for one in met["outcomes"].values()} == {1}


def test_practice_goes_on_from_where_it_began(api, send):
    send(api, card="queues/card-01", grade=1)
    send(api, card="queues/card-01", grade=4)
    newest = Answer.objects.latest("id").pk
    body = api.get(f"{NEXT}?topic=queues&cram=1&since={newest}").json()
    assert (body["counts"]["waiting"], body["counts"]["answered"]) == (12, 0)


def test_missed_today_is_practised(api, send):
    assert api.get(f"{NEXT}?missed=today").status_code == 204
    send(api, card="queues/card-01", grade=1)
    assert api.get(f"{NEXT}?missed=today").json()["card"]["id"] == "queues/card-01"


def test_a_few_minutes_are_cut_as_on_the_page_and_go_on_with_until(api, send):
    body = api.get(f"{NEXT}?minutes=1").json()  # 20 seconds a card for somebody without answers
    assert (body["counts"]["waiting"], body["until"]) == (3, 3)
    for left in (3, 2, 1):
        body = api.get(f"{NEXT}?until=3").json()
        assert (body["counts"]["waiting"], body["until"]) == (left, 3)
        send(api, card=body["card"]["id"], grade=4, shown=body["shown"])
    assert api.get(f"{NEXT}?until=3").status_code == 204
    assert api.get(f"{NEXT}?minutes=1&topic=queues").json()["until"] == 6
    assert api.get(NEXT).json()["until"] is None


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("topic=none", 404),
        ("document=none", 404),
        ("topic=queues&area=systems", 422),
        ("minutes=soon", 422),
        ("until=-1", 422),
        *((f"{by}=a%00b", 422) for by in ("topic", "area", "document", "missed")),
        ("cram=1&since=x", 422),
    ],
)
def test_a_part_that_cannot_be_read_is_a_problem(api, query, status):
    assert api.get(f"{NEXT}?{query}").status_code == status
