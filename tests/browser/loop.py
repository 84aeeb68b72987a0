"""The review as a learner drives it: what is in front, and what they press."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from playwright.sync_api import Locator, Page, Request, Route, expect

UNSENT = "localStorage.getItem(`recall.unsent.${document.documentElement.dataset.learner}`)"
expect.set_options(timeout=10_000)
GUARD = 200  # milliseconds after the answer appeared in which grades are ignored
MOVE_THE_CLOCK = """() => {
  const now = performance.now.bind(performance);
  let ahead = 0;
  performance.now = () => now() + ahead;
  window.passTime = milliseconds => { ahead += milliseconds; };
}"""
ONE, TWO, THREE, FOUR, FIVE = (f"queues/card-{number:02}" for number in range(1, 6))


class Loop:
    """A page with the review on it. Cards are named by their refs."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(f"({MOVE_THE_CLOCK})()")
        page.emulate_media(reduced_motion="reduce")  # Chromium reports a view transition that it drops as an error
        self.stage = page.locator("#stage")
        self.answer = self.stage.locator(".answer")
        self.status = page.locator("#status")
        self.undo = page.locator(".undo")
        self.position = page.locator("#position")

    def open(self) -> Loop:
        """The page, with its scripts at work."""
        self.page.goto("/study/")
        return self

    def shows(self, ref: str, *, ahead: str | None = None) -> None:
        """The card in front is this one, and behind it that one."""
        expect(self.stage.locator("article")).to_have_attribute("data-ref", ref)
        if ahead:
            expect(self.page.locator("#ahead article").first).to_have_attribute("data-ref", ahead)

    def reveal(self) -> None:
        """Show the answer, or check the first choice, and be past the guard against a double tap."""
        expect(self.stage.locator("article")).to_have_count(1)  # the next card may still be on its way
        if self.stage.locator(".check").count():
            self.pick(0)
            self.page.keyboard.press("Space")
        else:
            self.page.keyboard.press("Space")
        expect(self.answer).to_be_focused()
        self.pass_time()

    def pass_time(self) -> None:
        """Put the clock by which the page measures the guard past it; timers are left alone."""
        self.page.evaluate(f"passTime({GUARD})")

    def pick(self, number: int) -> Locator:
        """Pick a choice by its place."""
        choice = self.stage.get_by_role("radio").nth(number)
        choice.check()
        return choice

    def grade(self, key: str = "3") -> None:
        """Reveal and grade the card in front."""
        self.reveal()
        self.page.keyboard.press(key)

    def unsent(self) -> list[dict[str, Any]]:
        """What lies in this browser and is not acknowledged."""
        return list(json.loads(self.page.evaluate(UNSENT) or "[]"))

    def expect_sent(self) -> None:
        """Wait until nothing is left to send."""
        self.page.wait_for_function(f"() => !{UNSENT}")

    def refuse(self, status: int, *, times: int = 1000, where: str = "grade", **headers: str) -> list[Route]:
        """Answer the next posts with this status instead of the server; the list holds those that came."""
        came: list[Route] = []

        def answer(route: Route) -> None:
            came.append(route)
            route.fulfill(status=status, headers=headers, body="")

        self.page.route(f"**/study/{where}/", answer, times=times)
        return came

    def hold(self, where: str = "grade", *, times: int = 1) -> Held:
        """Keep the next posts on their way until the test lets them go."""
        held = Held(self.page)
        self.page.route(f"**/study/{where}/", lambda route: held.append(route), times=times)
        return held

    def posts(self, where: str = "grade") -> list[dict[str, str]]:
        """The fields of every post from now on."""
        seen: list[dict[str, str]] = []

        def note(request: Request) -> None:
            if request.url.endswith(f"/study/{where}/"):
                seen.append(dict(parse_qsl(request.post_data or "")))

        self.page.on("request", note)
        return seen


class Held(list[Route]):
    """Posts that left the page and have not reached the server."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page

    def take(self, number: int = 0) -> Route:
        """Wait, frame by frame, until that many others and this one have left the page."""
        for _ in range(1000):
            if len(self) > number:
                return self[number]
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        raise AssertionError("The page did not send what it should have sent.")
