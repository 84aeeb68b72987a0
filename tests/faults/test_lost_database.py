"""A PostgreSQL that crashes and comes back: 503 and never 500, and every answer gets in once."""

from __future__ import annotations

import http.client
import json
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests import servers
from tests.browser.loop import Loop
from tests.faults.runs import Run, running

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not servers.postgres_binaries(), reason="starts a PostgreSQL of its own"),
]
BACK_WITHIN = 60  # seconds from the server's return to the last kept answer
PROGRAMS = 4
CSRF = "c" * 32
SOMEBODY = """
import json
from datetime import datetime, UTC
from django.conf import settings
from django.test import Client
from accounts.models import Token, User
from curriculum.models import Track
from study import enrolment
from study.models import CardState
user = User.objects.create_user("alice@example.org")
now = datetime.now(UTC)
enrolment.start_learning(user=user, track=Track.objects.get(slug="essentials-10"), pace=20, time_zone="UTC", now=now)
# A card that is checked by the server cannot be answered without it; those that only turn over can.
CardState.objects.exclude(card__kind__in=("basic", "cloze", "reversed")).update(queued_on=None, position=None)
secret = Token.new_secret()
Token.objects.create(user=user, name="t", prefix=secret[:12], digest=Token.digest_of(secret),
    scopes=["read", "answer"], created_at=now)
client = Client()
client.force_login(user)
print(json.dumps({"session": client.cookies["sessionid"].value, "token": secret}))
"""


class Site:
    """The run, its database, and somebody who is signed in and holds a token."""

    def __init__(self, run: Run, database: servers.Postgres) -> None:
        self.run, self.database = run, database
        self.url = f"http://localhost:{run.port}"
        self.somebody = json.loads(run.manage("shell", "--no-imports", "-c", SOMEBODY).splitlines()[-1])

    @contextmanager
    def lost_database(self) -> Iterator[None]:
        """During the block no database is there."""
        self.database.stop()
        try:
            yield
        finally:
            self.database.start()

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, Any, str]:
        """Status, headers and text."""
        connection = http.client.HTTPConnection("localhost", self.run.port, timeout=60)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def page(
        self, method: str, path: str, fields: dict[str, Any] | None = None, **headers: str
    ) -> tuple[int, Any, str]:
        """As a signed-in browser."""
        cookies = f"sessionid={self.somebody['session']}; csrftoken={CSRF}"
        form = "application/x-www-form-urlencoded"
        given = {"Cookie": cookies, "X-CSRFToken": CSRF, "Content-Type": form, **headers}
        return self.ask(method, path, urlencode(fields or {}), **given)

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, Any]:
        """As a program."""
        given = {"Authorization": f"Bearer {self.somebody['token']}", "Content-Type": "application/json", **headers}
        status, said, text = self.ask(method, f"/api/v1/{path}", json.dumps(body) if body else "", **given)
        return status, said, json.loads(text) if text else None

    def answers(self) -> Counter[str]:
        """Card to the number of answers in the ledger."""
        found, path = Counter[str](), "answers/"
        while path:
            status, _, body = self.api("GET", path)
            assert status == 200
            found.update(answer["card"] for answer in body["results"])
            path = (body["next"] or "").partition("/api/v1/")[2]
        return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    binaries = servers.postgres_binaries()
    assert binaries
    with tempfile.TemporaryDirectory(prefix="recall-pg-") as folder:
        database = servers.Postgres(binaries, Path(folder))
        database.start()
        try:
            url = database.url.replace("/test_recall", "/postgres")
            with running(tmp_path_factory.mktemp("lost") / "var", DATABASE_URL=url) as run:
                yield Site(run, database)
        finally:
            database.stop()


def until_stored(site: Site, send: Any, *, within: float = BACK_WITHIN) -> int:
    """Send the same until it is stored; the status. Only a 503 may come before."""
    deadline, pause = time.monotonic() + within, threading.Event()
    while (status := send()[0]) == 503 and time.monotonic() < deadline:
        pause.wait(0.2)
    return int(status)


