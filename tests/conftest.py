"""Fixtures for every test: three people, their clients, a small curriculum, a clock and a statement counter."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
import redis
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client, TransactionTestCase
from rest_framework.test import APIClient

from accounts.models import Scope, Token, User
from tests import emptying, samples, servers, statements

NEEDS = {  # marker: what it needs, and whether it is here
    "postgresql": (
        "a PostgreSQL; name it in TEST_DATABASE_URL, or use `make test`",
        lambda: os.environ.get("TEST_DATABASE_URL"),
    ),
    "broker": ("a Redis; name it in TEST_REDIS_URL, or use `make test`", lambda: os.environ.get("TEST_REDIS_URL")),
    "browser": ("Chromium", servers.chromium),
}
pytest_plugins = ["tests.chromium"]
OUTCOMES = ("failed", "passed", "skipped", "error")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what has nothing to run on, and say so; what starts whole runs stays together."""
    for item in items:
        if item.path.parent.name == "faults" or item.path.name == "test_start.py":
            item.add_marker(pytest.mark.xdist_group("runs"))
    for marker, (what, here) in NEEDS.items():
        marked = [item for item in items if marker in item.keywords]
        if marked and not here():
            for item in marked:
                item.add_marker(pytest.mark.skip(reason=f"needs {what}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Leave the counts where tests/run.py adds them up."""
    if path := os.environ.get("RECALL_TEST_TALLY"):
        counts = {kind: len(terminalreporter.stats.get(kind, ())) for kind in OUTCOMES}
        with open(path, "a") as file:
            file.write(json.dumps(counts) + "\n")


@pytest.fixture(scope="session", autouse=True)
def _no_keys_left() -> Iterator[None]:
    """Whatever was written into a Redis that others use too goes when the run ends."""
    yield
    if settings.REDIS_URL:
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            for key in client.scan_iter(f"{settings.KEY_PREFIX}*"):
                client.delete(key)


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> Iterator[None]:
    """Tests that commit are many; what clears away after them must be quick."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying.after_a_test)
        yield


PASSWORD = "sesame-1"
MakeUser = Callable[..., User]


@pytest.fixture
def make_user(db: None) -> MakeUser:
    """`make_user("dora@example.org", time_zone="Asia/Tokyo")`: a user with a verified address; password `sesame-1`."""

    def make(email: str, password: str | None = None, **fields: object) -> User:
        user = User.objects.create_user(email, password or PASSWORD, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    return make


@pytest.fixture
def alice(make_user: MakeUser) -> User:
    """The owner."""
    return make_user("alice@example.org")


@pytest.fixture
def bob(make_user: MakeUser) -> User:
    """The partner: may see what the owner shares."""
    return make_user("bob@example.org")


@pytest.fixture
def charlie(make_user: MakeUser) -> User:
    """The stranger: may see nothing of the owner's."""
    return make_user("charlie@example.org")


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """`client_of(alice)`: a signed-in client; keyword arguments go to django.test.Client."""

    def make(user: User, **options: object) -> Client:
        client = Client(**options)
        client.force_login(user)
        return client

    return make


@pytest.fixture
def api_of() -> Callable[..., APIClient]:
    """`api_of(alice)` or `api_of(alice, scopes=["read"])`: a REST client that carries a real token."""

    def make(user: User, scopes: tuple[str, ...] = (Scope.READ, Scope.ANSWER)) -> APIClient:
        secret = Token.new_secret()
        Token.objects.create(
            user=user,
            name="test",
            prefix=secret[:12],
            digest=Token.digest_of(secret),
            scopes=[str(scope) for scope in scopes],
            created_at=datetime.now(UTC),
        )
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return make


@pytest.fixture
def count_statements() -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_statements() as seen: …; assert len(seen) == 5`; only SELECT, INSERT, UPDATE and DELETE."""
    return statements.counted


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands at noon UTC on Monday, 2 March 2026 until `clock.move_to(…)` or `clock.shift(…)`."""
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def curriculum(db: None) -> samples.Curriculum:
    """Two topics of twelve cards, the second built on the first; a track with both and a track without cards."""
    return samples.curriculum()
