"""The demo accounts: a month of plausible history over real cards, made by studying in the past.

Every answer goes through `services.grade` with a past instant; no state is written by hand. The same day and the
same content give the same history.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from curriculum.models import Track
from study import enrolment, plans, queue, services
from study.fold import DRILL
from study.queue import ShownCard

LEARNER, MENTOR = "learner@example.org", "mentor@example.org"
PASSWORDS = {LEARNER: "learner-remembers", MENTOR: "mentor-remembers"}
TRACK = "essentials-10"
DAYS, PACE = 30, 5
SKIPPED = (6, 13, 14, 22)  # days of the month on which nobody studies every day
MOST_ANSWERS = 200  # a day


@transaction.atomic
def make(now: datetime) -> list[str]:
    """Create the accounts that do not exist yet and give the learner a month; returns the addresses made."""
    made = [email for email in PASSWORDS if not User.objects.filter(email=email).exists()]
    started = now - timedelta(days=DAYS)
    for email in made:
        user = User.objects.create_user(email, PASSWORDS[email], date_joined=started)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        if email == LEARNER:
            _study_a_month(user, now)
    return made


def _study_a_month(user: User, now: datetime) -> None:
    dice = random.Random(TRACK)  # noqa: S311
    today = plans.today_of(user, now)
    track = Track.objects.get(slug=TRACK)
    first = _morning(today - timedelta(days=DAYS), dice)
    enrolment.start_learning(user=user, track=track, pace=PACE, time_zone=user.time_zone, now=first)
    for number in range(DAYS):
        if number not in SKIPPED:
            _study_a_day(user, _morning(today - timedelta(days=DAYS - number), dice), dice)


def _morning(day: date, dice: random.Random) -> datetime:
    return datetime.combine(day, time(7, dice.randrange(10, 50)), UTC)


def _study_a_day(user: User, now: datetime, dice: random.Random) -> None:
    day = plans.current(user, now).study_day
    for number in range(MOST_ANSWERS):
        cards = queue.upcoming(learner=user.pk, day=day, count=1).cards
        if not cards:
            return
        thinking = round(dice.lognormvariate(8.6, 0.5))
        now += timedelta(milliseconds=thinking, seconds=6)
        services.grade(
            user=user,
            card=cards[0].ref,
            grade=_grade(cards[0], dice),
            key=uuid5(NAMESPACE_URL, f"{cards[0].ref} {day} {number}"),
            now=now,
            shown=cards[0].showing.sign(),
            milliseconds=thinking,
        )


def _grade(card: ShownCard, dice: random.Random) -> int:
    """Mostly right, and more so the more often a card was recalled; a drill is right after one look."""
    if card.showing.kind == DRILL:
        return 4
    missed = 0.22 if card.showing.memory.schedule.repetitions == 0 else 0.1
    roll = dice.random()
    if roll < missed:
        return 1
    return 3 if roll < missed + 0.1 else 5 if roll > 0.9 else 4
