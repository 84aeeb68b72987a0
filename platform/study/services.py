"""Verbs of the review loop: grade, undo. Each is one transaction and returns what it did."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, FilteredRelation, Q

from accounts.models import User
from curriculum.models import Card
from scheduling import placement, sm2
from study import folding, places, plans, queue, shifts, showing, verdict
from study.fold import REVIEW, RULES, UNDO, Memory, Row, fold, sets_aside
from study.models import Answer, CardState, Learner
from study.showing import Placed, Showing
from study.verdict import parts_of

OLDEST_ANSWER = timedelta(days=30)
LONGEST_MILLISECONDS = 24 * 60 * 60 * 1000
LONGEST_RESPONSE = 2_000
MOST_PARTS = 20  # of a response that is a list
TRIES = 5


class Refused(Exception):
    """An answer or undo that was not stored; `str` of it is the sentence for the person or program."""


class UnknownCard(Refused):
    """No such card, or a showing that is not ours to accept: the two look the same."""

    def __init__(self) -> None:
        super().__init__("There is no such card. Nothing was stored; open the queue again for the current one.")


class InvalidAnswer(Refused):
    """A field outside its limits; `where` names it."""

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(f"{sentence} Nothing was stored.")
        self.where = where


class KeyReused(Refused):
    """The key already belongs to another answer."""

    def __init__(self) -> None:
        super().__init__("This key already belongs to another answer. That one is kept; send this one with a new key.")


class AlreadyAnswered(Refused):
    """The card was answered since this showing was rendered; `answer` is that row, `state` what stands now."""

    def __init__(self, answer: Answer, state: CardState) -> None:
        super().__init__("This card was already answered elsewhere. That answer is kept; this one was not stored.")
        self.answer = answer
        self.state = state


class NothingToUndo(Refused):
    """No answer of this study day is left to undo, or the one named is not the newest."""


class Given(NamedTuple):
    """An answer as it arrived, before the server has decided what kind of row it becomes."""

    user: User
    ref: str
    grade: int
    key: UUID
    now: datetime
    answered_at: datetime | None = None
    milliseconds: int | None = None
    response: Any = None

    def held_at(self, received_at: datetime) -> datetime:
        """What the client says, held between 30 days back and the moment of receipt."""
        said = self.answered_at or received_at
        return min(max(said, received_at - OLDEST_ANSWER), received_at)

    def equals(self, stored: Answer) -> bool:
        """Whether a stored row is this very answer sent before."""
        return (
            stored.kind != UNDO
            and (stored.card.ref, stored.grade) == (self.ref, self.grade)
            and (stored.milliseconds, stored.response) == (self.milliseconds, self.response)
            and (self.answered_at is None or stored.answered_at == self.held_at(stored.received_at))
        )


class Graded(NamedTuple):
    """A stored answer; `repeated` when the same answer had been stored before and nothing was written.

    `set_aside` says that the card slipped once too often and is not asked again until the learner wants it.
    """

    stored: Answer | Mapping[str, Any]  # just written it is its columns: a page needs no object of them
    repeated: bool
    memory: Memory | None = None
    set_aside: bool = False

    @property
    def answer(self) -> Answer:
        """The row."""
        return self.stored if isinstance(self.stored, Answer) else Answer(**self.stored)


def grade(
    *,
    user: User,
    card: str,
    grade: int,
    key: UUID,
    now: datetime,
    shown: str = "",
    answered_at: datetime | None = None,
    milliseconds: int | None = None,
    response: Any = None,
) -> Graded:
    """Store an answer and move the card's schedule, both or neither.

    `card` is its ref, `grade` 0 to 5, `shown` a signed showing; without one the card is judged as it stands now.
    Raises UnknownCard, InvalidAnswer, KeyReused or AlreadyAnswered; then nothing was written.
    """
    given = Given(user, card, grade, key, now, answered_at, milliseconds, response)
    _check(given)
    cram = False
    if shown:
        before = _shown_before(given, shown)
        cram = before.cram
        with suppress(_Refolded):
            return _store(given, before)
    refusal: Refused = UnknownCard()
    for _ in range(TRIES):  # judged as it stands now: when another answer slips in between, look again
        try:
            return _store(given, as_it_stands(user, card, now)._replace(cram=cram))
        except _Refolded:
            continue
        except AlreadyAnswered as late:
            refusal = late
        except UnknownCard:
            if repeated := _repeated(given):  # the card has gone since this answer was stored
                return repeated
            raise
    raise refusal


def _check(given: Given) -> None:
    if isinstance(given.grade, bool) or not isinstance(given.grade, int) or not 0 <= given.grade <= 5:
        raise InvalidAnswer("grade", "A grade is a whole number from 0 to 5.")
    if given.milliseconds is not None and not 0 <= given.milliseconds <= LONGEST_MILLISECONDS:
        raise InvalidAnswer("milliseconds", "The time to answer lies between 0 and a day, in milliseconds.")


def _is_response(response: object) -> bool:
    parts = response if isinstance(response, list) and len(response) <= MOST_PARTS else [response]
    return all(isinstance(part, str) and len(part) <= LONGEST_RESPONSE and "\0" not in part for part in parts)


FORMS = {
    "choice": "the number of a choice, 0 to {last}",
    "choices": "a list of the numbers of choices, each at most once",
    "order": "a list of the numbers of all steps, in your order",
    "bug": "the number of a line of the code, 0 to {last}",
}


def check_response(before: Showing, response: object) -> None:
    """Raise InvalidAnswer unless a response has the form that the card's kind asks for."""
    if response is not None and not _is_response(response):
        raise InvalidAnswer(
            "response", f"A response is a text of at most {LONGEST_RESPONSE} characters, or a list of some."
        )
    if response is not None and not verdict.is_response(before.asks, before.parts, response):
        form = FORMS.get(before.asks, "a text").format(last=before.parts - 1)
        raise InvalidAnswer("response", f"The response to this card is {form}.")


