"""Sixteen programs answer at once: one answer is stored, and everybody is told the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from study.models import Answer, CardState

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
THREADS = 16
CARD = "queues/card-01"


@pytest.fixture
def at_once(learner, api_of) -> Callable[[Callable[..., Any]], list[Any]]:
    """`at_once(call)`: the responses of `call(client, number)` from threads that start together."""
    clients = [api_of(learner) for _ in range(THREADS)]

    def run(call: Callable[..., Any]) -> list[Any]:
        start = Barrier(THREADS)

        def one(number: int) -> Any:
            try:
                start.wait(timeout=30)
                return call(clients[number], number)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(one, range(THREADS)))

    return run


def codes(responses: list[Any]) -> Counter[int]:
    return Counter(response.status_code for response in responses)


@pytest.mark.parametrize("with_showing", [True, False])
def test_the_same_answer_many_times_is_one_row(api, send, at_once, with_showing):
    body = {"key": uuid4(), "card": CARD, "grade": 4}
    body |= {"shown": api.get("/api/v1/study/next/").json()["shown"]} if with_showing else {}
    responses = at_once(lambda client, _: send(client, **body))
    assert codes(responses) == {201: 1, 200: THREADS - 1}
    assert len({response.content for response in responses}) == 1
    assert (Answer.objects.count(), CardState.objects.get(card__ref=CARD).sequence) == (1, 1)


def test_many_answers_to_one_showing_are_one_row_and_conflicts(api, send, at_once):
    shown = api.get("/api/v1/study/next/").json()["shown"]
    responses = at_once(lambda client, number: send(client, card=CARD, grade=number % 6, shown=shown))
    assert codes(responses) == {201: 1, 409: THREADS - 1}
    stored = Answer.objects.get()
    assert {response.json()["answer"]["id"] for response in responses if response.status_code == 409} == {stored.pk}
    assert CardState.objects.get(card__ref=CARD).sequence == 1


def test_one_key_with_different_bodies_stores_one_of_them(api, send, at_once):
    key, shown = uuid4(), api.get("/api/v1/study/next/").json()["shown"]
    responses = at_once(lambda client, number: send(client, key=key, card=CARD, grade=number % 6, shown=shown))
    grade = Answer.objects.get().grade
    same = sum(number % 6 == grade for number in range(THREADS))
    assert codes(responses) == {201: 1, 200: same - 1, 422: THREADS - same}


def test_an_undo_many_times_is_one_undo(api, send, at_once):
    send(api, card="queues/card-02", grade=4)
    answer = send(api, card=CARD, grade=1).json()["id"]
    responses = at_once(lambda client, _: client.post(f"/api/v1/answers/{answer}/undo/"))
    assert codes(responses) == {201: 1, 200: THREADS - 1}
    assert Answer.objects.filter(kind="undo").count() == 1
    assert CardState.objects.get(card__ref=CARD).sequence == 2


def test_answers_without_a_showing_are_all_kept_in_a_row_without_gaps(send, at_once):
    responses = at_once(lambda client, _: send(client, card=CARD, grade=4))
    stored = sum(response.status_code == 201 for response in responses)
    assert set(codes(responses)) <= {201, 409}
    assert sorted(Answer.objects.values_list("sequence", flat=True)) == list(range(1, stored + 1))
    assert Answer.objects.filter(kind="review").count() == 1
