"""Verbs around the review loop: taking up a track, and how somebody wants to study."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from curriculum.models import Card, Track
from scheduling import sm2
from study import capacity, cram, places, plans
from study.models import Addition, CardState, DayPlan, Enrolment, Learner
from study.scope import EVERYTHING, Scope
from study.services import Refused

MOST_ADDED = 60  # reviews at once


class TrackWithoutCards(Exception):
    """A track can be read before its cards are written, but not started."""

    def __init__(self, track: Track) -> None:
        super().__init__(f"“{track.title}” has no cards yet, so there is nothing to start. You can read its topics.")


class KeyReused(Refused):
    """The key already belongs to another wish for cards."""

    def __init__(self) -> None:
        super().__init__("This key already belongs to another request for cards. Nothing was added; send a new key.")


@transaction.atomic
def enrol(*, user: User, track: Track, now: datetime) -> tuple[Enrolment, bool]:
    """Put a track on the learner's list and its first cards into today; (enrolment, whether it is new).

    Raises TrackWithoutCards.
    """
    enrolment, created = _take_up(user, track, now)
    if created:
        plans.build(user, now)
    return enrolment, created


def _take_up(user: User, track: Track, now: datetime) -> tuple[Enrolment, bool]:
    if not Card.objects.asked().filter(topic__track_steps__track=track).exists():
        raise TrackWithoutCards(track)
    learner, _ = Learner.objects.get_or_create(user=user, defaults={"next_rollover_at": now})
    return Enrolment.objects.get_or_create(learner=learner, track=track, defaults={"created_at": now})


@transaction.atomic
def start_learning(*, user: User, track: Track, pace: int, time_zone: str, now: datetime) -> Enrolment:
    """The first visit: zone, pace and a track in one step. Raises TrackWithoutCards; then nothing has changed."""
    enrolment, _ = _take_up(user, track, now)
    update_settings(  # plans the day, with the first cards of the track
        user=user,
        now=now,
        time_zone=time_zone,
        rollover_hour=user.rollover_hour,
        pace=pace,
        theme=user.theme,
        keys=user.keys,
    )
    return enrolment


@transaction.atomic
def learn_more(*, user: User, now: datetime, count: int, key: UUID, scope: Scope = EVERYTHING) -> int:
    """Add `count` new cards to the end of today's queue; returns how many cards were added.

    Of a topic, an area or a document its own, with what is due there and had no place; else the next in track order.
    Under a key that was used before nothing is added: it returns what it did then, or raises KeyReused when the wish
    is another.
    """
    plan = plans.current(user, now)
    learner = Learner.objects.select_for_update(no_key=True).get(pk=user.pk)
    wish = {"count": count, "scope": str(scope)}
    addition, is_new = Addition.objects.get_or_create(learner=learner, key=key, defaults=wish)
    if is_new:
        reviews, new = _add(user, learner, plan.study_day, count, scope)
        DayPlan.objects.filter(pk=plan.pk).update(reviews=F("reviews") + reviews, new=F("new") + new)
        addition.added = reviews + new
        addition.save(update_fields=["added"])
    elif (addition.count, addition.scope) != (count, str(scope)):
        raise KeyReused
    return addition.added


def _add(user: User, learner: Learner, day: date, count: int, scope: Scope) -> tuple[int, int]:
    """Give more cards a place at the end of the day; how many reviews and how many new ones."""
    states = CardState.objects.filter(learner=learner)
    cards: dict[int, sm2.State] = {}
    within = None
    if scope.by in cram.PATHS:
        within = cram.cards_of(user, scope, day)
        waiting = places.due_cards(states, day, MOST_ADDED, within=Q(card__in=within))
        cards = {one.card: one.schedule for one in waiting}
    places.add(learner, day, cards)
    fresh = places.new_cards(user.pk, day, count, within=within)
    places.add(learner, day, dict.fromkeys(fresh, sm2.START))
    return len(cards), len(fresh)


@transaction.atomic
def update_settings(
    *,
    user: User,
    now: datetime,
    time_zone: str,
    rollover_hour: int,
    pace: int,
    theme: str,
    keys: bool,
    cap: int | None = None,
    weekdays: Sequence[int] | None = None,
) -> None:
    """Change how the learner studies, and plan today again with it. Raises InvalidChoice; then nothing has changed.

    A study day never runs backwards: the day reached before the change stays the earliest one used after it.
    """
    day = plans.today_of(user, now)
    if (time_zone, rollover_hour) != (user.time_zone, user.rollover_hour):
        user.first_open_day = day
    user.time_zone, user.rollover_hour, user.theme, user.keys = time_zone, rollover_hour, theme, keys
    user.save(update_fields=["time_zone", "rollover_hour", "first_open_day", "theme", "keys"])
    capacity.change(user=user, now=now, pace=pace, cap=cap, weekdays=weekdays)
