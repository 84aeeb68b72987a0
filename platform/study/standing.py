"""What a learner decides about a card: bury it until tomorrow, suspend it, or have it asked again.

These are the learner's own columns; no refold touches them. A card that is put away while it waits leaves today's
queue by a negative place, which turns positive when it is taken back. Each verb may be said any number of times.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, When

from accounts.models import User
from curriculum.models import Card
from study import places, plans
from study.models import CardState, DayPlan, Learner
from study.services import UnknownCard
from study.shifts import UNPLACED

OUT_OF_THE_QUEUE = Case(When(position__gt=0, then=-F("position")), default=F("position"))


def bury(*, user: User, card: str, now: datetime) -> CardState:
    """Not asked before the next study day; `card` is a ref. Returns its state; raises UnknownCard."""
    tomorrow = plans.today_of(user, now) + timedelta(days=1)
    return _change(user, card, now, buried_until=tomorrow, position=OUT_OF_THE_QUEUE)


def suspend(*, user: User, card: str, now: datetime) -> CardState:
    """Not asked until it is restored; `card` is a ref. Returns its state; raises UnknownCard."""
    return _change(user, card, now, suspended=True, position=OUT_OF_THE_QUEUE)


@transaction.atomic
def restore(*, user: User, card: str, now: datetime) -> CardState:
    """Asked again: neither buried, suspended nor set aside; a place of today that it still needs is its own again.

    Without one, a card that is due or has to come back today gets one at the end of the day while the day has room.
    `card` is a ref. Returns its state; raises UnknownCard.
    """
    plan = plans.current(user, now)
    back = _back_in_the_queue(plan.study_day)
    state = _change(user, card, now, suspended=False, buried_until=None, set_aside=False, position=back)
    if not waits(state) and _give_place(plan, state):
        state.refresh_from_db()
    return state


def waits(state: CardState) -> bool:
    """Whether a card just restored is asked today: its day is planned, so that no older place is left."""
    return state.position is not None and state.position > 0


def _back_in_the_queue(day: date) -> Case:
    """A place of the day that is put away turns positive, but for a card that is finished for the day."""
    finished = Q(last_review_on=day, drill_open=False)
    return Case(When(~finished, queued_on=day, position__lt=0, then=-F("position")), default=F("position"))


def _give_place(plan: DayPlan, state: CardState) -> bool:
    day, states = plan.study_day, CardState.objects.filter(learner=plan.learner)
    if state.drill_open and state.last_review_on == day:
        return bool(states.filter(pk=state.pk).update(queued_on=day, position=UNPLACED))
    if state.due_on is None or state.due_on > day:
        return False
    found = places.due_cards(states, day, min(1, plans.room(plan)), within=Q(pk=state.pk))
    places.add(plan.learner, day, {one.card: one.schedule for one in found})
    DayPlan.objects.filter(pk=plan.pk).update(reviews=F("reviews") + len(found))
    return bool(found)


@transaction.atomic
def _change(user: User, ref: str, now: datetime, **columns: Any) -> CardState:
    """Write the columns, and read the state back; a card not met yet gets its first state."""
    state = CardState.objects.for_user(user).filter(card__ref=ref, card__retired=False)
    if not state.update(**columns):
        _meet(user, ref, now)
        state.update(**columns)
    return state.select_related("card").get()


def _meet(user: User, ref: str, now: datetime) -> None:
    card = Card.objects.asked().filter(ref=ref).values_list("pk", flat=True).first()
    if card is None:
        raise UnknownCard
    learner, _ = Learner.objects.get_or_create(user=user, defaults={"next_rollover_at": now})
    CardState.objects.get_or_create(learner=learner, card_id=card)
