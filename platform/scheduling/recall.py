"""The chance to recall a card today: FSRS-6 fed study days. SM-2 stays the scheduler; nothing here sets a date.

Source: the package `fsrs` with its published default weights; https://github.com/open-spaced-repetition/py-fsrs
and "The Algorithm" in the wiki of awesome-fsrs. Fuzz and same-day steps are off, so a memory is a function of grades
and days alone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple, cast

from fsrs import Card, Rating, Scheduler, State

from scheduling import sm2

_SCHEDULER = Scheduler(desired_retention=0.9, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
_RATINGS = (Rating.Again, Rating.Again, Rating.Again, Rating.Hard, Rating.Good, Rating.Easy)  # by grade
# The package counts whole 24 hours between instants. From one midnight UTC to another these are the study days
# between, whatever the hours of the answers; which midnight the first one is makes no difference.
_LAST_REVIEW = datetime(2000, 1, 1, tzinfo=UTC)

# retrievability = (1 + FACTOR * days / stability) ** DECAY; stability is the days until it has fallen to 0.9
DECAY = -_SCHEDULER.parameters[20]
FACTOR = 0.9 ** (1 / DECAY) - 1


class Trace(NamedTuple):
    """A card's memory: stability in days (at least 0.001) and difficulty from 1 to 10."""

    stability: float
    difficulty: float


def after(trace: Trace | None, days: int, grade: int) -> Trace:
    """The memory after a review with an SM-2 grade, so many whole study days after the last review.

    `trace` is the memory before, None for a card never reviewed, whose `days` say nothing; days below 1 count as the
    same day. Grades 0 to 2 are Again, 3 Hard, 4 Good, 5 Easy. Raises what `sm2.review` does for any other.
    """
    rating = _RATINGS[sm2.checked(grade)]
    card = Card(card_id=1, due=_LAST_REVIEW)  # without both the package reads the clock, and waits
    if trace:
        card = Card(1, State.Review, None, trace.stability, trace.difficulty, _LAST_REVIEW, _LAST_REVIEW)
    reviewed, _ = _SCHEDULER.review_card(card, rating, _LAST_REVIEW + timedelta(days=max(0, days)))
    return Trace(cast(float, reviewed.stability), cast(float, reviewed.difficulty))


def retrievability(stability: float, days: float) -> float:
    """The chance, 0 to 1, to recall a card so many study days after its last review; 1 on the day itself.

    They are whole but for a mean of several cards. Negative days count as 0.
    """
    return float((1 + FACTOR * max(0, days) / stability) ** DECAY)
