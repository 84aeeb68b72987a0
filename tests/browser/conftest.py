"""A headless Chromium against Django's live server; whatever the browser complains about breaks the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from study import enrolment
from tests import servers
from tests.browser.loop import Loop
from tests.samples import Curriculum

FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
PATIENCE = 10_000  # milliseconds a locator waits


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; as root it has no sandbox to run in."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=servers.chromium(), args=["--no-sandbox", *FLAGS])
        yield browser
        browser.close()


@pytest.fixture
def tolerated() -> list[str]:
    """Parts of complaints that a test expects: `tolerated.append("status of 409")`."""
    return []


OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def open_context(browser: Browser, live_server: Any, tolerated: list[str]) -> Iterator[OpenContext]:
    """`open_context(color_scheme="dark", viewport=…)`: a fresh profile whose paths lead to the live server.

    At the end, console errors, uncaught errors and broken rules of the CSP (which are console errors) fail the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def start(**options: Any) -> BrowserContext:
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE)
        context.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        return context

    yield start
    for context in contexts:
        context.close()
    assert [text for text in complaints if not any(part in text for part in tolerated)] == []


@pytest.fixture
def page(open_context: OpenContext) -> Page:
    """A page as everybody has it: scripts on, the CSP in force."""
    return open_context().new_page()


@pytest.fixture
def no_js_page(open_context: OpenContext) -> Page:
    """A page in a browser that runs no scripts."""
    return open_context(java_script_enabled=False).new_page()


@pytest.fixture
def axe_page(open_context: OpenContext) -> Page:
    """A page for `axe`, which must put its own script into it past the CSP."""
    return open_context(bypass_csp=True).new_page()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(axe_page)`: no accessibility rule is broken on the page as it stands."""

    def check(page: Page) -> None:
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()

    return check


@pytest.fixture
def sign_in() -> Callable[[Page, User], None]:
    """`sign_in(page, alice)`: the page's context gets the session of a signed-in client."""

    def enter(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}
        page.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])

    return enter


@pytest.fixture
def learner(alice: User, curriculum: Curriculum) -> User:
    """Alice on the sample track with five new cards today: basic, cloze, choice, basic, cloze."""
    now = timezone.now()
    enrolment.start_learning(user=alice, track=curriculum.track, pace=5, time_zone="UTC", now=now)
    return alice


@pytest.fixture
def loop(page: Page, learner: User, sign_in: Callable[[Page, User], None]) -> Loop:
    """Alice's review, opened."""
    sign_in(page, learner)
    return Loop(page).open()


@pytest.fixture
def plain(no_js_page: Page, learner: User, sign_in: Callable[[Page, User], None], tolerated: list[str]) -> Loop:
    """The review in a browser without scripts."""
    tolerated += ["status of 409", "status of 422"]
    sign_in(no_js_page, learner)
    return Loop(no_js_page).open()


@pytest.fixture
def swapped(page: Page, learner: User, sign_in: Callable[[Page, User], None], tolerated: list[str]) -> Loop:
    """The review where study.js did not arrive, so that htmx is at work."""
    tolerated += ["Failed to load resource", "Response Status Error", "htmx:"]
    page.route("**/js/study.js", lambda route: route.abort())
    sign_in(page, learner)
    loop = Loop(page).open()
    page.wait_for_function("() => window.htmx && document.querySelector('#stage form').matches('[hx-post]')")
    return loop
