"""The fold: what the ledger's rows of one card say, and what one more answer would make of it. No database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from scheduling import recall, sm2
from scheduling.calendar import due_date

RULES = 1  # version of the fold; a change of rules raises it, and what older rules folded can be found
REVIEW, DRILL, PRACTICE, UNDO = "review", "drill", "practice", "undo"
SET_ASIDE_AT, SET_ASIDE_EVERY = 8, 4  # lapses
BUTTONS = {"again": 1, "hard": 3, "good": 4, "easy": 5}


class Row(NamedTuple):
    """What the fold reads of a ledger row."""

    id: int
    sequence: int
    kind: str
    grade: int | None
    study_day: date
    interval: int | None
    due_on: date | None
    undoes_id: int | None


class Memory(NamedTuple):
    """The folded columns of a card's state; a card never reviewed is `Memory()`."""

    schedule: sm2.State = sm2.START
    lapses: int = 0
    last_review_on: date | None = None
    due_on: date | None = None
    drill_open: bool = False
    sequence: int = 0
    trace: recall.Trace | None = None
    rules: int = RULES  # that folded this; what is folded on top of an older memory is as old


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


def outcome(memory: Memory, kind: str, grade: int, day: date, days: int | None = None) -> Outcome:
    """The row and the memory after a grade of 0 to 5 on a study day.

    `days` is how far off placement puts a review's due day; None puts it as far off as the interval says.
    """
    return Outcome(kind, _after(memory, kind, grade, day, None if days is None else due_date(day, days)))


def _after(memory: Memory, kind: str, grade: int, day: date, due_on: date | None = None) -> Memory:
    sequence = memory.sequence + 1
    passed_for_today = grade >= sm2.DRILL_BELOW
    if kind == DRILL:
        return memory._replace(sequence=sequence, drill_open=memory.drill_open and not passed_for_today)
    if kind != REVIEW:
        return memory._replace(sequence=sequence)
    schedule = sm2.review(memory.schedule, grade)
    lapsed = grade < sm2.PASS and memory.schedule.repetitions > 0
    since = (day - memory.last_review_on).days if memory.last_review_on else 0
    return Memory(
        schedule=schedule,
        lapses=memory.lapses + lapsed,
        last_review_on=day,
        due_on=due_on or due_date(day, schedule.interval),
        drill_open=not passed_for_today,
        sequence=sequence,
        trace=recall.after(memory.trace, since, grade),
        rules=memory.rules,
    )


def sets_aside(before: Memory, after: Memory) -> bool:
    """Whether this lapse is the eighth, or every fourth after it: asking again has stopped teaching."""
    beyond = after.lapses - SET_ASIDE_AT
    return after.lapses > before.lapses and beyond >= 0 and beyond % SET_ASIDE_EVERY == 0


def fold(rows: Iterable[Row]) -> Memory:
    """The memory that all rows of one card make, in the order of their sequence, undone rows left out."""
    ordered = sorted(rows, key=lambda row: row.sequence)
    undone = {row.undoes_id for row in ordered}
    memory = Memory()
    for row in ordered:
        if row.grade is not None and row.id not in undone:
            given = row.due_on if _interval(memory, row) == row.interval else None
            memory = _after(memory, row.kind, row.grade, row.study_day, given)
        memory = memory._replace(sequence=row.sequence)
    return memory


def _interval(memory: Memory, row: Row) -> int | None:
    """The interval that a row's grade gives by today's rules; a date placed for another interval says nothing."""
    return sm2.review(memory.schedule, row.grade).interval if row.kind == REVIEW and row.grade is not None else None
