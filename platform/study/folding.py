"""Writing states from the ledger: what the fold says, as columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Abs, Coalesce

from curriculum.models import Card
from scheduling import sm2
from study import places
from study.fold import RULES, Memory, Row, fold
from study.models import Answer, CardState, Learner

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
    _locked(CardState.objects.filter(learner=learner, card__in=cards))
    _write(learner, from_ledger(learner, cards))


def _locked(states: QuerySet[CardState]) -> list[CardState]:
    return list(states.select_for_update().order_by("card"))


def _write(learner: int, memories: Mapping[int, Memory]) -> None:
    rows = [CardState(learner_id=learner, card_id=card, **columns(memory)) for card, memory in memories.items()]
    CardState.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["learner", "card"],
        update_fields=[*columns(Memory())],
    )


class Change(NamedTuple):
    """What folding one card anew does: days its due date moves (below 0: earlier), and whether these change."""

    days: int
    interval: bool
    ease: bool


def renew(*, write: bool, learner: int | None = None) -> Iterator[list[Change]]:
    """Fold anew what older rules folded, of all learners or one, in batches; each is handed out once it is done.

    A batch is one transaction, so whoever stops between two leaves the rest for the next run. Places and the learner's
    own columns stay as they are, but for the due days that each grade would give: with a card of the day's queue all
    of that queue get them anew. Without `write` nothing is locked or written, and the changes are what would be.
    """
    older = CardState.objects.filter(rules__lt=RULES, **({} if learner is None else {"learner": learner}))
    for somebody in list(older.order_by("learner").values_list("learner", flat=True).distinct()):
        cards = list(older.filter(learner=somebody).order_by("card").values_list("card", flat=True))
        for start in range(0, len(cards), BATCH):
            batch = older.filter(learner=somebody, card__in=cards[start : start + BATCH])
            yield _renewed(somebody, batch) if write else _compared(batch, _replayed(somebody, batch))


@transaction.atomic
def _renewed(learner: int, older: QuerySet[CardState]) -> list[Change]:
    # before the states, as building the day does
    owner = Learner.objects.select_for_update(no_key=True).get(pk=learner)
    states = _locked(older)
    memories = _replayed(learner, states)
    _write(learner, memories)
    for day in sorted({state.queued_on for state in states if state.queued_on}):
        _place_anew(owner, day)
    return _compared(states, memories)


def _place_anew(learner: Learner, day: date) -> None:
    """Give the cards queued on `day` their due days anew, out of their schedules as that day began.

    A card answered since keeps the days an undo leads back to.
    """
    queued = CardState.objects.filter(learner=learner, queued_on=day).order_by(Abs("position"), "pk")
    cards = list(queued.values_list("card", flat=True))
    began = from_ledger(learner.pk, cards, before=day)
    places.hand_out_days(learner, day, {card: began[card].schedule if card in began else sm2.START for card in cards})


def _replayed(learner: int, states: Iterable[CardState]) -> dict[int, Memory]:
    """As `from_ledger`, with the cards that have a place and no answer yet."""
    cards = [state.card_id for state in states]
    return dict.fromkeys(cards, Memory(rules=RULES)) | from_ledger(learner, cards)


def _compared(states: Iterable[CardState], memories: Mapping[int, Memory]) -> list[Change]:
    return [_change(state, memories[state.card_id]) for state in states]


def _change(state: CardState, memory: Memory) -> Change:
    days = (memory.due_on - state.due_on).days if memory.due_on and state.due_on else 0
    return Change(days, memory.schedule.interval != state.interval, memory.schedule.ease != state.ease)


def from_ledger(learner: int, cards: Iterable[int], *, before: date | None = None) -> dict[int, Memory]:
    """Card to memory, replayed from the ledger alone: from all of it, or from the study days before one."""
    history: dict[int, list[Row]] = defaultdict(list)
    rows = Answer.objects.filter(learner=learner, card__in=cards)
    rows = rows if before is None else rows.filter(study_day__lt=before)
    for card, *fields in rows.values_list("card", *Row._fields):
        history[card].append(Row(*fields))
    return {card: fold(rows)._replace(rules=RULES) for card, rows in history.items()}


def around(answer: Answer) -> tuple[Memory, Memory]:
    """The memory of a card before and after an answer, as it was when that was stored."""
    ledger = Answer.objects.filter(learner=answer.learner_id, card=answer.card_id, sequence__lte=answer.sequence)
    rows = [Row(*row) for row in ledger.order_by("sequence").values_list(*Row._fields)]
    return fold(rows[:-1]), fold(rows)


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
        "rules": memory.rules,
    }
