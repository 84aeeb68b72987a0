"""A showing as templates see it: the words around a card, its buttons and, once checked, the verdict."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID, uuid4

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from study import verdict
from study.fold import BUTTONS
from study.queue import ShownCard
from study.verdict import Response

LIKE = 50  # of 100, by rapidfuzz: from here on the difference to the answer tells something


class Marked(NamedTuple):
    """A part of an answer: its words, a line on why, whether it is right, and whether the learner had it."""

    html: str
    why_html: str
    right: bool
    had: bool


class Face(NamedTuple):
    """A showing as templates see it; once checked, `said` is the response, or None when the learner gave up."""

    card: ShownCard
    key: UUID
    shown: str
    days: dict[str, int | None]
    said: Response | None = None
    checked: bool = False
    milliseconds: int | None = None

    @property
    def seen(self) -> str:
        """When the card was last reviewed, in words."""
        last = self.card.showing.memory.last_review_on
        if last is None:
            return "New"
        ago = (self.card.showing.day - last).days
        return {0: "Seen today", 1: "Last seen yesterday"}.get(ago, f"Last seen {ago} days ago")

    @property
    def suggested(self) -> str:
        """The button that Space presses: Good; Again when the response was not right, or while no tick says it was."""
        right = self.worth == verdict.RIGHT if self.checked else self.card.kind != "scenario"
        return "good" if right else "again"

    @property
    def asks(self) -> bool:
        """Whether the card still waits for a response that the server judges."""
        return self.card.kind in verdict.CHECKED and not self.checked

    @property
    def worth(self) -> int:
        """The grade that the response stands for; giving up is wrong."""
        return verdict.WRONG if self.said is None else verdict.judge(self.card.kind, self.card.data, self.said)

    @property
    def outcome(self) -> str:
        """The verdict in words."""
        if self.said is None:
            return "Here is the answer."
        missed = "Not this one." if self.card.kind in verdict.ONE_OF else "Not right."
        return {verdict.RIGHT: "Right.", verdict.NEAR: "Almost. It comes back today."}.get(self.worth, missed)

    @property
    def response(self) -> str:
        """The response as the grade's form carries it on."""
        return " ".join(self.said) if isinstance(self.said, list) else self.said or ""

    @property
    def choices(self) -> list[Marked]:
        """Every choice, marked: whether it was right to pick it, whether it was picked, and its line."""
        picked = {self.said} if isinstance(self.said, str) else set(self.said or [])
        return [
            Marked(choice.html, choice.why_html, choice.correct, choice.number in picked)
            for choice in self.card.choices
        ]

    @property
    def steps(self) -> list[Marked]:
        """The steps in their right order, and whether the learner had each in its place."""
        given = list(self.said or [])
        return [
            Marked(html, "", True, given[number : number + 1] == [str(number)])
            for number, html in enumerate(self.card.data.get("steps", []))
        ]

    @property
    def lines(self) -> list[Marked]:
        """The lines of code, the faulty one and the one picked marked."""
        fault = str(int(self.card.data.get("line", 1)) - 1)
        return [Marked(html, "", number == fault, number == self.said) for number, html in self.card.lines]

    @property
    def difference(self) -> list[tuple[str, str]]:
        """What was typed against the answer: runs of text that are `same`, `extra` or `missing`.

        Of a text that is not like the answer at all nothing is the same: letters in common would say nothing.
        """
        said, answer = str(self.said or ""), str(self.card.data.get("accept", [""])[0])
        if fuzz.ratio(said, answer) < LIKE:
            return [("extra", said)]
        runs: list[tuple[str, str]] = []
        for change in Indel.opcodes(said, answer):
            ours, theirs = said[change.src_start : change.src_end], answer[change.dest_start : change.dest_end]
            if change.tag == "equal":
                runs.append(("same", ours))
            else:
                runs += [(what, text) for what, text in (("extra", ours), ("missing", theirs)) if text]
        return runs

    @property
    def missed(self) -> int:
        """The grade of the button Again: 2 when the response was nearly right, and for a scenario."""
        half = self.card.kind == "scenario" or (self.checked and self.worth == verdict.NEAR)
        return verdict.NEAR if half else BUTTONS["again"]

    @property
    def back(self) -> dict[str, str]:
        """When each button brings the card back; after Again that is today, whatever day is stored."""
        return {name: _in_days(days) for name, days in self.days.items()}


def _in_days(days: int | None) -> str:
    if days is None:
        return "stays new"
    return "today" if not days else f"{days} day{'s' if days > 1 else ''}"


def face(card: ShownCard) -> Face:
    """A card not yet answered, with the key that its answer will carry."""
    return Face(card, uuid4(), card.showing.sign(), card.showing.days())
