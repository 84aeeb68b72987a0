"""Who takes part in the long walk: tabs of a real Chromium, browsers that post as htmx does, a program with a token.

Each decides by its own dice, keeps the keys of what the server acknowledged, and counts what it did.
"""

from __future__ import annotations

import http.client
import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

from playwright.sync_api import Error, Page, Response, Route

from tests.browser.loop import UNSENT

COUNTED = ("answer", "undo", "resend")
KEPT = 40  # bodies and answers remembered for a resend or an undo
CSRF = "c" * 32
SHOWN = re.compile(r'name="shown" value="([^"]+)"')
REF = re.compile(r'data-ref="([^"]+)"')
UNDOES = re.compile(r'name="undoes" value="([^"]+)"')


@dataclass
class Log:
    """What one walker did and what came of it."""

    did: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    stored: set[str] = field(default_factory=set)  # keys of answers that the server acknowledged
    undone: set[int] = field(default_factory=set)  # ids of answers of which it said that they are taken back

    @property
    def steps(self) -> int:
        """Answers, undos and resends."""
        return sum(self.did[what] for what in COUNTED)

    def heard(self, what: str, status: int, key: str | None = None) -> None:
        """Note what the server said, and the key when it said that all is stored."""
        self.statuses[f"{what} {status}"] += 1
        if key and status in (200, 201, 204) and what in ("grade", "api"):
            self.stored.add(key)


