"""The signed showing: what was on the screen when a card was rendered, so that a grade needs no read.

It names learner, card, study day and the state before. The schedule is only moved when the card's sequence is
still the one shown, so the state in it is the state in the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core import signing

from scheduling import sm2
from study.fold import BUTTONS, Memory, Outcome, kind_on, outcome

SALT = "study.showing"


class Forged(Exception):
    """Not a showing of ours, or another learner's or card's."""


@dataclass(frozen=True, slots=True)
class Showing:
    """A card as it stands for a learner on a study day; `queued` says that it has a place that day."""

    learner: int
    card: int
    ref: str
    day: date
    memory: Memory
    queued: bool
    asks: str = "basic"  # the kind of the card
    parts: int = 0  # choices, steps or lines of code to pick from

    @property
    def kind(self) -> str:
        """The kind of row that a grade given now becomes."""
        return kind_on(self.memory, self.day, queued=self.queued)

    def outcome(self, grade: int) -> Outcome:
        """What a grade does on this showing's day."""
        return outcome(self.memory, grade, self.day, queued=self.queued)

    def days(self) -> dict[str, int]:
        """For each button the days from this showing's day to the due date that will be stored.

        A drill or practice leaves the date where it is; a date that has passed counts as 0.
        """
        after = {name: self.outcome(grade).memory.due_on for name, grade in BUTTONS.items()}
        return {name: max(0, (due_on - self.day).days) if due_on else 0 for name, due_on in after.items()}

    def sign(self) -> str:
        """The showing as a URL-safe signed text of some 150 characters."""
        memory = self.memory
        fields = [
            self.learner,
            self.card,
            self.ref,
            self.day.toordinal(),
            *memory.schedule,
            memory.lapses,
            memory.last_review_on and memory.last_review_on.toordinal(),
            memory.due_on and memory.due_on.toordinal(),
            int(memory.drill_open),
            memory.sequence,
            int(self.queued),
            self.asks,
            self.parts,
        ]
        return signing.dumps(fields, salt=SALT)


def read(text: str, *, learner: int, ref: str) -> Showing:
    """The showing behind a signed text; raises Forged unless we signed it for this learner and card."""
    try:
        fields = signing.loads(text, salt=SALT)
        showing = _parsed(*fields)
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise Forged from error
    if (showing.learner, showing.ref) != (learner, ref):
        raise Forged
    return showing


def _parsed(
    learner: int,
    card: int,
    ref: str,
    day: int,
    repetitions: int,
    ease: int,
    interval: int,
    lapses: int,
    last_review: int | None,
    due: int | None,
    drill: int,
    sequence: int,
    queued: int,
    asks: str,
    parts: int,
) -> Showing:
    memory = Memory(
        schedule=sm2.State(repetitions, ease, interval),
        lapses=lapses,
        last_review_on=date.fromordinal(last_review) if last_review else None,
        due_on=date.fromordinal(due) if due else None,
        drill_open=bool(drill),
        sequence=sequence,
    )
    return Showing(learner, card, ref, date.fromordinal(day), memory, bool(queued), asks, parts)
