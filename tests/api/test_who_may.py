"""Every address of the API as nobody, with too small a token, as owner and as stranger, with every method."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Scope
from config.api_urls import urlpatterns
from study.models import Answer

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ADDRESSES = {  # name: (path, methods)
    "schema": ("schema/", "GET"),
    "topics": ("topics/", "GET"),
    "topic": ("topics/queues/", "GET"),
    "tracks": ("tracks/", "GET"),
    "track": ("tracks/steady/", "GET"),
    "cards": ("cards/", "GET"),
    "card": ("cards/queues/card-01/", "GET"),
    "documents": ("documents/", "GET"),
    "document": ("documents/sample-list/", "GET"),
    "enrolments": ("enrolments/", "GET POST"),
    "me": ("me/", "GET PATCH"),
    "holidays": ("holidays/", "GET POST"),
    "holiday_cost": ("holidays/cost/?first=2026-03-09&last=2026-03-20", "GET"),
    "holiday": ("holidays/2026-03-09/", "DELETE"),
    "today": ("today/", "GET"),
    "next": ("study/next/", "GET"),
    "check": ("study/check/", "POST"),
    "more": ("study/more/", "POST"),
    "answers": ("answers/", "GET POST"),
    "answer": ("answers/{answer}/", "GET"),
    "undo": ("answers/{answer}/undo/", "POST"),
    "states": ("states/", "GET"),
    "memory": ("memory/", "GET"),
    "bury": ("states/queues/card-01/bury/", "POST"),
    "suspend": ("states/queues/card-01/suspend/", "POST"),
    "restore": ("states/queues/card-01/restore/", "POST"),
    "notes": ("notes/", "GET"),
    "note": ("notes/queues/card-01/", "GET PUT DELETE"),
    "reports": ("reports/", "GET POST"),
}
PUBLIC = {"schema"}
OWN = ("answer", "undo")


@pytest.fixture
def answer(api, send) -> int:
    """Alice's first answer; her note stands on the same card."""
    api.put("/api/v1/notes/queues/card-01/", {"text": "Alice alone"}, format="json")
    return send(api, card="queues/card-01", grade=4).json()["id"]


@pytest.fixture
def address(answer):
    """`address("answer")`: the path, Alice's answer filled in."""
    return lambda name: f"/api/v1/{ADDRESSES[name][0].format(answer=answer)}"


def known() -> Iterator[tuple[str, str]]:
    """Name and method of every operation."""
    for name, (_, methods) in ADDRESSES.items():
        for method in methods.split():
            yield name, method


def is_problem(response, status: int) -> bool:
    """A problem document with this status, and nothing of a page."""
    body = response.json()
    said = body["status"] == response.status_code == status and body["detail"].endswith(".")
    return said and response["Content-Type"] == "application/problem+json"


def test_every_address_has_its_entry_here():
    assert {pattern.name for pattern in urlpatterns if pattern.name} == set(ADDRESSES)


