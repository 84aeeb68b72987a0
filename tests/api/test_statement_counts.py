"""What a request costs the database, whatever the history: the token is the first statement."""

from __future__ import annotations

from uuid import uuid4

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NEXT = "/api/v1/study/next/"


@pytest.fixture
def counted(api, count_statements):
    """`counted(call)`: how many statements a call takes, once the token's hour and the day's plan are written."""
    api.get(NEXT)

    def count(call) -> tuple[int, int]:
        with count_statements() as seen:
            response = call()
        return response.status_code, len(seen)

    return count


@pytest.fixture(params=[0, 30])
def history(request, api, send) -> int:
    """Answers given before, on the card that is counted."""
    for _ in range(request.param):
        send(api, card="queues/card-01", grade=4)
    return request.param


def test_a_grade_takes_three_statements_with_a_showing(api, send, counted, history):
    front = api.get(NEXT).json()
    assert counted(lambda: send(api, card=front["card"]["id"], grade=4, shown=front["shown"])) == (201, 3)


@pytest.mark.parametrize(("card", "statements"), [("queues/card-01", 4), ("retries/card-12", 5)])
def test_a_grade_takes_four_without_a_showing_and_five_for_a_card_met_outside_the_plan(
    api, send, counted, history, card, statements
):
    assert counted(lambda: send(api, card=card, grade=4)) == (201, statements)


def test_a_repeat_takes_at_most_six(api, send, counted, history):
    key, front = uuid4(), api.get(NEXT).json()
    body = {"key": key, "card": front["card"]["id"], "grade": 4}
    send(api, **body, shown=front["shown"])
    assert counted(lambda: send(api, **body, shown=front["shown"])) == (200, 5)
    assert counted(lambda: send(api, **body)) == (200, 6)


def test_an_undo_takes_six_and_its_repeat_four(api, send, counted, history):
    answer = send(api, card="queues/card-01", grade=1).json()["id"]
    assert counted(lambda: api.post(f"/api/v1/answers/{answer}/undo/")) == (201, 6)
    assert counted(lambda: api.post(f"/api/v1/answers/{answer}/undo/")) == (200, 4)


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        *(("study/next/", 3), ("today/", 7), ("me/", 2), ("answers/", 2), ("states/", 2), ("enrolments/", 2)),
        ("memory/", 2),
        *(("notes/", 2), ("reports/", 2), ("holidays/", 2), ("holidays/cost/?first=2026-03-09&last=2026-03-20", 3)),
    ],
)
def test_reading_takes_a_fixed_number(api, counted, history, path, statements):
    assert counted(lambda: api.get(f"/api/v1/{path}")) == (200, statements)


def test_the_hour_in_which_a_token_is_first_used_costs_one_more(api, send, counted, clock):
    clock.shift(3600)
    assert counted(lambda: send(api, card="queues/card-01", grade=4)) == (201, 5)
