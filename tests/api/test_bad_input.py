"""Whatever comes in: a sentence, and nothing half-written. The same on both databases."""

from __future__ import annotations

import json
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import InterfaceError, OperationalError
from rest_framework.throttling import SimpleRateThrottle

from study.api import Answers

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ANSWERS = "/api/v1/answers/"
CARD, CHOICE = "queues/card-01", "queues/card-03"
GOOD = {"card": CARD, "grade": 4}
LONG = 10**400


def check(response, status: int) -> dict:
    """A problem with this status and a sentence; its body."""
    body = response.json()
    assert (response.status_code, body["status"]) == (status, status)
    assert response["Content-Type"] == "application/problem+json"
    assert body["type"] == "about:blank"
    assert body["title"]
    assert len(body["detail"]) > 10
    assert body["detail"].rstrip("”)")[-1] == "."
    return body


@pytest.mark.parametrize("grade", [True, False, "4", 4.0, 4.5, -1, 6, LONG, -LONG, None, [], [4], {}, {"grade": 4}])
def test_a_grade_is_a_whole_number_from_0_to_5(api, send, rows, grade):
    before = rows()
    assert list(check(send(api, card=CARD, grade=grade), 422)["errors"]) == ["grade"]
    assert rows() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("card", None), ("card", ""), ("card", 5), ("card", True), ("card", ["queues/card-01"]), ("card", "q" * 131),
        ("card", "queues/card-01\0"),
        ("shown", ""), ("shown", 7), ("shown", None), ("shown", "x" * 1001), ("shown", ["x"]),
        ("answered_at", "2026-03-02T12:00:00"), ("answered_at", "2026-03-02"), ("answered_at", "noon"),
        ("answered_at", 1772452800), ("answered_at", True), ("answered_at", ""),
        ("answered_at", "2026-13-02T12:00:00Z"), ("answered_at", "9999-12-31T23:59:59-12:00"),
        ("milliseconds", -1), ("milliseconds", 86_400_001), ("milliseconds", 1.5), ("milliseconds", True),
        ("milliseconds", "100"), ("milliseconds", LONG),
        ("response", 5), ("response", True), ("response", {"picked": "1"}), ("response", [1]), ("response", [["1"]]),
        ("response", "x" * 2001), ("response", ["x"] * 21), ("response", "a\0b"), ("response", ["a\0b"]),
        ("interval", 3), ("due_on", "2026-05-01"), ("learner", 1), ("kind", "review"), ("", 1), ("Grade", 4),
    ],
)  # fmt: skip
def test_a_field_outside_its_limits_is_a_422_that_names_it(api, send, rows, field, value):
    before = rows()
    assert list(check(send(api, **GOOD | {field: value}), 422)["errors"]) == [field]
    assert rows() == before


@pytest.mark.parametrize("response", ["3", "-1", "00", "one", ["0"]])
def test_a_response_to_a_choice_is_one_of_its_numbers(api, send, rows, response):
    before = rows()
    body = check(send(api, card=CHOICE, grade=4, response=response), 422)
    assert body["errors"]["response"][0].startswith("The response to this card is the number of a choice, 0 to 2.")
    assert rows() == before


@pytest.mark.parametrize("missing", GOOD)
def test_a_missing_field_is_named(api, send, rows, missing):
    before = rows()
    body = {name: value for name, value in GOOD.items() if name != missing}
    assert list(check(send(api, **body), 422)["errors"]) == [missing]
    assert rows() == before


@pytest.mark.parametrize(
    "card", ["queues/none", "nothing/card-01", "queues", "1", "queues/card-01 ", "ＱUEUES/card-01"]
)
def test_an_unknown_card_is_a_404(api, send, rows, card):
    before = rows()
    check(send(api, card=card, grade=4), 404)
    assert rows() == before


@pytest.mark.parametrize("key", ["", " ", "1", "z" * 36, "0" * 31, "bdc824da-d9b0-4248-aaeb-4366ea6f51410"])
def test_a_key_is_a_uuid(api, rows, key):
    before = rows()
    response = api.post(ANSWERS, GOOD, format="json", headers={"Idempotency-Key": key})
    assert list(check(response, 422)["errors"]) == ["Idempotency-Key"]
    assert rows() == before


def test_without_a_key_nothing_is_stored(api, rows):
    before = rows()
    assert list(check(api.post(ANSWERS, GOOD, format="json"), 422)["errors"]) == ["Idempotency-Key"]
    assert rows() == before


# --- bodies ---------------------------------------------------------------------------------------


def raw(api, body: bytes, content_type: str = "application/json"):
    return api.generic("POST", ANSWERS, body, content_type, headers={"Idempotency-Key": str(uuid4())})


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"grade=4", b"\xff\xfe{}", b'{"grade": NaN}', b'{"grade": Infinity}', b'{"grade": 1e999}', b'{"a": 1,}',
        b'{"card": "\\ud800"}', b'{"\\udfff": 1}', b'{"card": "\xed\xa0\x80"}', b"[" * 100_000, b'{"a":' * 40_000,
        b'{"grade": ' + b"9" * 5000 + b"}", b"\0", b"{}{}",
    ],
)  # fmt: skip
def test_a_body_that_is_not_json_is_a_400(api, rows, body):
    before = rows()
    check(raw(api, body), 400)
    assert rows() == before


