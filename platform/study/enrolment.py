"""Verbs around the review loop: taking up a track, and how somebody wants to study."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from curriculum.models import Card, Track
from study import plans
from study.models import Enrolment, Learner


class TrackWithoutCards(Exception):
    """A track can be read before its cards are written, but not started."""

    def __init__(self, track: Track) -> None:
        super().__init__(f"“{track.title}” has no cards yet, so there is nothing to start. You can read its topics.")


@transaction.atomic
def enrol(*, user: User, track: Track, now: datetime) -> tuple[Enrolment, bool]:
    """Put a track on the learner's list and its first cards into today; (enrolment, whether it is new).

    Raises TrackWithoutCards.
    """
    if not Card.objects.asked().filter(topic__track_steps__track=track).exists():
        raise TrackWithoutCards(track)
    learner, _ = Learner.objects.get_or_create(user=user, defaults={"next_rollover_at": now})
    enrolment, created = Enrolment.objects.get_or_create(learner=learner, track=track, defaults={"created_at": now})
    if created:
        plans.build(user, now)
    return enrolment, created


@transaction.atomic
def start_learning(*, user: User, track: Track, pace: int, time_zone: str, now: datetime) -> Enrolment:
    """The first visit: zone, pace and a track in one step. Raises TrackWithoutCards; then nothing has changed."""
    update_settings(
        user=user,
        now=now,
        time_zone=time_zone,
        rollover_hour=user.rollover_hour,
        pace=pace,
        theme=user.theme,
        keys=user.keys,
    )
    enrolment, _ = enrol(user=user, track=track, now=now)
    return enrolment


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
) -> None:
    """Change how the learner studies, and plan today again with it.

    A study day never runs backwards: the day reached before the change stays the earliest one used after it.
    """
    day = plans.today_of(user, now)
    if (time_zone, rollover_hour) != (user.time_zone, user.rollover_hour):
        user.first_open_day = day
    user.time_zone, user.rollover_hour, user.theme, user.keys = time_zone, rollover_hour, theme, keys
    user.save(update_fields=["time_zone", "rollover_hour", "first_open_day", "theme", "keys"])
    learner, _ = Learner.objects.get_or_create(user=user, defaults={"next_rollover_at": now})
    learner.pace, learner.cap = pace, cap or learner.cap
    learner.save(update_fields=["pace", "cap"])
    plans.build(user, now)