def _shown_before(given: Given, shown: str) -> Showing:
    try:
        return showing.read(shown, learner=given.user.pk, ref=given.ref)
    except showing.Forged as error:
        raise UnknownCard from error


def as_it_stands(user: User, ref: str, now: datetime) -> Showing:
    """A showing of any card in the curriculum as the database has it now; raises UnknownCard."""
    day = plans.today_of(user, now)
    mine = FilteredRelation("states", condition=Q(states__learner=user.pk))
    found = Card.objects.asked().annotate(mine=mine, known=Exists(Learner.objects.for_user(user))).filter(ref=ref)
    state = [f"mine__{name}" for name in queue.STATE]
    row = found.values_list("known", "pk", "kind", "data", "prompt_html", "mine__queued_on", *state).first()
    if row is None:
        raise UnknownCard
    known, card, kind, data, prompt, queued_on, *columns = row
    if not known:
        Learner.objects.get_or_create(user=user, defaults={"next_rollover_at": now, "last_active_on": day})
    memory, placed = queue.state_of(columns)
    before = Showing(user.pk, card, ref, day, memory, queued_on == day, kind, parts_of(kind, data, prompt), placed)
    return before if before.queued else before._replace(placed=_placed(before))


def _placed(before: Showing) -> Placed:
    """The days of a card that today's plan gave no place."""
    if before.kind != REVIEW or before.memory.schedule.repetitions < 2:
        return Placed()
    learner = Learner.objects.get(pk=before.learner)
    return places.placements(learner, before.day, {before.card: before.memory.schedule})[before.card]


def _late(before: Showing, day: date, grade: int) -> Showing:
    """A showing of an earlier day, on the day that its grade counts for.

    The date on its button stands where a card reviewed on that day may come back on it; else the card is placed anew.
    """
    late = before._replace(day=day, queued=False, placed=Placed())
    interval = sm2.review(before.memory.schedule, grade).interval
    if late.kind != REVIEW or interval < placement.MOVES_FROM:
        return late
    promised = before.outcome(grade).memory.due_on if before.kind == REVIEW else None
    if promised and places.allows(Learner.objects.get(pk=before.learner), day, interval, promised):
        return late._replace(placed=Placed(*[(promised - day).days] * 3))
    return late._replace(placed=_placed(late))


# --- storing --------------------------------------------------------------------------------------


class _Moved(Exception):
    """The card's sequence is not the one shown."""


class _Refolded(Exception):
    """Nobody answered since, but the card was folded by other rules: it is judged as it stands."""


def _store(given: Given, before: Showing) -> Graded:
    check_response(before, given.response)
    day = max(filter(None, [plans.today_of(given.user, given.now), before.day, before.memory.last_review_on]))
    before = before if before.day == day else _late(before, day, given.grade)
    kind, after = before.outcome(given.grade)
    aside = sets_aside(before.memory, after)
    row = _row(given, before, kind, after)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            answer = queue.append(cursor, row, given.response)
            if not _move(cursor, before, kind, after, given.grade, aside):
                raise _Moved
    except (IntegrityError, _Moved):
        return _settle(given, before)
    learner, card = row.pop("learner"), row.pop("card")
    stored = {**row, "id": answer, "learner_id": learner, "card_id": card, "response": given.response}
    return Graded(stored, repeated=False, memory=after, set_aside=aside)


def _row(given: Given, before: Showing, kind: str, after: Memory) -> dict[str, Any]:
    moved = kind == REVIEW
    return {
        "learner": before.learner,
        "card": before.card,
        "key": given.key,
        "sequence": after.sequence,
        "grade": given.grade,
        "kind": kind,
        "study_day": before.day,
        "answered_at": given.held_at(given.now),
        "received_at": given.now,
        "milliseconds": given.milliseconds,
        "interval": after.schedule.interval if moved else None,
        "due_on": after.due_on if moved else None,
        "rules": RULES,
    }


