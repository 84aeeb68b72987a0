"""Answers over REST: stored once, judged by the server, told apart by key and showing."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import signing

from curriculum.models import Card
from study.models import Answer, CardState
from study.showing import SALT

pytestmark = pytest.mark.django_db
NEXT, ANSWERS = "/api/v1/study/next/", "/api/v1/answers/"


def in_the_ledger(told):
    """An answer as it is kept: without what it did to its card."""
    return {name: value for name, value in told.items() if name not in ("lapses", "set_aside")}


def read(body, verdict=None):
    """An answer as it is read later: its response is judged."""
    return in_the_ledger(body) | {"verdict": verdict}


def test_an_answer_is_stored_and_shown_whole(api, send):
    key, shown = uuid4(), api.get(NEXT).json()["shown"]
    response = send(api, key=key, card="queues/card-01", grade=4, shown=shown, milliseconds=2500, response="a line")
    body = response.json()
    assert response.status_code == 201
    assert body == {
        "id": Answer.objects.get().pk, "key": str(key), "card": "queues/card-01", "grade": 4, "kind": "review",
        "sequence": 1, "study_day": "2026-03-02", "answered_at": "2026-03-02T12:00:00Z",
        "received_at": "2026-03-02T12:00:00Z", "milliseconds": 2500, "response": "a line", "interval": 1,
        "due_on": "2026-03-03", "undone": False, "lapses": 0, "set_aside": False,
    }  # fmt: skip
    assert response["Location"] == f"{ANSWERS}{body['id']}/"
    assert api.get(response["Location"]).json() == read(body)
    assert api.get(ANSWERS).json()["results"] == [read(body)]


@pytest.mark.parametrize(
    ("sides", "said", "verdict"),
    [
        ({"kind": "short", "data": {"accept": ["write skew"]}}, "Write  skew", "right"),
        ({"kind": "short", "data": {"accept": ["write skew"]}}, "write skews", "near"),
        ({"kind": "short", "data": {"accept": ["write skew"]}}, "phantom", "wrong"),
        ({"kind": "order", "data": {"steps": ["a", "b"]}}, ["1", "0"], "wrong"),
        ({"kind": "scenario", "data": {"rubric": ["a"]}}, "my words", None),
        ({"kind": "short", "data": {"accept": ["write skew"]}}, None, None),
    ],
)
def test_a_response_is_judged_where_it_is_read_whatever_its_grade(api, send, sides, said, verdict):
    Card.objects.filter(ref="queues/card-01").update(**sides)
    body = send(api, card="queues/card-01", grade=5, **({"response": said} if said else {})).json()
    assert api.get(f"{ANSWERS}{body['id']}/").json() == read(body, verdict)
    assert [row["verdict"] for row in api.get(ANSWERS).json()["results"]] == [verdict]


def test_a_response_that_the_card_no_longer_takes_is_not_judged(api, send):
    card = Card.objects.filter(ref="queues/card-01")
    card.update(kind="order", data={"steps": ["a", "b"]})
    body = send(api, card="queues/card-01", grade=4, response=["0", "1"]).json()
    card.update(data={"steps": ["a", "b", "c"]})
    assert api.get(f"{ANSWERS}{body['id']}/").json()["verdict"] is None


def test_the_answer_that_sets_its_card_aside_says_so_and_says_it_again(api, send, clock):
    keys = [uuid4() for _ in range(16)]
    told = []
    for number, key in enumerate(keys):
        body = send(api, key=key, card="queues/card-01", grade=1 if number % 2 else 4).json()
        told.append((body["lapses"], body["set_aside"]))
        clock.shift(24 * 3600)
    assert told == [((number + 1) // 2, number == 15) for number in range(16)]
    again = [send(api, key=key, card="queues/card-01", grade=1 if number % 2 else 4) for number, key in enumerate(keys)]
    assert [(body.json()["lapses"], body.json()["set_aside"]) for body in again] == told
    assert {body.status_code for body in again} == {200}


@pytest.mark.parametrize("with_showing", [True, False])
@pytest.mark.parametrize("response", [None, "1", ["0", "2"]])
def test_the_same_answer_sent_again_is_a_200_and_writes_nothing(api, send, rows, with_showing, response):
    body = {"card": "queues/card-01", "grade": 3, "milliseconds": 10, "answered_at": "2026-03-02T13:59:00.5+02:00"}
    body |= {"shown": api.get(NEXT).json()["shown"]} if with_showing else {}
    body |= {"response": response} if response else {}
    key = uuid4()
    first = send(api, key=key, **body)
    after_first = rows()
    second = send(api, key=key, **body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["answered_at"] == "2026-03-02T11:59:00.500000Z"
    assert rows() == after_first


def test_a_repeat_is_the_same_after_later_answers_and_says_when_it_was_undone(api, send):
    key = uuid4()
    first = send(api, key=key, card="queues/card-01", grade=1).json()
    second = send(api, card="queues/card-01", grade=4).json()
    assert (first["kind"], second["kind"], second["sequence"]) == ("review", "drill", 2)
    assert send(api, key=key, card="queues/card-01", grade=1).json() == first
    for answer in (second, first):
        assert api.post(f"{ANSWERS}{answer['id']}/undo/").status_code == 201
    assert send(api, key=key, card="queues/card-01", grade=1).json() == first | {"undone": True}


@pytest.mark.parametrize(
    "change",
    [{"grade": 5}, {"card": "queues/card-02"}, {"milliseconds": 11}, {"response": "other"},
     {"answered_at": "2026-03-02T11:00:00Z"}],
)  # fmt: skip
def test_a_key_used_for_another_body_is_a_422(api, send, rows, change):
    key, body = uuid4(), {"card": "queues/card-01", "grade": 4}
    send(api, key=key, **body)
    before = rows()
    response = send(api, key=key, **body | change)
    assert response.status_code == 422
    assert list(response.json()["errors"]) == ["Idempotency-Key"]
    assert "new key" in response.json()["detail"]
    assert rows() == before


def test_two_learners_may_use_the_same_key(api, charlie, api_of, send):
    key = uuid4()
    codes = [send(one, key=key, card="queues/card-01", grade=4).status_code for one in (api, api_of(charlie))]
    assert codes == [201, 201]


# --- a showing that is no longer true -------------------------------------------------------------


def test_another_key_on_an_old_showing_is_a_409_with_what_stands(api, send, rows):
    shown = api.get(NEXT).json()["shown"]
    kept = send(api, card="queues/card-01", grade=3, shown=shown).json()
    before = rows()
    response = send(api, card="queues/card-01", grade=5, shown=shown)
    problem = response.json()
    assert (response.status_code, response["Content-Type"]) == (409, "application/problem+json")
    assert "already answered" in problem["detail"]
    assert problem["answer"] == in_the_ledger(kept)
    assert problem["state"] == {
        "card": "queues/card-01", "repetitions": 1, "ease": 236, "interval": 1, "due_on": "2026-03-03", "lapses": 0,
        "sequence": 1, "suspended": False, "buried_until": None, "set_aside": False,
    }  # fmt: skip
    assert rows() == before
    current = problem["card"]
    assert set(current) == {"card", "shown", "kind", "outcomes", "counts", "until"}
    assert (current["card"]["id"], current["kind"]) == ("queues/card-01", "drill")
    again = send(api, card="queues/card-01", grade=5, shown=current["shown"])
    assert (again.status_code, again.json()["kind"], again.json()["sequence"]) == (201, "drill", 2)


def test_a_showing_from_before_an_undo_is_a_409_that_names_the_undone_answer(api, send):
    shown = api.get(NEXT).json()["shown"]
    first = send(api, card="queues/card-01", grade=4, shown=shown).json()
    api.post(f"{ANSWERS}{first['id']}/undo/")
    response = send(api, card="queues/card-01", grade=4, shown=shown)
    assert response.status_code == 409
    assert response.json()["answer"] == in_the_ledger(first) | {"undone": True}
    assert (response.json()["state"]["repetitions"], response.json()["card"]["kind"]) == (0, "review")


def test_a_409_about_a_card_that_left_the_curriculum_has_no_card(api, send):
    shown = api.get(NEXT).json()["shown"]
    send(api, card="queues/card-01", grade=4, shown=shown)
    Card.objects.filter(ref="queues/card-01").update(retired=True)
    response = send(api, card="queues/card-01", grade=5, shown=shown)
    assert (response.status_code, response.json()["card"]) == (409, None)


def test_without_a_showing_the_card_is_judged_as_it_stands(api, send, clock):
    kinds = [send(api, card="queues/card-01", grade=grade).json()["kind"] for grade in (1, 2, 4, 4)]
    assert kinds == ["review", "drill", "drill", "practice"]
    clock.shift(timedelta(days=1))
    due = send(api, card="queues/card-01", grade=4).json()
    assert (due["kind"], due["sequence"], due["study_day"]) == ("review", 5, "2026-03-03")


def test_a_card_ahead_of_its_day_is_practice_and_moves_nothing(api, send, clock):
    send(api, card="queues/card-01", grade=4)
    clock.shift(timedelta(days=1))
    send(api, card="queues/card-01", grade=4)
    before = api.get("/api/v1/states/").json()["results"][0]
    clock.shift(timedelta(days=1))
    ahead = send(api, card="queues/card-01", grade=1).json()
    assert (ahead["kind"], ahead["interval"], ahead["due_on"]) == ("practice", None, None)
    assert api.get("/api/v1/states/").json()["results"][0] == before | {"sequence": 3}


# --- showings that are not ours to accept ---------------------------------------------------------


def test_a_showing_that_is_forged_or_not_ones_own_is_a_404(api, charlie, api_of, send, rows):
    mine = api.get(NEXT).json()["shown"]
    fields = signing.Signer(salt=SALT).unsign_object(mine)
    forged = [
        mine[:-1] + ("A" if mine[-1] != "A" else "B"),
        f"x{mine}",
        "nonsense",
        "a:b:c",
        signing.Signer(salt="another").sign_object(fields),
        signing.Signer(salt=SALT, key="another key").sign_object(fields),
        signing.Signer(salt=SALT).sign_object(fields[:-1]),
        signing.Signer(salt=SALT).sign_object({"learner": 1}),
    ]
    before = rows()
    for shown in forged:
        response = send(api, card="queues/card-01", grade=4, shown=shown)
        assert response.status_code == 404, shown
        assert "Nothing was stored" in response.json()["detail"]
    assert send(api_of(charlie), card="queues/card-01", grade=4, shown=mine).status_code == 404
    assert send(api, card="queues/card-02", grade=4, shown=mine).status_code == 404
    assert rows() == before


def test_what_a_stranger_is_told_of_a_showing_is_what_everybody_is_told_of_an_unknown_card(api, charlie, api_of, send):
    mine, stranger = api.get(NEXT).json()["shown"], api_of(charlie)
    theirs = send(stranger, card="queues/card-01", grade=4, shown=mine)
    unknown = send(stranger, card="queues/none", grade=4)
    assert theirs.content == unknown.content


# --- reading back ---------------------------------------------------------------------------------


def test_answers_are_narrowed_by_card_day_and_kind(api, send, clock):
    send(api, card="queues/card-01", grade=1)
    send(api, card="queues/card-01", grade=4)
    clock.shift(timedelta(days=1))
    send(api, card="queues/card-02", grade=4)
    for query, count in {
        "card=queues/card-01": 2, "card=queues/none": 0, "study_day=2026-03-03": 1, "kind=drill": 1,
        "kind=review&study_day=2026-03-02": 1, "kind=practice": 0,
    }.items():  # fmt: skip
        assert len(api.get(f"{ANSWERS}?{query}").json()["results"]) == count, query
    assert api.get(f"{ANSWERS}?kind=undo").status_code == 422
    assert api.get(f"{ANSWERS}?study_day=tomorrow").status_code == 422


def test_states_show_what_sm2_knows_of_answered_cards_alone(api, send, clock):
    send(api, card="retries/card-01", grade=5)
    send(api, card="queues/card-01", grade=4)
    clock.shift(timedelta(days=1))
    send(api, card="queues/card-01", grade=2)
    states = api.get("/api/v1/states/").json()["results"]
    assert CardState.objects.count() > len(states)
    at_hand = {"suspended": False, "buried_until": None, "set_aside": False}
    assert states == [
        {"card": "queues/card-01", "repetitions": 0, "ease": 250, "interval": 1, "due_on": "2026-03-04", "lapses": 1,
         "sequence": 2, **at_hand},
        {"card": "retries/card-01", "repetitions": 1, "ease": 260, "interval": 1, "due_on": "2026-03-03", "lapses": 0,
         "sequence": 1, **at_hand},
    ]  # fmt: skip
    for query, count in {
        "card=queues/card-01": 1, "topic=retries": 1, "topic=nothing": 0, "due_before=2026-03-03": 0,
        "due_before=2026-03-04": 1, "due_before=2026-03-05": 2,
    }.items():  # fmt: skip
        assert len(api.get(f"/api/v1/states/?{query}").json()["results"]) == count, query


def test_what_a_client_says_about_time_is_held_in_bounds(api, send):
    said = {
        "1950-01-01T00:00:00Z": "2026-01-31T12:00:00Z",
        "9999-12-31T23:59:59Z": "2026-03-02T12:00:00Z",
        "2026-03-01T12:00:00+02:00": "2026-03-01T10:00:00Z",
    }
    for number, (given, held) in enumerate(said.items(), start=1):
        answer = send(api, card=f"queues/card-0{number}", grade=4, answered_at=given)
        assert (answer.status_code, answer.json()["answered_at"]) == (201, held)
        assert answer.json()["study_day"] == "2026-03-02"
