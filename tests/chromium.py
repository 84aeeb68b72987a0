"""One headless Chromium for a whole run, for tests/browser and for faults that are seen in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from tests import servers

# The last --disable-features counts, so Playwright's own list is here again. Ours is the last line: the pages that
# Chromium loads behind the address bar of every new window cost more than most tests.
UNUSED = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup"
)
FLAGS = [
    f"--disable-features={UNUSED}",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
TRANSITION = "Transition was"  # aborted or skipped: what Chromium says of a page that loads slowly
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
    tolerated.append(TRANSITION)
    assert [text for text in complaints if not any(part in text for part in tolerated)] == []


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
