"""What `manage.py doctor` looks at: the database's own integrity, and every state against its ledger."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from django.db import connection
from django.db.models import Count, Exists, F, Max, Min, OuterRef

from scheduling import placement
from study.fold import Memory
from study.folding import columns, from_ledger
from study.models import Answer, CardState

BATCH = 500


def findings() -> Iterator[str]:
    """One sentence a fault; nothing when all is well. Reads the whole ledger, a batch of cards at a time."""
    yield from _integrity()
    yield from _ledger()
    for learner in CardState.objects.values_list("learner", flat=True).distinct().order_by("learner"):
        yield from _states(learner)
    yield from _unfolded()


def _integrity() -> Iterator[str]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        yield from (f"The database file is damaged: {row[0]}" for row in cursor.fetchall() if row[0] != "ok")
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, parent, _ in cursor.fetchall():
            yield f"Row {row} of {table} names a row of {parent} that does not exist."


def _ledger() -> Iterator[str]:
    groups = Answer.objects.values("learner", "card").order_by("learner", "card")
    counted = groups.annotate(first=Min("sequence"), last=Max("sequence"), count=Count("pk"))
    for row in counted.exclude(first=1, last=F("count")):
        yield (
            f"The ledger of learner {row['learner']}, card {row['card']} has a gap: {row['count']} rows, "
            f"sequences {row['first']} to {row['last']}."
        )


def _states(learner: int) -> Iterator[str]:
    cards = list(CardState.objects.filter(learner=learner).order_by("card").values_list("card", flat=True))
    for start in range(0, len(cards), BATCH):
        batch = cards[start : start + BATCH]
        replayed = from_ledger(learner, batch)
        for state in CardState.objects.filter(learner=learner, card__in=batch).select_related("card"):
            yield from _differences(state, replayed.get(state.card_id, Memory()))


def _differences(state: CardState, memory: Memory) -> Iterator[str]:
    who = f"Learner {state.learner_id}, card {state.card.ref}"
    for name, said in columns(memory).items():
        if name not in ("rules", "due_on") and not _same(getattr(state, name), said):
            yield f"{who}: {name} is {getattr(state, name)}, the ledger says {said}."
    if memory.last_review_on is None or memory.due_on is None:
        if state.due_on is not None:
            yield f"{who}: due on {state.due_on}, but it was never reviewed."
        return
    if state.due_on != memory.due_on:
        yield f"{who}: due on {state.due_on}, the ledger says {memory.due_on}."
    if not placement.fits(memory.last_review_on, memory.schedule.interval, memory.due_on):
        yield f"{who}: the due date {memory.due_on} does not fit an interval of {memory.schedule.interval} days."


def _same(stored: object, said: object) -> bool:
    """Equal; stability and difficulty to 1e-9 relative: a power may differ in its last bit elsewhere."""
    if isinstance(stored, float) and isinstance(said, float):
        return isclose(stored, said, rel_tol=1e-9)
    return stored == said


def _unfolded() -> Iterator[str]:
    state = CardState.objects.filter(learner=OuterRef("learner"), card=OuterRef("card"))
    missing = Answer.objects.exclude(Exists(state)).values("learner", "card__ref").distinct()
    for row in missing.order_by("learner", "card__ref"):
        yield f"Learner {row['learner']}, card {row['card__ref']}: answers in the ledger, but no state. Run the job."
