"""The tools of a card over REST: bury, suspend, restore, notes and reports."""

from __future__ import annotations

import pytest

from study.models import Note, Report
from tests.api.test_who_may import is_problem

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ONE = "queues/card-01"
VERBS = ("bury", "suspend", "restore")
NOTE = f"/api/v1/notes/{ONE}/"
REPORTS = "/api/v1/reports/"


def put(client, **body):
    return client.put(NOTE, body, format="json")


def report(client, **body):
    return client.post(REPORTS, {"card": ONE, "reason": "wrong", **body}, format="json")


# --- put away, take back --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "then"),
    [("bury", {"buried_until": "2026-03-03"}), ("suspend", {"suspended": True}), ("restore", {"asked_today": True})],
)
def test_a_verb_answers_with_the_state_and_may_be_said_again(api, verb, then):
    for _ in range(2):
        response = api.post(f"/api/v1/states/{ONE}/{verb}/")
        assert response.status_code == 200
        at_hand = {"suspended": False, "buried_until": None, "set_aside": False}
        assert response.json() == {
            "card": ONE,
            "repetitions": 0,
            "ease": 250,
            "interval": 0,
            "due_on": None,
            "lapses": 0,
            "sequence": 0,
            **at_hand,
            **then,
        }


@pytest.mark.parametrize("verb", ["bury", "suspend"])
def test_a_card_put_away_is_not_next_and_is_among_the_states_until_it_is_restored(api, verb):
    assert api.get("/api/v1/study/next/").json()["card"]["id"] == ONE
    api.post(f"/api/v1/states/{ONE}/{verb}/")
    found = api.get("/api/v1/study/next/").json()
    assert (found["card"]["id"], found["counts"]["waiting"]) == ("queues/card-02", 9)
    assert [state["card"] for state in api.get("/api/v1/states/").json()["results"]] == [ONE]
    api.post(f"/api/v1/states/{ONE}/restore/")
    assert api.get("/api/v1/study/next/").json()["card"]["id"] == ONE
    assert api.get("/api/v1/states/").json()["results"] == []


@pytest.mark.parametrize("verb", VERBS)
def test_an_unknown_card_is_a_404_and_nothing_is_written(api, rows, verb):
    before = rows()
    assert is_problem(api.post(f"/api/v1/states/queues/card-99/{verb}/"), 404)
    assert rows() == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_strangers_word_changes_nothing_of_the_owners(api, learner, charlie, api_of, rows, verb):
    before = [row for row in rows()["CardState"] if row["learner_id"] == learner.pk]
    assert api_of(charlie).post(f"/api/v1/states/{ONE}/{verb}/").status_code == 200
    assert [row for row in rows()["CardState"] if row["learner_id"] == learner.pk] == before


def test_a_restored_card_that_does_not_come_today_says_so(api):
    last = "retries/card-12"
    assert api.post(f"/api/v1/states/{last}/suspend/").status_code == 200
    assert api.post(f"/api/v1/states/{last}/restore/").json()["asked_today"] is False


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_takes_at_most_four_statements(api, count_statements, verb):
    api.get("/api/v1/study/next/")
    with count_statements() as seen:
        api.post(f"/api/v1/states/{ONE}/{verb}/")
    assert len(seen) == (4 if verb == "restore" else 3), seen


# --- notes ----------------------------------------------------------------------------------------


def test_a_note_is_written_read_changed_and_taken_away(api, clock):
    assert is_problem(api.get(NOTE), 404)
    made = put(api, text=" Mind the gap ")
    assert (made.status_code, made.json()) == (
        201,
        {"card": ONE, "text": "Mind the gap", "updated_at": "2026-03-02T12:00:00Z"},
    )
    clock.shift(60)
    changed = put(api, text="Mind the step")
    assert (changed.status_code, changed.json()["updated_at"]) == (200, "2026-03-02T12:01:00Z")
    assert api.get(NOTE).json() == changed.json()
    assert api.get("/api/v1/notes/").json()["results"] == [changed.json()]
    for _ in range(2):
        assert api.delete(NOTE).status_code == 204
    assert api.get("/api/v1/notes/").json()["results"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "  "}, "text"),
        ({"text": 7}, "text"),
        ({"text": None}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "x" * 2_001}, "text"),
        ({"text": "a", "card": ONE}, "card"),
    ],
)
def test_what_is_no_note_is_named_and_the_one_before_stays(api, body, field):
    put(api, text="Before")
    response = put(api, **body)
    assert is_problem(response, 422)
    assert list(response.json()["errors"]) == [field]
    assert Note.objects.get().text == "Before"


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_a_note_on_an_unknown_card_is_a_404(api, method):
    address = "/api/v1/notes/queues/card-99/"
    response = getattr(api, method)(address, {"text": "a"} if method == "put" else None, format="json")
    assert is_problem(response, 404)


def test_nobody_reads_or_takes_away_the_note_of_another(api, bob, charlie, api_of):
    put(api, text="Alice alone")
    for other in map(api_of, (bob, charlie)):
        theirs, nothing = other.get(NOTE), other.get("/api/v1/notes/queues/card-02/")
        assert is_problem(theirs, 404)
        assert theirs.content == nothing.content
        assert other.get("/api/v1/notes/").json()["results"] == []
        other.delete(NOTE)
        put(other, text="Mine")
        assert other.get(NOTE).json()["text"] == "Mine"
    assert api.get(NOTE).json()["text"] == "Alice alone"


# --- reports --------------------------------------------------------------------------------------


def test_a_report_is_made_once_and_listed(api):
    made = report(api, note="It is 3.")
    assert made.status_code == 201
    body = made.json()
    assert body == {
        "id": body["id"],
        "card": ONE,
        "reason": "wrong",
        "note": "It is 3.",
        "created_at": "2026-03-02T12:00:00Z",
        "status": "open",
        "reply": "",
        "settled_at": None,
    }
    again = report(api, note="It is 4.")
    assert (again.status_code, again.json()) == (200, {**body, "note": "It is 4."})
    report(api, reason="outdated")
    listed = api.get(REPORTS).json()["results"]
    assert [row["reason"] for row in listed] == ["outdated", "wrong"]
    Report.objects.filter(reason="wrong").update(status="kept")
    for query, count in {"status=open": 1, "status=kept": 1, f"card={ONE}": 2, "card=queues/card-02": 0}.items():
        assert len(api.get(f"{REPORTS}?{query}").json()["results"]) == count, query


def test_it_skips_the_card_when_asked_to(api):
    report(api, skip_today=True)
    assert api.get("/api/v1/study/next/").json()["card"]["id"] == "queues/card-02"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"card": "queues/card-99"}, "card"),
        ({"card": "../x"}, "card"),
        ({"card": 7}, "card"),
        ({"reason": "ugly"}, "reason"),
        ({"reason": None}, "reason"),
        ({"note": "x" * 1_001}, "note"),
        ({"skip_today": "on"}, "skip_today"),
        ({"skip_today": 1}, "skip_today"),
        ({"status": "fixed"}, "status"),
    ],
)
def test_what_is_no_report_is_named_and_nothing_is_written(api, rows, body, field):
    before = rows()
    response = report(api, **body)
    assert is_problem(response, 422)
    assert list(response.json()["errors"]) == [field]
    assert rows() == before


def test_nobody_reads_the_report_of_another(api, bob, charlie, api_of):
    report(api, note="Alice alone")
    for other in map(api_of, (bob, charlie)):
        assert other.get(REPORTS).json()["results"] == []
        assert report(other).status_code == 201
        assert len(other.get(REPORTS).json()["results"]) == 1
