"""The fold: what the ledger's rows of one card say, and what one more answer would make of it. No database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from scheduling import sm2
from scheduling.calendar import due_date

REVIEW, DRILL, PRACTICE, UNDO = "review", "drill", "practice", "undo"
BUTTONS = {"again": 1, "hard": 3, "good": 4, "easy": 5}


class Row(NamedTuple):
    """What the fold reads of a ledger row."""

    id: int
    sequence: int
    kind: str
    grade: int | None
    study_day: date
    due_on: date | None
    undoes_id: int | None


@dataclass(frozen=True, slots=True)
class Memory:
    """The folded columns of a card's state; a card never reviewed is `Memory()`."""

    schedule: sm2.State = sm2.START
    lapses: int = 0
    last_review_on: date | None = None
    due_on: date | None = None
    drill_open: bool = False
    sequence: int = 0


class Outcome(NamedTuple):
    """What a grade would do: the kind of row it becomes, and the memory after it."""

    kind: str
    memory: Memory


def kind_on(memory: Memory, day: date, *, queued: bool) -> str:
    """The kind of the next answer: the server decides it, never the client."""
    if memory.last_review_on == day:
        return DRILL if memory.drill_open else PRACTICE
    is_new = memory.last_review_on is None
    is_due = memory.due_on is not None and memory.due_on <= day
    return REVIEW if is_new or is_due or queued else PRACTICE


def outcome(memory: Memory, grade: int, day: date, *, queued: bool) -> Outcome:
    """The row kind and the memory after a grade of 0 to 5 on a study day."""
    kind = kind_on(memory, day, queued=queued)
    return Outcome(kind, _after(memory, kind, grade, day))


def _after(memory: Memory, kind: str, grade: int, day: date, due_on: date | None = None) -> Memory:
    sequence = memory.sequence + 1
    passed_for_today = grade >= sm2.DRILL_BELOW
    if kind == DRILL:
        return replace(memory, sequence=sequence, drill_open=memory.drill_open and not passed_for_today)
    if kind != REVIEW:
        return replace(memory, sequence=sequence)
    schedule = sm2.review(memory.schedule, grade)
    lapsed = grade < sm2.PASS and memory.schedule.repetitions > 0
    return Memory(
        schedule=schedule,
        lapses=memory.lapses + lapsed,
        last_review_on=day,
        due_on=due_on or due_date(day, schedule.interval),
        drill_open=not passed_for_today,
        sequence=sequence,
    )


def fold(rows: Iterable[Row]) -> Memory:
    """The memory that all rows of one card make, in the order of their sequence, undone rows left out."""
    ordered = sorted(rows, key=lambda row: row.sequence)
    undone = {row.undoes_id for row in ordered}
    memory = Memory()
    for row in ordered:
        if row.grade is not None and row.id not in undone:
            memory = _after(memory, row.kind, row.grade, row.study_day, row.due_on)
        memory = replace(memory, sequence=row.sequence)
    return memory