def test_page_fragment_and_program_are_told_when_to_come_back_and_the_same_is_stored_then(site):
    _, _, shown = site.api("GET", "study/next/")
    given = {"card": shown["card"]["id"], "shown": shown["shown"], "grade": 4, "key": str(uuid4())}
    _, _, cards = site.api("GET", "cards/?page_size=50")
    other = next(card["id"] for card in cards["results"] if card["id"] != given["card"])
    key = {"Idempotency-Key": str(uuid4())}
    asks = {
        "page": lambda: site.page("GET", "/study/"),
        "fragment": lambda: site.page("POST", "/study/grade/", given, **{"HX-Request": "true"}),
        "program": lambda: site.api("POST", "answers/", {"card": other, "grade": 5}, **key),
        "health": lambda: site.ask("GET", "/healthz"),
    }
    with site.lost_database():
        for name, send in asks.items():
            status, headers, said = send()
            assert status == 503, name
            assert name == "health" or headers["Retry-After"] == "5", name
            assert "psycopg" not in str(said)
            assert "127.0.0.1" not in str(said)
            assert ("Send the same request again" in str(said)) == (name == "program")
    assert {name: until_stored(site, send) for name, send in asks.items()} == {
        "page": 200,
        "fragment": 200,
        "program": 201,
        "health": 200,
    }
    assert [asks["fragment"]()[0], asks["program"]()[0]] == [200, 200]
    assert (site.answers()[given["card"]], site.answers()[other]) == (1, 1)


def test_answers_in_a_storm_get_in_once_while_the_database_crashes_twice(site):
    _, _, cards = site.api("GET", "cards/?page_size=50")
    card, before = cards["results"][7]["id"], sum(site.answers().values())
    statuses, heard, over = Counter[int](), threading.Condition(), threading.Event()

    def send(key: str) -> tuple[int, Any, Any]:
        reply = site.api("POST", "answers/", {"card": card, "grade": 4}, **{"Idempotency-Key": key})
        with heard:
            statuses[reply[0]] += 1
            heard.notify_all()
        return reply

    def hear(*wanted: int, more: int) -> None:
        with heard:
            aim = sum(statuses[status] for status in wanted) + more
            assert heard.wait_for(lambda: sum(statuses[status] for status in wanted) >= aim, BACK_WITHIN)

    def program() -> list[int]:
        stored = []
        while not over.is_set():
            stored.append(until_stored(site, partial(send, str(uuid4()))))
        return stored

    with ThreadPoolExecutor(PROGRAMS) as pool:
        doing = [pool.submit(program) for _ in range(PROGRAMS)]
        try:
            for _ in range(2):
                hear(200, 201, 409, more=2 * PROGRAMS)
                with site.lost_database():
                    hear(503, more=1)
            hear(200, 201, 409, more=2 * PROGRAMS)
        finally:
            over.set()
        ended = Counter(status for one in doing for status in one.result())
    assert set(statuses) <= {200, 201, 409, 503}
    assert set(ended) <= {200, 201, 409}  # 409: others were faster five times; then nothing was stored
    assert sum(site.answers().values()) - before == ended[200] + ended[201]
    assert site.run.manage("doctor") == ""


@pytest.mark.browser
def test_a_page_keeps_the_answer_while_the_database_is_away_and_sends_it_when_it_is_back(site, browser):
    context = browser.new_context(base_url=site.url)
    statuses = []
    context.on("response", lambda response: statuses.append(response.status))
    cookie = {"name": "sessionid", "value": site.somebody["session"], "domain": "localhost", "path": "/"}
    context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])
    loop = Loop(context.new_page())
    assert until_stored(site, lambda: site.page("GET", "/study/")) == 200
    before = sum(site.answers().values())
    loop.open()
    with site.lost_database():
        for _ in range(2):
            front = loop.stage.locator("article").get_attribute("data-ref")
            loop.grade()
            expect(loop.stage.locator(f"article[data-ref='{front}']")).to_have_count(0)
        expect(loop.status).to_contain_text("2 grades are kept here and will be sent.")
        assert len(loop.unsent()) == 2
    expect(loop.status).to_have_text("Everything is saved now.", timeout=BACK_WITHIN * 1000)
    assert loop.unsent() == []
    assert 503 in statuses
    assert 500 not in statuses
    assert sum(site.answers().values()) == before + 2
    assert site.run.manage("doctor") == ""
    context.close()
