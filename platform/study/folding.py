"""Writing states from the ledger: what the fold says, as columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from curriculum.models import Card
from study.fold import Memory, Row, fold
from study.models import RULES, Answer, CardState

BATCH = 500


def catch_up(learner: int) -> int:
    """Fold every card of a learner whose ledger holds rows that its state has not seen; returns how many.

    One index probe a card of the curriculum, whatever the length of the history.
    """
    folded = CardState.objects.filter(learner=learner, card=OuterRef("pk")).values("sequence")
    cards = Card.objects.annotate(seen=Coalesce(Subquery(folded), 0)).filter(
        Exists(Answer.objects.filter(learner=learner, card=OuterRef("pk"), sequence__gt=OuterRef("seen")))
    )
    behind = list(cards.values_list("pk", flat=True))
    for start in range(0, len(behind), BATCH):
        refold(learner, behind[start : start + BATCH])
    return len(behind)


@transaction.atomic
def refold(learner: int, cards: Sequence[int]) -> None:
    """Write the states of some cards from their ledger rows; places and the learner's own columns stay as they are.

    The states are locked first: an answer given between reading and writing would be folded away again.
    """
    list(CardState.objects.select_for_update().filter(learner=learner, card__in=cards).order_by("card"))
    memories = from_ledger(learner, cards)
    rows = [CardState(learner_id=learner, card_id=card, **columns(memory)) for card, memory in memories.items()]
    CardState.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["learner", "card"],
        update_fields=[*columns(Memory())],
    )


def from_ledger(learner: int, cards: Iterable[int], *, before: date | None = None) -> dict[int, Memory]:
    """Card to memory, replayed from the ledger alone: from all of it, or from the study days before one."""
    history: dict[int, list[Row]] = defaultdict(list)
    rows = Answer.objects.filter(learner=learner, card__in=cards)
    rows = rows if before is None else rows.filter(study_day__lt=before)
    for card, *fields in rows.values_list("card", *Row._fields):
        history[card].append(Row(*fields))
    return {card: fold(rows) for card, rows in history.items()}


def columns(memory: Memory) -> dict[str, object]:
    """A memory as the columns of CardState."""
    stability, difficulty = memory.trace or (None, None)
    return {
        **memory.schedule._asdict(),
        "lapses": memory.lapses,
        "last_review_on": memory.last_review_on,
        "last_review_day": memory.last_review_on and memory.last_review_on.toordinal(),
        "stability": stability,
        "difficulty": difficulty,
        "due_on": memory.due_on,
        "drill_open": memory.drill_open,
        "sequence": memory.sequence,
        "rules": RULES,
    }
