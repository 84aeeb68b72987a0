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
from study import plans
from study.models import CardState, Learner
from study.services import UnknownCard

OUT_OF_THE_QUEUE = Case(When(position__gt=0, then=-F("position")), default=F("position"))


def bury(*, user: User, card: str, now: datetime) -> CardState:
    """Not asked before the next study day; `card` is a ref. Returns its state; raises UnknownCard."""
    tomorrow = plans.today_of(user, now) + timedelta(days=1)
    return _change(user, card, now, buried_until=tomorrow, position=OUT_OF_THE_QUEUE)


def suspend(*, user: User, card: str, now: datetime) -> CardState:
    """Not asked until it is restored; `card` is a ref. Returns its state; raises UnknownCard."""
    return _change(user, card, now, suspended=True, position=OUT_OF_THE_QUEUE)


def restore(*, user: User, card: str, now: datetime) -> CardState:
    """Asked again: neither buried, suspended nor set aside; a place of today that it still needs is its own again.

    `card` is a ref. Returns its state; raises UnknownCard.
    """
    back = _back_in_the_queue(plans.today_of(user, now))
    return _change(user, card, now, suspended=False, buried_until=None, set_aside=False, position=back)


def _back_in_the_queue(day: date) -> Case:
    """A place of the day that is put away turns positive, but for a card that is finished for the day."""
    finished = Q(last_review_on=day, drill_open=False)
    return Case(When(~finished, queued_on=day, position__lt=0, then=-F("position")), default=F("position"))


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