class Walker:
    """Sends real requests to the running server, over one connection kept open."""

    def __init__(self, url: str, seed: str, refs: list[str], **headers: str) -> None:
        self.host, self.headers = urlsplit(url).netloc, headers
        self.dice, self.refs, self.log = random.Random(seed), refs, Log()
        self.sent: list[dict[str, Any]] = []

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
        """Status and text."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, path, body or None, {**self.headers, **headers})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def remember(self, body: dict[str, Any]) -> None:
        """Keep a body that was sent, to send it again."""
        self.sent = [*self.sent, body][-KEPT:]


class Browser(Walker):
    """A signed-in browser that posts fragments and reads the next card from the reply."""

    def __init__(self, url: str, seed: str, refs: list[str], session: str) -> None:
        cookies = f"sessionid={session}; csrftoken={CSRF}"
        super().__init__(url, seed, refs, **{"Cookie": cookies, "X-CSRFToken": CSRF})
        self.cards: list[tuple[str, str]] = []
        self.undoes = self.session = ""

    def step(self) -> None:
        """One thing that a person does."""
        act = self.dice.choices(
            [self.answer, self.undo, self.resend, self.put_away, self.take_back, self.more, self.reload],
            [60, 12, 10, 3, 3, 1, 3],
        )[0]
        act()

    def post(self, what: str, fields: dict[str, Any]) -> tuple[int, str]:
        """A fragment posted as htmx posts it."""
        headers = {"HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
        fields = {"session": self.session, **fields}
        return self.ask("POST", f"/study/{what}/", urlencode(fields), **headers)

    def read(self, page: str) -> None:
        """Keep the cards and the undo of a reply."""
        for part in page.split("<article")[1:]:
            ref, shown = REF.search(part), SHOWN.search(part)
            if ref and shown and ref[1] not in dict(self.cards):
                self.cards.append((ref[1], shown[1]))
        if undoes := UNDOES.search(page):
            self.undoes = undoes[1]

    def reload(self) -> None:
        topic = self.dice.choice(self.refs).partition("/")[0]
        self.cards, self.session = [], self.dice.choice(["", "", "", f"topic={topic}", "cram=1&since=0"])
        self.log.did["page"] += 1
        status, page = self.ask("GET", f"/study/?{self.session}")
        self.log.heard("page", status)
        self.read(page)

    def answer(self) -> None:
        """Grade the card in front; now and then one that was in front before."""
        if not self.cards:
            self.reload()
        if not self.cards:
            return self.more()
        late = self.dice.random() < 0.1
        ref, shown = self.cards[0] if late else self.cards.pop(0)
        grade = self.dice.choice([1, 1, 3, 4, 4, 4, 5])
        body = {"card": ref, "shown": shown, "grade": grade, "key": str(uuid4())}
        self.remember(body)
        self.log.did["answer"] += 1
        self.grade(body)
        return None

    def grade(self, body: dict[str, Any]) -> None:
        status, page = self.post("grade", {**body, "held": " ".join(ref for ref, _ in self.cards)})
        self.log.heard("grade", status, body["key"])
        self.read(page)

    def resend(self) -> None:
        if self.sent:
            self.log.did["resend"] += 1
            self.grade(self.dice.choice(self.sent))

    def undo(self) -> None:
        if not self.undoes:
            return
        self.log.did["undo"] += 1
        status, page = self.post("undo", {"undoes": self.undoes, "key": str(uuid4())})
        self.log.heard("undo", status)
        self.read(page)

    def put_away(self) -> None:
        """Bury or suspend any card."""
        what = self.dice.choice(["bury", "suspend"])
        self.log.did["put away"] += 1
        self.log.heard(what, self.post(what, {"card": self.dice.choice(self.refs)})[0])

    def take_back(self) -> None:
        self.log.did["put away"] += 1
        self.log.heard("restore", self.post("restore", {"card": self.dice.choice(self.refs)})[0])

    def more(self) -> None:
        """Five new cards."""
        self.log.did["more"] += 1
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self.log.heard("more", self.ask("POST", "/study/more/", urlencode({"count": 5, "key": uuid4()}), **headers)[0])


class Program(Walker):
    """The REST API: any card with and without a showing, clocks years off, undos by id, everything twice."""

    def __init__(self, url: str, seed: str, refs: list[str], token: str) -> None:
        super().__init__(url, seed, refs, Authorization=token)
        self.ids: list[int] = []
        self.cards: list[tuple[str, str]] = []

    def step(self) -> None:
        """One request."""
        act = self.dice.choices([self.answer, self.next, self.late, self.undo, self.resend], [45, 15, 5, 15, 15])[0]
        act()

    def post(self, body: dict[str, Any]) -> None:
        headers = {"Idempotency-Key": body["key"], "Content-Type": "application/json"}
        fields = {name: value for name, value in body.items() if name != "key"}
        status, text = self.ask("POST", "/api/v1/answers/", json.dumps(fields), **headers)
        self.log.heard("api", status, body["key"])
        if status in (200, 201):
            self.ids = [*self.ids, json.loads(text)["id"]][-KEPT:]

    def give(self, ref: str, **fields: Any) -> None:
        grade = self.dice.choice([0, 1, 2, 3, 4, 4, 4, 5])
        body = {"card": ref, "grade": grade, "key": str(uuid4()), "answered_at": self.skewed(), **fields}
        self.remember(body)
        self.log.did["answer"] += 1
        self.post(body)

    def skewed(self) -> str:
        """A moment by a clock that may be years off."""
        return f"{datetime(2026, 4, 1, 12) + timedelta(hours=self.dice.randint(-90_000, 90_000)):%Y-%m-%dT%H:%M:%SZ}"

    def answer(self) -> None:
        self.give(self.dice.choice(self.refs))

    def next(self) -> None:
        status, text = self.ask("GET", "/api/v1/study/next/")
        self.log.heard("next", status)
        if status == 200:
            body = json.loads(text)
            self.cards = [*self.cards, (body["card"]["id"], body["shown"])][-KEPT:]
            self.give(body["card"]["id"], shown=body["shown"])

    def late(self) -> None:
        """A card as it was shown some time ago."""
        if self.cards:
            ref, shown = self.dice.choice(self.cards)
            self.give(ref, shown=shown)

    def resend(self) -> None:
        if self.sent:
            self.log.did["resend"] += 1
            self.post(self.dice.choice(self.sent))

    def undo(self) -> None:
        if not self.ids:
            return
        self.log.did["undo"] += 1
        number = self.ids[-1] if self.dice.random() < 0.8 else self.dice.choice(self.ids)
        status, _ = self.ask("POST", f"/api/v1/answers/{number}/undo/", **{"Idempotency-Key": str(uuid4())})
        self.log.heard("undo", status)
        if status in (200, 201):
            self.log.undone.add(number)


class Tab:
    """A real page, driven by keys; some of its posts never arrive, and of some the reply is lost."""

    def __init__(self, page: Page, seed: str) -> None:
        self.page, self.dice, self.log = page, random.Random(seed), Log()
        page.emulate_media(reduced_motion="reduce")
        page.on("response", self.hear)
        page.route("**/study/*/", self.carry)

    def hear(self, response: Response) -> None:
        """Note what the server said to a post."""
        what = response.url.rstrip("/").rpartition("/")[2]
        if response.request.method == "POST":
            fields = dict(parse_qsl(response.request.post_data or ""))
            self.log.heard(what, response.status, fields.get("key"))
        elif "/study/" in response.url:
            self.log.heard("page", response.status)

    def carry(self, route: Route) -> None:
        """Most posts arrive; of the rest half never reach the server, and half do without a reply."""
        chance = 1.0 if route.request.method != "POST" else self.dice.random()
        try:
            if chance > 0.04:
                return route.continue_()
            if chance < 0.02:
                self.log.did["reply lost"] += 1
                route.fetch(max_redirects=0)
            else:
                self.log.did["post lost"] += 1
            return route.abort()
        except Error:  # the page has gone meanwhile
            return None

    def sees(self, selector: str) -> bool:
        """Whether the page shows it; a page that is just being left shows nothing."""
        try:
            return bool(self.page.evaluate("selector => !!document.querySelector(selector)", selector))
        except Error:
            return False

    def reveal(self) -> None:
        """Show the answer of the card in front, or find a card first."""
        if self.dice.random() < 0.03 or not self.sees("#stage article"):
            self.open(self.dice.choice(["/study/", "/study/", "/study/?cram=1"]))
        if self.sees("#stage .check [name=response]"):
            self.page.locator("#stage .check [name=response]").first.check()
        self.page.keyboard.press("Space")

    def open(self, path: str) -> None:
        """Another page; what waits to be sent goes first, as when the network is back."""
        self.log.did["page"] += 1
        try:
            self.page.evaluate("dispatchEvent(new Event('online'))")
            self.page.goto(path)
        except Error:  # it was on its way to the summary
            self.page.wait_for_load_state()

    def act(self) -> None:
        """Grade what is revealed; now and then take it back at once, or something older."""
        chance = self.dice.random()
        if chance > 0.05 and self.sees("#stage [data-checked], #stage [open]"):
            self.page.keyboard.press(self.dice.choice("1233334"))
            self.log.did["answer"] += 1
        if chance < 0.15 and self.sees(".undo:not([inert])"):
            self.page.keyboard.press("z")
            self.log.did["undo"] += 1

    def unsent(self) -> list[Any]:
        return list(json.loads(self.page.evaluate(UNSENT) or "[]"))

    def settle(self) -> None:
        """Let everything arrive."""
        self.page.unroute_all()
        self.page.goto("/today/")
        self.page.evaluate("dispatchEvent(new Event('online'))")
        self.page.wait_for_function(f"() => !{UNSENT}", timeout=60_000)
