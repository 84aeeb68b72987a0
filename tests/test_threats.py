"""What somebody hostile may try at the door: guessing, spoofing, redirecting, stuffing, listening."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import OperationalError, connection, connections
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Scope, Token
from accounts.services import create_token
from config.rest import AnonThrottle
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN, RESET, SIGN_UP = "/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"
ALICE = {"login": "alice@example.org", "password": PASSWORD}
NEW_PASSWORD = "a-quite-other-sesame-7"


@pytest.fixture
def limits(settings: Any) -> Iterator[None]:
    """allauth's usual limits, counted from nothing."""
    settings.ACCOUNT_RATE_LIMITS = {}
    cache.clear()
    yield
    cache.clear()


# --- guessing -------------------------------------------------------------------------------------


def test_after_ten_wrong_passwords_from_one_place_the_right_one_does_not_help(limits, alice):
    for number in range(10):
        Client().post(LOGIN, {"login": f"person{number}@example.org", "password": "guess"})
    response = Client().post(LOGIN, ALICE)
    assert response.status_code == 200
    assert "That was tried too often." in response.content.decode()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "X-Client-IP"])
def test_a_made_up_address_dodges_no_limit(limits, alice, header):
    for number in range(30):
        Client().post(LOGIN, {**ALICE, "password": "guess"}, headers={header: f"203.0.113.{number}"})
    response = Client().post(LOGIN, ALICE, headers={header: "203.0.113.200"})
    page = response.content.decode()
    assert response.status_code == 429
    assert "<h1>Too many attempts</h1>" in page
    assert 'class="brand"' in page


def test_a_made_up_address_dodges_no_limit_of_the_api_either(monkeypatch):
    monkeypatch.setattr("curriculum.api.Topics.throttle_classes", [AnonThrottle])
    monkeypatch.setattr("curriculum.api.Topics.permission_classes", [])
    monkeypatch.setattr(AnonThrottle, "THROTTLE_RATES", {"anon": "5/min"})
    cache.clear()
    spoofed = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in range(6)]
    statuses = [APIClient().get("/api/v1/topics/", headers=headers).status_code for headers in spoofed]
    cache.clear()
    assert statuses == [200] * 5 + [429]


def test_a_mailbox_cannot_be_filled_with_resets(limits, alice):
    for _ in range(6):
        last = Client().post(RESET, {"email": alice.email})
    assert last.status_code == 429
    assert len(mail.outbox) == 5


# --- which addresses have an account --------------------------------------------------------------


def said(path: str, **fields: str) -> tuple[object, ...]:
    """What somebody without an account sees of an answer: status, headers and page, but for what is random."""
    client = Client()
    response = client.post(path, fields)
    page = client.get(response["Location"]) if response.status_code == 302 else response
    words = page.content.decode()
    for field in ("email", "login"):
        words = words.replace(fields.get(field, "\0"), "")
    words = re.sub(r'(csrfmiddlewaretoken" value|csrf-token" content)="\w+"', "", words)
    changing = ("Content-Length", "Expires")  # with the address written into the page, and with the second
    headers = {name: value for name, value in response.items() if name not in changing}
    return response.status_code, headers, sorted(response.cookies), words


@pytest.mark.parametrize(
    ("path", "field", "others"),
    [
        (LOGIN, "login", {"password": "wrong"}),
        (RESET, "email", {}),
        (SIGN_UP, "email", {"password1": NEW_PASSWORD}),
    ],
)
def test_nobody_learns_whether_an_address_has_an_account(settings, alice, path, field, others):
    settings.MAIL_IS_LOCAL = False
    known = said(path, **{field: "alice@example.org"}, **others)
    assert said(path, **{field: "zoe@example.org"}, **others) == known


# --- going elsewhere ------------------------------------------------------------------------------