def _move(cursor: CursorWrapper, before: Showing, kind: str, after: Memory, given: int, aside: bool) -> bool:
    """Write the state if its sequence is still the one shown; a card met outside the plan gets its first state."""
    place = shifts.after(kind, given, before.day, aside=aside)
    which = {"learner": before.learner, "card": before.card, "shown": before.memory.sequence, "day": before.day}
    if queue.move(cursor, folding.columns(after), {**which, **place, "set_aside": aside}):
        return True
    if before.memory.sequence:
        return False
    CardState.objects.create(
        learner_id=before.learner,
        card_id=before.card,
        queued_on=place["requeue"],
        position=place["unplaced"],
        **folding.columns(after),
    )  # an existing state makes this an IntegrityError: somebody was faster
    return True


def _settle(given: Given, before: Showing) -> Graded:
    """What an answer that could not be stored turns out to be: the same sent again, or too late."""
    if repeated := _repeated(given):
        return repeated
    mine = {"learner": given.user.pk, "card": before.card}
    latest = Answer.objects.filter(**mine).select_related("card").order_by("-sequence").first()
    state = CardState.objects.filter(**mine).first()
    if state and state.sequence == before.memory.sequence and state.rules != before.memory.rules:
        raise _Refolded
    if latest is None:  # the state is ahead of an empty ledger, or its row is gone
        raise UnknownCard
    state = state or CardState.objects.create(learner_id=given.user.pk, card_id=before.card)
    if state.sequence < latest.sequence:
        folding.refold(given.user.pk, [before.card])
        state.refresh_from_db()
    raise AlreadyAnswered(latest, state)


def _repeated(given: Given) -> Graded | None:
    """The same answer as stored before under its key; raises KeyReused when the key holds another."""
    stored = Answer.objects.filter(learner=given.user.pk, key=given.key).select_related("card").first()
    if stored is None:
        return None
    if not given.equals(stored):
        raise KeyReused
    return Graded(stored, repeated=True)


# --- undo -----------------------------------------------------------------------------------------


def undo(*, user: User, key: UUID, now: datetime, answer: int | None = None, answer_key: UUID | None = None) -> Graded:
    """Take back the learner's newest answer of this study day, and fold its card again from its own rows.

    `answer` (an id) or `answer_key` says which one is meant, so that a repeat never takes back two; without them
    it is the newest. Undoing one already undone returns it again. Raises NothingToUndo, KeyReused, or UnknownCard
    for an answer that is not the learner's.
    """
    with transaction.atomic():
        newest = _newest(user, now)
        if (answer is None and answer_key is None) or (newest and (newest.pk == answer or newest.key == answer_key)):
            named = newest
        else:
            return _undone_before(user, answer, answer_key)
        if named is None:
            raise NothingToUndo("Nothing is left to undo today.")
        try:
            with transaction.atomic():
                return _take_back(named, key, now)
        except IntegrityError:
            if Answer.objects.for_user(user).filter(key=key).exclude(undoes=named).exists():
                raise KeyReused from None
            return _undone_before(user, named.pk, None)


def _newest(user: User, now: datetime) -> Answer | None:
    today = Answer.objects.for_user(user).standing().filter(study_day=plans.today_of(user, now))
    return today.select_related("card").order_by("-id").first()


def _undone_before(user: User, answer: int | None, answer_key: UUID | None) -> Graded:
    wanted = {"pk": answer} if answer is not None else {"key": answer_key}
    stored = Answer.objects.for_user(user).select_related("card", "undone_by").filter(**wanted).first()
    if stored is None or stored.kind == UNDO:
        raise UnknownCard
    if not hasattr(stored, "undone_by"):
        raise NothingToUndo("Only the newest answer of today can be undone, and this is not it. Nothing was changed.")
    return Graded(stored, repeated=True)


def _take_back(answer: Answer, key: UUID, now: datetime) -> Graded:
    ledger = Answer.objects.filter(learner=answer.learner_id, card=answer.card_id)
    rows = [Row(*row) for row in ledger.order_by("sequence").values_list(*Row._fields)]
    last = rows[-1].sequence
    Answer.objects.create(
        learner_id=answer.learner_id,
        card_id=answer.card_id,
        key=key,
        sequence=last + 1,
        kind=UNDO,
        undoes=answer,
        study_day=answer.study_day,
        answered_at=now,
        received_at=now,
    )
    before = fold(rows)
    after = fold([*rows, Row(0, last + 1, UNDO, None, answer.study_day, None, None, answer.pk)])
    state = CardState.objects.filter(learner=answer.learner_id, card=answer.card_id)
    aside = sets_aside(after, before)
    turned = {"set_aside": False} if aside else {}
    state.update(**{**folding.columns(after), **shifts.before(answer, aside=aside), **turned})
    return Graded(answer, repeated=False, memory=after)
