"""Every URL of the configuration, as nobody, stranger and owner, with every method, and with every header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from study import enrolment

pytestmark = pytest.mark.django_db
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


@dataclass(frozen=True)
class Expected:
    """Who may do what: methods a page knows, whether it is for signed-in people only, and how to reverse it."""

    methods: str = "GET HEAD"
    private: bool = True
    args: tuple[object, ...] = ()
    owner: int | None = 200  # status of a signed-in GET or, without GET, of an empty POST


PAGES: dict[str, Expected] = {
    "landing": Expected(private=False, owner=302),
    "healthz": Expected(private=False),
    "welcome": Expected("GET HEAD POST"),
    "today": Expected(),
    "comeback": Expected("POST", owner=302),
    "settings": Expected("GET HEAD POST"),
    "holidays": Expected("GET HEAD POST"),
    "remove_holiday": Expected("POST", owner=302),
    "tracks": Expected(),
    "track": Expected(args=("steady",)),
    "start_track": Expected("POST", args=("steady",), owner=302),
    "topic": Expected(args=("queues",)),
    "passage": Expected(args=("queues", "why-queues"), owner=302),
    "sources": Expected(),
    "source": Expected(args=("sample-list",)),
    "study": Expected(),
    "grade": Expected("GET HEAD POST", owner=302),
    "check": Expected("GET HEAD POST", owner=302),
    "undo": Expected("GET HEAD POST", owner=302),
    "study_done": Expected(),
    "study_more": Expected("GET HEAD POST", owner=302),
    "bury": Expected("GET HEAD POST", owner=302),
    "suspend": Expected("GET HEAD POST", owner=302),
    "restore": Expected("GET HEAD POST", owner=302),
    "note": Expected("GET HEAD POST", args=("queues/card-01",)),
    "report": Expected("GET HEAD POST", args=("queues/card-01",)),
}
ACCOUNT = "account_"  # allauth's own pages: their methods are theirs, their headers ours
API = "/api/v1/"  # tests/api walks these
ADMIN = "/admin/"  # Django's own pages; tests/study/test_admin.py walks them


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the configuration with its path."""
    for part in (resolver or get_resolver()).url_patterns:
        path = prefix + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from patterns(part, path)
        else:
            yield path, part


def names() -> list[str]:
    """Names of the pages that are ours."""
    return [
        str(pattern.name)
        for path, pattern in patterns()
        if not f"/{path}".startswith((API, ADMIN)) and not str(pattern.name).startswith(ACCOUNT)
    ]


def address(name: str) -> str:
    return reverse(name, args=PAGES[name].args)


@pytest.fixture
def owner(alice, curriculum, client_of) -> Client:
    """Alice, who studies the sample track."""
    enrolment.start_learning(user=alice, track=curriculum.track, pace=10, time_zone="UTC", now=timezone.now())
    return client_of(alice)


def test_every_page_has_its_entry_here():
    assert sorted(names()) == sorted(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_method_that_a_page_does_not_know_is_a_405(owner, name):
    for method in METHODS:
        known = method in PAGES[name].methods.split()
        response = owner.generic(method, address(name))
        assert (response.status_code == 405) != known, method


@pytest.mark.parametrize("name", PAGES)
def test_the_owner_gets_the_page(owner, name):
    expected = PAGES[name]
    method = owner.get if "GET" in expected.methods else owner.post
    assert method(address(name)).status_code == expected.owner


@pytest.mark.parametrize("name", ["grade", "check", "undo", "study_more", "bury", "suspend", "restore"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_an_empty_post_of_the_review_is_a_422_that_says_so(owner, name, headers):
    response = owner.post(address(name), headers=headers)
    assert response.status_code == 422
    assert "Nothing was stored; reload the page" in response.content.decode()


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.private])
def test_nobody_is_led_to_sign_in_and_a_fragment_gets_a_401(client, curriculum, name):
    method = client.get if "GET" in PAGES[name].methods else client.post
    response = method(address(name))
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=%2F")
    assert method(address(name), headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if "POST" in page.methods])
def test_a_post_without_our_token_is_a_403(alice, curriculum, client_of, name):
    response = client_of(alice, enforce_csrf_checks=True).post(address(name))
    assert response.status_code == 403
    assert "Nothing was" in response.content.decode()


def everywhere() -> list[str]:
    """One address for every pattern that needs no argument, and for those whose argument is known here."""
    plain = [f"/{path}" for path, _ in patterns() if "<" not in path and "(?P" not in path and not path.startswith("^")]
    return sorted({*plain, *(address(name) for name in PAGES)})


def check_headers(response: Any, path: str) -> None:
    policy = {part.strip() for part in response["Content-Security-Policy"].split(";")}
    assert policy >= CSP, path
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]
    assert {"private", "no-store"} <= {part.strip() for part in response["Cache-Control"].split(",")}, path


def test_every_response_carries_the_headers(owner):
    for path in everywhere():
        for client in (owner, Client()):
            check_headers(client.get(path), path)
    check_headers(owner.get("/nowhere/"), "/nowhere/")
    check_headers(owner.get("/topics/nothing/"), "/topics/nothing/")


def test_a_foreign_host_is_refused_with_a_sentence_and_the_headers(client):
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()
    check_headers(response, "/")


@pytest.mark.parametrize(
    "path",
    [
        "/topics/nothing/",
        "/tracks/nothing/",
        "/nowhere/",
        "/topics/queues/extra/",
        "/topics/queues/passages/nothing/",
        "/topics/nothing/passages/why-queues/",
        "/study/note/queues/card-99/",
        "/study/report/queues/card-99/",
    ],
)
def test_what_does_not_exist_is_a_404_that_says_what_to_do(owner, path):
    response = owner.get(path)
    assert response.status_code == 404
    assert 'href="/"' in response.content.decode()


def test_an_oversized_body_is_refused_before_anything_is_stored(owner):
    response = owner.post("/study/grade/", {"card": "x" * 400_000})
    assert response.status_code in (400, 413)
    check_headers(response, "/study/grade/")