@pytest.mark.parametrize(("name", "method"), [one for one in known() if one[0] not in PUBLIC])
def test_nobody_gets_a_401_that_asks_for_a_token(address, name, method):
    response = APIClient().generic(method, address(name))
    assert is_problem(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"
    assert "Authorization: Bearer <token>" in response.json()["detail"]


@pytest.mark.parametrize(("name", "method"), [one for one in known() if one[0] not in PUBLIC])
def test_a_token_without_the_scope_gets_a_403_that_names_it(learner, api_of, address, rows, name, method):
    has, lacks = (Scope.ANSWER, Scope.READ) if method == "GET" else (Scope.READ, Scope.ANSWER)
    before = rows()
    response = api_of(learner, scopes=[has]).generic(method, address(name), "{}", "application/json")
    assert is_problem(response, 403)
    assert f"“{lacks}”" in response.json()["detail"]
    assert rows() == before


@pytest.mark.parametrize("name", [name for name, method in known() if method == "GET"])
def test_the_owner_reads(api, address, name):
    assert api.get(address(name)).status_code == 200
    assert api.head(address(name)).status_code == 200


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_method_that_an_address_does_not_know_is_a_405(api, address, rows, name):
    before = rows()
    for method in {*METHODS} - {*ADDRESSES[name][1].split()}:
        response = api.generic(method, address(name), "{}", "application/json")
        assert is_problem(response, 405)
        assert method not in response["Allow"]
    assert rows() == before


@pytest.mark.parametrize("name", OWN)
def test_a_stranger_gets_what_nothing_gets(charlie, api_of, address, answer, rows, name):
    stranger, before = api_of(charlie), rows()
    method = ADDRESSES[name][1]
    theirs = stranger.generic(method, address(name))
    nothing = stranger.generic(method, address(name).replace(f"/{answer}/", f"/{answer + 1000}/"))
    assert is_problem(theirs, 404)
    assert theirs.content == nothing.content
    assert rows() == before


def test_a_stranger_sees_nothing_of_the_owner_in_any_list(charlie, api_of, answer):
    stranger = api_of(charlie)
    for path in ("answers/", "states/", "enrolments/", "notes/", "reports/"):
        assert stranger.get(f"/api/v1/{path}").json()["results"] == []
    assert stranger.get("/api/v1/me/").json()["email"] == charlie.email
    assert stranger.get("/api/v1/study/next/").status_code == 204


def test_the_owners_lists_hold_what_is_theirs_alone(api, charlie, api_of, answer, send):
    send(api_of(charlie), card="queues/card-02", grade=3)
    assert [row["card"] for row in api.get("/api/v1/answers/").json()["results"]] == ["queues/card-01"]
    assert [row["card"] for row in api.get("/api/v1/states/").json()["results"]] == ["queues/card-01"]


@pytest.mark.parametrize("path", ["nothing/", "topics", "answers/one/", "cards/Queues/Card/"])
@pytest.mark.parametrize("method", METHODS)
def test_an_unknown_address_is_a_problem_for_everybody(api, path, method):
    for client in (api, APIClient()):
        assert is_problem(client.generic(method, f"/api/v1/{path}"), 404)


@pytest.mark.parametrize("path", ["topics/nothing/", "tracks/nothing/", "cards/queues/none/", "documents/nothing/"])
def test_what_does_not_exist_is_a_404(api, path):
    assert is_problem(api.get(f"/api/v1/{path}"), 404)


def test_a_number_beyond_the_database_is_a_404_too(api):
    for path in (f"answers/{10**25}/", f"answers/{2**63}/"):
        assert is_problem(api.get(f"/api/v1/{path}"), 404)
        assert is_problem(api.post(f"/api/v1/{path}undo/"), 404)


def test_somebody_signed_in_on_the_site_may_do_everything(learner, client_of, answer):
    browser = client_of(learner)
    assert browser.get("/api/v1/me/").json()["scopes"] == Scope.values
    body = {"card": "queues/card-02", "grade": 4}
    headers = {"Idempotency-Key": str(uuid4())}
    assert browser.post("/api/v1/answers/", body, "application/json", headers=headers).status_code == 201


def test_a_cookie_without_the_forms_token_may_not_write(learner, client_of, answer):
    browser = client_of(learner, enforce_csrf_checks=True)
    headers = {"Idempotency-Key": str(uuid4())}
    response = browser.post(
        "/api/v1/answers/", {"card": "queues/card-02", "grade": 4}, "application/json", headers=headers
    )
    assert is_problem(response, 403)
    assert Answer.objects.count() == 1


def test_no_answer_may_be_read_by_another_site(api):
    for method in ("GET", "OPTIONS"):
        response = api.generic(method, "/api/v1/me/", headers={"Origin": "https://evil.example"})
        assert not [name for name in response.headers if name.lower().startswith("access-control")]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
