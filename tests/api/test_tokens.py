"""Tokens: made by a command, kept as a digest, taken from the header alone."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Token

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"


def made(*words: str) -> list[str]:
    """What the command prints, by line."""
    out = StringIO()
    call_command("create_token", *words, stdout=out)
    return out.getvalue().splitlines()


def bearing(secret: str, keyword: str = "Bearer") -> APIClient:
    """A client that sends this token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"{keyword} {secret}")
    return client


def test_the_command_prints_the_token_alone_on_its_last_line(alice):
    *said, secret = made("Alice@example.org", "--scope", "answer", "--scope", "read", "--name", "script")
    assert len(said) in (1, 2)
    assert not any(secret in line for line in said)
    assert bearing(secret).get(ME).json() | {"scopes": ["read", "answer"]} == bearing(secret).get(ME).json()
    token = Token.objects.get()
    assert (token.user, token.name, token.expires_at) == (alice, "script", None)
    assert secret not in str(Token.objects.values().get())


def test_without_a_scope_a_token_may_read(alice):
    assert bearing(made(alice.email)[-1]).get(ME).json()["scopes"] == ["read"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody@example.org"], "There is no account with the address nobody@example.org."),
        (["alice@example.org", "--scope", "rule"], "There is no scope “rule”. The scopes are read and answer."),
        (["alice@example.org", "--days", "0"], "A token lasts 1 to 3650 days, not 0. Leave --days out for no end."),
        (["alice@example.org", "--name", "n" * 81], "A name has at most 80 characters."),
    ],
)
def test_what_the_command_cannot_do_it_says_in_a_sentence(alice, words, said):
    with pytest.raises(CommandError, match="^" + said.replace(".", r"\.") + "$") as refused:
        made(*words)
    assert refused.value.returncode == 1
    assert not Token.objects.exists()


def test_a_token_ends_after_its_days(alice, clock):
    client = bearing(made(alice.email, "--days", "2")[-1])
    clock.shift(timedelta(days=2, seconds=-1))
    assert client.get(ME).status_code == 200
    clock.shift(timedelta(seconds=1))
    assert client.get(ME).status_code == 401


def test_a_revoked_token_and_a_closed_account_are_refused(alice):
    client = bearing(made(alice.email)[-1])
    Token.objects.update(revoked_at=timezone.now())
    assert client.get(ME).status_code == 401
    Token.objects.update(revoked_at=None)
    type(alice).objects.update(is_active=False)
    assert client.get(ME).status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer wrong", "Bearer a b", "Bearer \xff", "bearer recall_"])
def test_a_bad_token_is_told_so_in_a_problem(alice, header):
    response = APIClient().get(ME, headers={"Authorization": header})
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"] == "This token is not valid. It may be mistyped, revoked or past its last day."


def test_a_bad_token_is_not_rescued_by_a_session(alice, client_of):
    assert client_of(alice).get(ME, headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_token_counts_in_the_header_alone(alice):
    secret = made(alice.email)[-1]
    for name in ("token", "access_token", "authorization", "api_key"):
        assert APIClient().get(ME, {name: secret}).status_code == 401
    assert bearing(secret, "Token").get(ME).status_code == 401
    assert bearing(secret, "bearer").get(ME).status_code == 200


def test_a_use_is_noted_at_most_once_an_hour(alice, clock, count_statements):
    client = bearing(made(alice.email)[-1])
    client.get(ME)
    first = Token.objects.get().last_used_at
    assert first == timezone.now()
    clock.shift(timedelta(minutes=59))
    with count_statements() as seen:
        client.get(ME)
    assert not [sql for sql in seen if sql.startswith("UPDATE")]
    assert Token.objects.get().last_used_at == first
    clock.shift(timedelta(minutes=1))
    client.get(ME)
    assert Token.objects.get().last_used_at == timezone.now()
