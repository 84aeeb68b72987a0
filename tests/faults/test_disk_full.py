"""A disk without room: the answer is refused with a sentence, what is stored stays whole, and later it goes in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from config.middleware import is_full
from study import enrolment
from study.models import Answer, CardState, DayPlan, Enrolment, Learner
from tests.study.test_doctor import doctor

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="fills SQLite's file"),
]
MOST_PAGES = 2**30
TRIES = 400
ROOMLESS = "The server has no room left, so nothing was stored."


@pytest.fixture
def learner(alice, curriculum, clock):
    enrolment.start_learning(user=alice, track=curriculum.track, pace=5, time_zone="UTC", now=timezone.now())
    return alice


@pytest.fixture
def disk() -> Iterator[SimpleNamespace]:
    """`disk.fill()`: the file may not grow any more, and what is free in it is taken; `disk.grow()`: it may."""

    def pragma(text: str) -> int:
        with connection.cursor() as cursor:
            return int(cursor.execute(f"PRAGMA {text}").fetchone()[0])

    def fill() -> None:
        pragma(f"max_page_count = {pragma('page_count')}")
        with connection.cursor() as cursor, suppress(OperationalError):
            for _ in range(TRIES):
                cursor.execute("INSERT INTO ballast VALUES (zeroblob(3000))")

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE ballast (some BLOB)")
    yield SimpleNamespace(fill=fill, grow=lambda: pragma(f"max_page_count = {MOST_PAGES}"))
    pragma(f"max_page_count = {MOST_PAGES}")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE ballast")


def refused_one(send: Callable[[], tuple[Any, Any]]) -> tuple[Any, Any]:
    """The first of many equal requests that finds no room: what was sent, and the response to it."""
    for _ in range(TRIES):
        sent, response = send()
        if response.status_code >= 500:
            return sent, response
    raise AssertionError("there was always room")


@pytest.fixture
def stored() -> Callable[[], list[Any]]:
    """`stored()`: the ledger and the states, to compare."""
    return lambda: [list(model.objects.order_by("pk").values()) for model in (Answer, CardState, DayPlan)]


def check_sound(client: Any, api: Any) -> None:
    """Whole, and readable."""
    assert doctor() == (0, "")
    for path in ("/today/", "/study/", "/tracks/", "/topics/queues/"):
        assert client.get(path).status_code in (200, 302), path  # a day that is done leads to its summary
    assert api.get("/api/v1/answers/").status_code == api.get("/api/v1/today/").status_code == 200


def grading(api: Any, curriculum: Any) -> Callable[[], tuple[Any, Any]]:
    cards = iter(curriculum.cards * TRIES)

    def send(body: dict[str, Any] | None = None) -> tuple[Any, Any]:
        body = body or {"card": next(cards).ref, "grade": 4, "key": str(uuid4())}
        fields = {name: value for name, value in body.items() if name != "key"}
        return body, api.post("/api/v1/answers/", fields, format="json", headers={"Idempotency-Key": body["key"]})

    return send


@pytest.fixture
def people(learner, client_of, api_of) -> SimpleNamespace:
    client = client_of(learner, raise_request_exception=False)
    api = api_of(learner)
    check_sound(client, api)
    api.raise_request_exception = False
    return SimpleNamespace(client=client, api=api)


def test_a_program_is_refused_and_the_same_answer_is_stored_later(people, curriculum, disk, stored):
    send = grading(people.api, curriculum)
    disk.fill()
    before: list[Any] = []
    sent, response = refused_one(lambda: (before.append(stored()), send())[1])
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.json()["detail"].startswith(ROOMLESS)
    assert stored() == before[-1]
    check_sound(people.client, people.api)
    disk.grow()
    assert send(sent)[1].status_code == 201
    assert send(sent)[1].status_code == 200
    check_sound(people.client, people.api)


def shown_on(client: Any) -> dict[str, Any]:
    face = client.get("/study/").context["face"]
    return {"card": face.card.ref, "shown": face.shown, "grade": 1, "key": str(uuid4())}


@pytest.mark.parametrize("htmx", [True, False])
def test_a_page_is_refused_and_the_same_form_is_stored_later(people, disk, stored, htmx):
    headers = {"HX-Request": "true"} if htmx else {}
    disk.fill()

    def send() -> tuple[Any, Any]:
        body = shown_on(people.client)
        return body, people.client.post("/study/grade/", body, headers=headers)

    sent, response = refused_one(send)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "The disk of this server is full, so what you sent was not stored." in response.content.decode()
    check_sound(people.client, people.api)
    count = Answer.objects.count()
    disk.grow()
    for _ in range(2):
        assert people.client.post("/study/grade/", sent, headers=headers).status_code == (200 if htmx else 302)
    assert (Answer.objects.count(), Answer.objects.filter(key=sent["key"]).count()) == (count + 1, 1)
    check_sound(people.client, people.api)


def test_an_undo_is_refused_and_taken_later(people, curriculum, disk, stored):
    send = grading(people.api, curriculum)
    disk.fill()

    def undo() -> tuple[Any, Any]:
        send()
        newest = Answer.objects.standing().latest("pk")
        return newest, people.api.post(f"/api/v1/answers/{newest.pk}/undo/")

    answer, response = refused_one(undo)
    assert (response.status_code, response.json()["detail"][: len(ROOMLESS)]) == (503, ROOMLESS)
    assert not Answer.objects.filter(undoes=answer).exists()
    check_sound(people.client, people.api)
    disk.grow()
    assert people.api.post(f"/api/v1/answers/{answer.pk}/undo/").status_code == 201
    check_sound(people.client, people.api)


@pytest.fixture
def unplanned(make_user, client_of, curriculum, clock) -> list[Any]:
    """Clients of learners on the track whose first day nobody has planned."""
    users = [make_user(f"learner-{number}@example.org") for number in range(12)]
    for user in users:
        Learner.objects.create(user=user, pace=20, next_rollover_at=timezone.now())
        Enrolment.objects.create(learner_id=user.pk, track=curriculum.track, created_at=timezone.now())
    return [client_of(user, raise_request_exception=False) for user in users]


def test_a_day_that_cannot_be_planned_says_so_and_is_planned_later(people, unplanned, disk, stored):
    clients, before = iter(unplanned), []
    disk.fill()

    def visit() -> tuple[Any, Any]:
        before.append(stored())
        client = next(clients)
        return client, client.get("/study/")

    client, response = refused_one(visit)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "The disk of this server is full" in response.content.decode()
    assert stored() == before[-1]
    check_sound(people.client, people.api)
    disk.grow()
    assert client.get("/study/").context["queue"].waiting == 12  # the first topic, which the second builds on
    check_sound(client, people.api)


def test_postgresql_says_it_with_a_code_of_its_own():
    full, gone = OperationalError(), OperationalError()
    full.__cause__, gone.__cause__ = psycopg.errors.DiskFull(), psycopg.OperationalError()
    assert (is_full(full), is_full(gone), is_full(None)) == (True, False, False)