@pytest.mark.parametrize("body", [b"[]", b"[[]]", b"null", b"5", b'"text"', b"true", b""])
def test_a_body_that_is_not_an_object_is_a_422(api, rows, body):
    before = rows()
    check(raw(api, body), 422)
    assert rows() == before


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x", ""])
def test_a_body_of_another_type_is_a_415(api, rows, kind):
    before = rows()
    check(raw(api, json.dumps(GOOD).encode(), kind), 415)
    assert rows() == before


def test_the_name_of_a_character_set_changes_nothing(api):
    body = json.dumps(GOOD | {"response": "naïve"}, ensure_ascii=False).encode()
    for charset in ("utf-8", "hex", "utf-16", "nothing"):
        response = raw(api, body, f"application/json; charset={charset}")
        assert (response.status_code, response.json()["response"]) == (201, "naïve")


class Watched(BytesIO):
    """A body that says how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        """Read, and count."""
        given = super().read(size)
        self.taken += len(given)
        return given


@pytest.mark.parametrize(("kind", "status"), [("application/json", 413), ("application/x-www-form-urlencoded", 415)])
@pytest.mark.parametrize("path", ["answers/", "enrolments/"])
def test_a_body_above_256_kib_is_refused_before_it_is_read(learner, api, client_of, rows, path, kind, status):
    before, size = rows(), 300 * 1024
    for client in (api, client_of(learner)):
        body = Watched(b" " * size)
        extra = {"wsgi.input": body, "CONTENT_LENGTH": str(size), "CONTENT_TYPE": kind}
        extra["HTTP_IDEMPOTENCY_KEY"] = str(uuid4())
        check(client.generic("POST", f"/api/v1/{path}", content_type=kind, **extra), status)
        assert body.taken == 0
    assert rows() == before


def test_a_body_of_256_kib_is_read(api):
    check(raw(api, b" " * 256 * 1024), 400)


# --- around the views -----------------------------------------------------------------------------


def test_only_json_is_spoken(api):
    check(api.get("/api/v1/topics/", headers={"Accept": "text/html"}), 406)
    assert api.get("/api/v1/topics/", headers={"Accept": "text/html,*/*;q=0.1"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("cards/?tier=easy", "tier"), ("cards/?kind=riddle", "kind"), ("cards/?topic=%00", "topic"),
        ("cards/?track=%00", "track"), ("answers/?study_day=2026-02-30", "study_day"), ("answers/?card=%00", "card"),
        ("states/?due_before=soon", "due_before"), ("states/?due_before=", "due_before"), ("cards/?topic=", "topic"),
        ("states/?topic=a%00", "topic"), ("memory/?topic=", "topic"), ("memory/?topic=%00", "topic"),
    ],
)  # fmt: skip
def test_a_parameter_outside_its_limits_is_a_422_that_names_it(api, path, field):
    assert list(check(api.get(f"/api/v1/{path}"), 422)["errors"]) == [field]


@pytest.mark.parametrize("path", ["topics/%00/", "tracks/a%20b/", "cards/queues/%00/", "cards/%F0%9F%99%82/x/"])
def test_odd_characters_in_an_address_are_a_404(api, path):
    check(api.get(f"/api/v1/{path}"), 404)


def test_a_foreign_host_is_a_400(api):
    check(api.get("/api/v1/me/", headers={"host": "evil.example"}), 400)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_lost_database_is_a_503_that_says_when_to_come_back(api, monkeypatch, rows, send, error):
    def lost(*args, **kwargs):
        raise error("server closed the connection unexpectedly")

    before = rows()
    for target in ("study.services.grade", "study.plans.current", "accounts.models.TokenQuerySet.live"):
        with monkeypatch.context() as patch:
            patch.setattr(target, lost)
            response = api.get("/api/v1/study/next/") if "current" in target else send(api, **GOOD)
        assert "server closed" not in check(response, 503)["detail"]
        assert response["Retry-After"] == "5"
    assert rows() == before


def test_a_fault_of_ours_is_a_500_that_tells_nothing(api, monkeypatch, send):
    def broken(*args, **kwargs):
        raise RuntimeError("a secret")

    monkeypatch.setattr("study.services.grade", broken)
    api.raise_request_exception = False
    assert "secret" not in json.dumps(check(send(api, **GOOD), 500))


def test_too_many_requests_are_a_429_that_says_when_to_go_on(api, monkeypatch, send, rows):
    class OnceAMinute(SimpleRateThrottle):
        rate = "1/min"

        def get_cache_key(self, request, view):
            return f"test-{request.user.pk}"

    monkeypatch.setattr(Answers, "throttle_classes", [OnceAMinute])
    assert send(api, **GOOD).status_code == 201
    before = rows()
    response = send(api, **GOOD)
    assert "throttled" in check(response, 429)["detail"]
    assert 1 <= int(response["Retry-After"]) <= 60
    assert rows() == before
