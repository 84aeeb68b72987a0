"""Undo over REST: the newest answer of today, once, and only by its owner."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from study.models import Answer
from tests.api.test_answers import in_the_ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def undo(api):
    """`undo(id)` or `undo(id, key)`."""

    def post(number: int, key: object = None):
        headers = {"Idempotency-Key": str(key)} if key else {}
        return api.post(f"/api/v1/answers/{number}/undo/", headers=headers)

    return post


def test_an_undo_brings_state_and_card_back(api, send, undo):
    front = api.get("/api/v1/study/next/").json()
    answer = send(api, card="queues/card-01", grade=4, shown=front["shown"]).json()
    response = undo(answer["id"])
    assert response.status_code == 201
    assert response.json() == in_the_ledger(answer) | {"undone": True}
    again = api.get("/api/v1/study/next/").json()
    assert (again["card"], again["outcomes"], again["counts"]) == (front["card"], front["outcomes"], front["counts"])
    state = api.get("/api/v1/states/").json()["results"][0]
    assert (state["repetitions"], state["interval"], state["due_on"], state["sequence"]) == (0, 0, None, 2)


def test_an_undo_sent_again_is_a_200_and_takes_back_no_second_answer(api, send, undo, rows):
    send(api, card="queues/card-01", grade=4)
    second = send(api, card="queues/card-02", grade=4).json()["id"]
    key = uuid4()
    assert undo(second, key).status_code == 201
    before = rows()
    for same_key in (key, uuid4(), None):
        response = undo(second, same_key)
        assert (response.status_code, response.json()["undone"]) == (200, True)
    assert rows() == before


def test_every_answer_of_today_can_be_undone_newest_first(api, send, undo):
    ids = [send(api, card=f"queues/card-0{number}", grade=1).json()["id"] for number in (1, 2, 3)]
    assert undo(ids[0]).status_code == 409
    assert [undo(number).status_code for number in reversed(ids)] == [201, 201, 201]
    answers = api.get("/api/v1/answers/").json()["results"]
    assert [answer["undone"] for answer in answers] == [True, True, True]
    assert Answer.objects.count() == 6


def test_what_cannot_be_undone_is_a_409_that_changes_nothing(api, send, undo, rows, clock):
    first = send(api, card="queues/card-01", grade=4).json()["id"]
    send(api, card="queues/card-02", grade=4)
    before = rows()
    response = undo(first)
    assert response.status_code == 409
    assert response.json()["detail"].startswith("Only the newest answer of today can be undone")
    clock.shift(timedelta(days=1))
    assert undo(first).status_code == 409
    assert rows() == before


def test_an_unknown_answer_and_an_undo_itself_are_a_404(api, send, undo, rows):
    answer = send(api, card="queues/card-01", grade=4).json()["id"]
    undo(answer)
    row = Answer.objects.get(kind="undo").pk
    before = rows()
    for number in (row, answer + 1000):
        response = undo(number)
        assert response.status_code == 404
        assert response.json()["detail"] == "There is no such answer. Nothing was changed."
        assert api.get(f"/api/v1/answers/{number}/").status_code == 404
    assert rows() == before


@pytest.mark.parametrize("key", ["1", "not-a-key", "0" * 33])
def test_a_key_that_is_none_is_a_422(api, send, undo, rows, key):
    answer = send(api, card="queues/card-01", grade=4).json()["id"]
    before = rows()
    response = undo(answer, key)
    assert response.status_code == 422
    assert list(response.json()["errors"]) == ["Idempotency-Key"]
    assert rows() == before


def test_a_key_that_belongs_to_an_answer_is_a_422(api, send, undo, rows):
    key = uuid4()
    answer = send(api, card="queues/card-01", grade=4, key=key).json()["id"]
    before = rows()
    response = undo(answer, key)
    assert response.status_code == 422
    assert "new key" in response.json()["detail"]
    assert rows() == before


def test_an_undone_card_can_be_answered_again(api, send, undo):
    for grade in (1, 4, 5):
        answer = send(api, card="queues/card-01", grade=grade).json()
        assert (answer["kind"], answer["interval"]) == ("review", 1)
        undo(answer["id"])
    answers = api.get("/api/v1/answers/").json()["results"]
    assert [(one["grade"], one["sequence"], one["undone"]) for one in answers] == [
        (5, 5, True),
        (4, 3, True),
        (1, 1, True),
    ]
