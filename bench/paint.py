"""From the key that grades to the next card painted, in Chromium, while the server answers 250 ms later."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from django.conf import settings

from bench import seed, servers
from bench.browser import Browser
from bench.rows import Row, missing
from curriculum.models import Card, Kind
from tests.servers import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

CARDS = 12
MEDIAN, LONGEST = 16.0, 50.0  # milliseconds
ASIDE = 20  # cards to spare
GUARD = 200  # milliseconds after the answer in which a grade counts as a double tap
SHOWN = (Kind.BASIC, Kind.CLOZE)  # their answer lies on the page; others ask the server first
WHATS = (f"key to next card painted, median of {CARDS} cards", f"key to next card painted, longest of {CARDS} cards")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
# A page that does nothing but show another article: what the browser itself takes on this machine now.
BARE = """<main id="stage"><article>0</article></main>"""
TURN = """addEventListener("keydown", () => {
  const article = document.createElement("article");
  article.textContent = performance.now();
  document.getElementById("stage").replaceChildren(article);
})"""
# From the key event's own time to the first task after the frame that shows another article.
WATCH = """
window.painted = [];
addEventListener("keydown", event => {
  if (event.key !== "3") return;
  const stage = document.getElementById("stage"), before = stage.querySelector("article");
  const look = new MutationObserver(() => {
    const article = stage.querySelector("article");
    if (!article || article === before) return;
    look.disconnect();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => painted.push(performance.now() - event.timeStamp);
      port2.postMessage(null);
    });
  });
  look.observe(stage, { childList: true });
}, true);
"""


def rows(var: Path, now: datetime) -> list[Row]:
    """One learner, twelve cards, a fresh profile."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return missing(WHATS, "playwright is not installed (requirements-dev.txt)")
    if not (program := chromium()):
        return missing(WHATS, "no Chromium is installed")
    session = _session(now)
    told = servers.environment_of(var)
    told["PYTHONPATH"] += f":{servers.ROOT}"
    with servers.web(servers.OURS["web"].replace("config.wsgi", "bench.slow"), told) as (_, port):
        bare, taken = _measured(program, f"http://localhost:{port}", session)
    return [
        Row("a bare page in the same browser, median", median(bare), unit="ms"),
        Row("a bare page in the same browser, longest", max(bare), unit="ms"),
        Row(WHATS[0], median(taken), MEDIAN, "ms"),
        Row(WHATS[1], max(taken), LONGEST, "ms"),
    ]


def _session(now: datetime) -> str:
    """The session of a learner with cards whose answers lie on the page."""
    content = Card.objects.asked().exclude(topic__area__slug="bench").filter(kind__in=SHOWN, front=None)
    cards = list(content.order_by("pk").values_list("pk", flat=True)[: CARDS + ASIDE])
    return Browser(seed.learner("paint@example.org", cards, len(cards), now)).cookies[settings.SESSION_COOKIE_NAME]


def _measured(program: str, url: str, session: str) -> tuple[list[float], list[float]]:
    """Milliseconds for each key on the bare page, and for each card."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        context = browser.new_context(base_url=url)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
        bare, review = context.new_page(), context.new_page()
        bare.set_content(BARE)
        bare.add_script_tag(content=WATCH + TURN)
        bare.bring_to_front()
        for number in range(CARDS):
            _press(bare, number)
        review.add_init_script(WATCH)
        review.bring_to_front()
        review.goto("/study/")
        for number in range(CARDS):
            _show_answer(review)
            _press(review, number)
        taken: tuple[list[float], list[float]] = bare.evaluate("painted"), review.evaluate("painted")
        browser.close()
    return taken


def _show_answer(page: Page) -> None:
    """Read and show the answer; the card after this one has arrived by then."""
    page.wait_for_selector("#ahead article", state="attached")
    page.keyboard.press("Space")
    page.wait_for_selector("#stage details[open]")


def _press(page: Page, number: int) -> None:
    """Grade Good, and wait for the paint."""
    page.wait_for_timeout(1.5 * GUARD)
    page.keyboard.press("3")
    page.wait_for_function("count => painted.length > count", arg=number)
