"""Pages against Django's live server; whatever the browser complains about breaks the test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from study import enrolment
from tests.browser.loop import Loop
from tests.chromium import OpenContext
from tests.samples import Curriculum

COLOURS = ["color-contrast", "link-in-text-block"]
BROKEN_RULES = """async colours => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const { violations } = await axe.run({ resultTypes: ["violations"], ...dark && { runOnly: colours } });
  return { violations };
}"""


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
    """`axe(axe_page)`: no accessibility rule is broken on the page as it stands.

    A dark page differs from the light one by its colours alone, so only the rules about colours are asked there.
    """

    def check(page: Page) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        results = AxeResults(page.evaluate(BROKEN_RULES, COLOURS))
        assert results.violations_count == 0, results.generate_report()

    return check


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
