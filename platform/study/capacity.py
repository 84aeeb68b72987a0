"""How much somebody studies and on which days: pace, cap, weekdays, the speed of catching up, and holidays.

Each verb is one transaction and plans today again. No due date moves: what falls due on a day off waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.dateformat import format as format_date

from accounts.models import User
from scheduling import forecast
from study import outlook, plans
from study.models import DayPlan, Learner

FEWEST_REVIEWS, MOST_REVIEWS = 10, 200  # a day
SHARES = (100, 75, 50, 25, 0)  # percent of the cap that a weekday may take
LONGEST_HOLIDAY = 366  # days
FURTHEST_HOLIDAY = 366  # days from today to its first


class InvalidChoice(Exception):
    """What cannot be chosen; `str` of it is the sentence, `where` names the field."""

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(sentence)
        self.where = where


@transaction.atomic
def change(
    *,
    user: User,
    now: datetime,
    pace: int | None = None,
    cap: int | None = None,
    weekdays: Sequence[int] | None = None,
    comeback: int | None = None,
) -> DayPlan:
    """Change what is given, leave the rest; returns today's plan, made again.

    `pace` is new cards a day, `cap` reviews, `weekdays` seven percentages of the cap, Monday first, and `comeback`
    the percentage of the cap while more is due than fits. Raises InvalidChoice; then nothing has changed.
    """
    given = {"pace": pace, "cap": cap, "weekdays": weekdays and [*weekdays], "comeback": comeback}
    chosen = {name: value for name, value in given.items() if value is not None}
    for name, value in chosen.items():
        if sentence := _amiss(name, value):
            raise InvalidChoice(name, sentence)
    learner = _locked(user, now)
    for name, value in chosen.items():
        setattr(learner, name, value)
    learner.save(update_fields=[*chosen])
    return plans.build(user, now)


def _amiss(name: str, value: object) -> str:
    """What is wrong with a value, in a sentence; "" for nothing."""
    match name, value:
        case "pace", pace if pace not in Learner.Pace.values:
            return "Choose 5, 10, 15 or 20 new cards a day."
        case "cap", int(cap) if not FEWEST_REVIEWS <= cap <= MOST_REVIEWS:
            return f"Choose {FEWEST_REVIEWS} to {MOST_REVIEWS} reviews a day."
        case "weekdays", list(shares) if len(shares) != 7 or not {*SHARES} >= {*shares}:
            return "Give seven weekdays, Monday first, each 0, 25, 50, 75 or 100 percent."
        case "weekdays", list(shares) if not any(shares):
            return "Leave at least one weekday for cards."
        case "comeback", percent if percent not in Learner.Comeback.values:
            return "Choose 60 (slower), 100 (as it is) or 150 (faster)."
    return ""


def _locked(user: User, now: datetime) -> Learner:
    Learner.objects.get_or_create(user=user, defaults={"next_rollover_at": now})
    return Learner.objects.select_for_update(no_key=True).get(pk=user.pk)


# --- holidays -------------------------------------------------------------------------------------


def foresee(*, user: User, first: date, last: date, now: datetime) -> forecast.Return:
    """What a holiday would cost; nothing is stored. Raises InvalidChoice for days that cannot be taken off."""
    day = plans.today_of(user, now)
    learner = Learner.objects.for_user(user).first() or Learner(user=user)
    _check(learner, first, last, day)
    return outlook.absence(learner, day, first, last)


@transaction.atomic
def add_holiday(*, user: User, first: date, last: date, now: datetime) -> bool:
    """Take the days from `first` to `last` off, both included; False when that was done before.

    Holidays that are over are dropped. Raises InvalidChoice; then nothing has changed.
    """
    learner, day = _locked(user, now), plans.today_of(user, now)
    _check(learner, first, last, day)
    holiday = [first.isoformat(), last.isoformat()]
    if holiday in learner.holidays:
        return False
    kept = [[one.isoformat() for one in span] for span in holidays_from(learner, day)]
    learner.holidays = sorted([*kept, holiday])
    learner.save(update_fields=["holidays"])
    plans.build(user, now)
    return True


@transaction.atomic
def remove_holiday(*, user: User, first: date | str, now: datetime) -> bool:
    """Study on the days of the holiday that starts on `first`, in ISO 8601, after all; False when there is none."""
    learner = Learner.objects.for_user(user).select_for_update(no_key=True).first() or Learner(user=user)
    left = [holiday for holiday in learner.holidays if holiday[0] != str(first)]
    if left == learner.holidays:
        return False
    learner.holidays = left
    learner.save(update_fields=["holidays"])
    plans.build(user, now)
    return True


def holidays_from(learner: Learner, day: date) -> list[tuple[date, date]]:
    """First and last days of the holidays that are not over on `day`, in order."""
    spans = ((date.fromisoformat(first), date.fromisoformat(last)) for first, last in learner.holidays)
    return sorted(span for span in spans if span[1] >= day)


def _check(learner: Learner, first: date, last: date, day: date) -> None:
    if last < first:
        raise InvalidChoice("last", "The last day lies before the first.")
    if first < day:
        raise InvalidChoice("first", "A holiday starts today or later.")
    if (first - day).days > FURTHEST_HOLIDAY:
        raise InvalidChoice("first", "A holiday starts within the next year.")
    if (last - first).days >= LONGEST_HOLIDAY:
        raise InvalidChoice("last", f"A holiday has at most {LONGEST_HOLIDAY} days.")
    for taken_from, taken_to in holidays_from(learner, day):
        if (first, last) != (taken_from, taken_to) and first <= taken_to and taken_from <= last:
            span = f"{format_date(taken_from, 'j F Y')} to {format_date(taken_to, 'j F Y')}"
            raise InvalidChoice("first", f"You already have {span} off; remove that holiday first.")
