"""The signed showing: what was on the screen when a card was rendered, so that a grade needs no read.

It names learner, card, study day and the state before. The schedule is only moved when the card's sequence is
still the one shown, so the state in it is the state in the database.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.core import signing

from scheduling import recall, sm2
from scheduling.calendar import due_date
from study.fold import BUTTONS, PRACTICE, REVIEW, Memory, Outcome, kind_on, outcome

SALT = "study.showing.3"  # raised when the fields change: a page of an older release is then refused, not misread
SIGNER = signing.Signer(salt=SALT)


class Forged(Exception):
    """Not a showing of ours, or another learner's or card's."""


class Placed(NamedTuple):
    """Days until the due day that each passing grade would give; None: as far as the interval says."""

    hard: int | None = None
    good: int | None = None
    easy: int | None = None

    def by(self, grade: int) -> int | None:
        """The days for a grade of 0 to 5; a card graded below 3 comes back the next day, which no plan moves."""
        return self[grade - sm2.PASS] if grade >= sm2.PASS else None


UNMOVED = Placed()


class Showing(NamedTuple):
    """A card as it stands for a learner on a study day.

    `queued` says that it has a place that day, `cram` that it is only practised: then no grade moves its schedule.
    """

    learner: int
    card: int
    ref: str
    day: date
    memory: Memory
    queued: bool
    asks: str = "basic"  # the kind of the card
    parts: int = 0  # choices, steps or lines of code to pick from
    placed: Placed = UNMOVED
    cram: bool = False

    @property
    def kind(self) -> str:
        """The kind of row that a grade given now becomes."""
        return PRACTICE if self.cram else kind_on(self.memory, self.day, queued=self.queued)

    def outcome(self, grade: int) -> Outcome:
        """What a grade does on this showing's day."""
        return outcome(self.memory, self.kind, grade, self.day, self.placed.by(grade))

    def days(self) -> dict[str, int | None]:
        """For each button the days from this showing's day to the due date that will be stored.

        A drill or practice leaves the date where it is; a date that has passed counts as 0. None: it has no date, for
        a card never met is only practised.
        """
        if self.kind == REVIEW:
            return {name: self._days(grade) for name, grade in BUTTONS.items()}
        due_on = self.memory.due_on
        return dict.fromkeys(BUTTONS, max(0, (due_on - self.day).days) if due_on else None)

    def _days(self, grade: int) -> int:
        if (placed := self.placed.by(grade)) is not None:
            return placed
        return (due_date(self.day, sm2.review(self.memory.schedule, grade).interval) - self.day).days

    def sign(self) -> str:
        """The showing as a URL-safe signed text of some 250 characters."""
        memory = self.memory
        fields = [
            *(self.learner, self.card, self.ref, self.day.toordinal()),
            *memory.schedule,
            memory.lapses,
            memory.last_review_on and memory.last_review_on.toordinal(),
            memory.due_on and memory.due_on.toordinal(),
            int(memory.drill_open),
            memory.sequence,
            *(memory.trace or (None, None)),
            memory.rules,
            *(int(self.queued), self.asks, self.parts, self.placed, int(self.cram)),
        ]
        return SIGNER.sign_object(fields)


def read(text: str, *, learner: int, ref: str) -> Showing:
    """The showing behind a signed text; raises Forged unless we signed it for this learner and card."""
    try:
        showing = _parsed(SIGNER.unsign_object(text))
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise Forged from error
    if (showing.learner, showing.ref) != (learner, ref):
        raise Forged
    return showing


def _parsed(fields: list[Any]) -> Showing:
    learner, card, ref, day, *state = fields
    repetitions, ease, interval, lapses, last_review, due, drill, sequence, stability, difficulty, rules, *about = state
    queued, asks, parts, placed, cram = about
    memory = Memory(
        schedule=sm2.State(repetitions, ease, interval),
        lapses=lapses,
        last_review_on=date.fromordinal(last_review) if last_review else None,
        due_on=date.fromordinal(due) if due else None,
        drill_open=bool(drill),
        sequence=sequence,
        trace=None if stability is None else recall.Trace(stability, difficulty),
        rules=rules,
    )
    day = date.fromordinal(day)
    return Showing(learner, card, ref, day, memory, bool(queued), asks, parts, Placed(*placed), bool(cram))