ELSEWHERE = [
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example",
    "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example", " //evil.example",
    "http://evil.example", "https://evil.example", "https:evil.example", "https:/evil.example", "http:///evil.example",
    "HTTPS://evil.example", "ftp://evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)",
    "data:text/html,evil", "vbscript:evil", "//evil.example/%2f..", "//evil.example%00.testserver",
    "https://testserver@evil.example", "https://testserver.evil.example", "http://testserver:80@evil.example/",
    "//testserver\\@evil.example", "http://[::1]evil.example", "\x00//evil.example", "\u2028//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_and_out_leads_nowhere_else(alice, target):
    client = Client()
    for path, fields in ((LOGIN, ALICE), ("/accounts/logout/", {})):
        response = client.post(path, {**fields, "next": target})
        place = urlsplit(response["Location"])
        assert (place.scheme, place.netloc) == ("", "")
        assert response["Location"] in ("/today/", "/")


def test_no_address_in_a_message_is_taken_from_the_request(alice):
    assert Client().post(RESET, {"email": alice.email}, headers={"host": "evil.example"}).status_code == 400
    assert mail.outbox == []
    Client().post(RESET, {"email": alice.email}, headers={"X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in mail.outbox[0].body


# --- sessions and tokens --------------------------------------------------------------------------


def test_a_session_given_to_somebody_before_sign_in_is_worth_nothing_after_it(alice):
    victim = Client()
    victim.post(RESET, {"email": "zoe@example.org"})
    before = victim.cookies["sessionid"].value
    victim.post(LOGIN, ALICE)
    assert victim.cookies["sessionid"].value != before
    attacker = Client()
    attacker.cookies["sessionid"] = before
    assert attacker.get("/today/").status_code == 302


def change(client: Client, alice: Any) -> None:
    fields = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post("/accounts/password/change/", fields).status_code == 302


def reset(client: Client, alice: Any) -> None:
    client = Client()
    client.post(RESET, {"email": alice.email})
    link = urlsplit(re.search(r"http\S+/key/\S+", mail.outbox[-1].body).group()).path  # type: ignore[union-attr]
    form = client.get(link)["Location"]
    assert client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 302
    assert "This link no longer works" in Client().get(link).content.decode()


@pytest.mark.parametrize("renew", [change, reset])
def test_a_new_password_ends_other_sessions_and_every_token(alice, bob, client_of, renew):
    now, mine, stolen = timezone.now(), client_of(alice), client_of(alice)
    _, secret = create_token(user=alice, scopes=[Scope.READ], now=now)
    create_token(user=bob, scopes=[Scope.READ], now=now)
    renew(mine, alice)
    assert stolen.get("/today/").status_code == 302
    assert APIClient().get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert Token.objects.get(revoked_at=None).user == bob


def test_a_message_shown_to_one_is_not_shown_to_another(alice, client):
    client.post(RESET, {"email": alice.email})
    assert "/key/" in client.get("/accounts/password/reset/done/").content.decode()
    assert "/key/" not in Client().get("/accounts/password/reset/done/").content.decode()


def test_a_message_is_shown_only_to_this_machine(alice):
    stranger = Client(REMOTE_ADDR="203.0.113.7")
    stranger.post(RESET, {"email": alice.email})
    assert "/key/" not in stranger.get("/accounts/password/reset/done/").content.decode()
    assert len(mail.outbox) == 1


# --- stuffing -------------------------------------------------------------------------------------


class Watched(BytesIO):
    """A body that says how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        """Read, and count."""
        given = super().read(size)
        self.taken += len(given)
        return given


@pytest.mark.parametrize("path", [LOGIN, "/study/grade/", "/settings/"])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=b", "application/x-www-form-urlencoded"])
def test_a_huge_form_is_refused_unread(alice, client_of, path, kind):
    size = 100 * 1024 * 1024
    body = Watched(b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n')
    extra = {"wsgi.input": body, "CONTENT_LENGTH": str(size), "CONTENT_TYPE": kind}
    client = Client() if path == LOGIN else client_of(alice)
    response = client.generic("POST", path, content_type=kind, **extra)
    assert response.status_code == 400
    assert "<h1>" in response.content.decode()
    assert body.taken == 0


def test_a_small_file_in_a_form_is_dropped(alice, client_of):
    response = client_of(alice).post("/settings/", {"pace": "5", "cap": ContentFile(b"60", name="cap")})
    assert response.status_code == 422
    assert not response.wsgi_request.FILES


# --- a database that is lost ----------------------------------------------------------------------


def losing(word: str) -> Any:
    """While it is open, statements with the word find no database."""

    def lost(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if word in sql:
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    return connection.execute_wrapper(lost)


def is_unavailable(response: Any) -> bool:
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "server closed" not in response.content.decode()
    return True


@pytest.mark.parametrize("path", ["/today/", "/nowhere/", "/accounts/login/", "/api/v1/me/", "/"])
def test_a_database_lost_before_the_session_is_read_is_a_503(alice, client_of, path):
    client = client_of(alice, raise_request_exception=False)
    with losing(""):
        assert is_unavailable(client.get(path))


def test_a_database_lost_when_the_session_is_saved_is_a_503(alice):
    client = Client(raise_request_exception=False)
    with losing("INSERT INTO"), losing("django_session"):
        assert is_unavailable(client.post(RESET, {"email": "zoe@example.org"}))


@pytest.mark.django_db(transaction=True)
def test_a_database_lost_at_commit_is_a_503_and_nothing_is_stored(alice, client_of, monkeypatch):
    client = client_of(alice, raise_request_exception=False)

    def lost(*args: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    fields = {"time_zone": "Asia/Tokyo", "rollover_hour": "5", "pace": "5", "cap": "50", "theme": "dark"}
    with monkeypatch.context() as patch:
        patch.setattr(type(connections["default"]), "_commit", lost)
        assert is_unavailable(client.post("/settings/", fields))
    alice.refresh_from_db()
    assert alice.time_zone == "UTC"


def test_without_redis_studying_goes_on_and_signing_in_waits(alice, api_of, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    nobody_listens = "redis://127.0.0.1:1/0"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": nobody_listens}
    }
    assert api_of(alice).get("/api/v1/me/").status_code == 200
    assert Client(raise_request_exception=False).post(LOGIN, ALICE).status_code == 503


# --- listening ------------------------------------------------------------------------------------


def test_no_address_and_no_answer_is_logged(alice, client_of, caplog, monkeypatch):
    caplog.set_level(logging.INFO)
    client = Client(raise_request_exception=False)
    for path, fields in (
        (SIGN_UP, {"email": "dora@example.org", "password1": NEW_PASSWORD}),
        (SIGN_UP, {"email": alice.email, "password1": NEW_PASSWORD}),
        (RESET, {"email": alice.email}),
        (LOGIN, {**ALICE, "password": "guess"}),
        (LOGIN, ALICE),
        ("/study/grade/", {"card": "queues/card-01", "response": "my own words", "key": str(uuid4())}),
    ):
        client.post(path, fields)
    monkeypatch.setattr("home.views.offers", lambda: 1 / 0)
    assert client.get("/welcome/").status_code == 500
    assert caplog.records
    for word in ("@", "my own words", "guess", PASSWORD, NEW_PASSWORD):
        assert word not in caplog.text
