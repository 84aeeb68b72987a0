"""The first card after a start, and Today's counts, against Anki's queue build and deck tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection

from accounts.models import User
from bench import turns
from bench.browser import Browser
from bench.grading import FEW_CARDS, GROWTH, MANY_CARDS
from bench.rival import NoRival, Rival
from bench.rows import TIMES, Row, missing
from study import plans, queue

ROUNDS, SIZE = 15, 2  # of turns with Anki
FLAT_ROUNDS = 100
PAGES = 7
FIRST_CARD, COUNTS = 1 / 20, 1 / 5
RIVAL = (
    f"first card after a start, against Anki's queue build, {MANY_CARDS:,} cards",
    f"Today's counts, against Anki's deck tree, {MANY_CARDS:,} cards",
)


def first_card(user: User, now: datetime) -> float:
    """CPU seconds of the first card on a connection just opened."""
    connection.close()
    connection.ensure_connection()
    return turns.cpu_of(_upcoming(user, now, 1))


def _upcoming(user: User, now: datetime, count: int) -> Callable[[], object]:
    day = plans.today_of(user, now)
    return lambda: queue.upcoming(learner=user.pk, day=day, count=count)


def against_anki(user: User, now: datetime, rival: Rival) -> list[Row]:
    """Of the learner with many cards."""
    counts = _upcoming(user, now, 0)

    def ours_first(times: int) -> Sequence[float]:
        return [first_card(user, now) for _ in range(times)]

    def ours_counts(times: int) -> Sequence[float]:
        return [turns.cpu_of(counts) for _ in range(times)]

    try:
        rival.ready()
        first, built, counted, tree = turns.alternate_batches(
            ours_first,
            lambda times: rival.ask("first", times),
            ours_counts,
            lambda times: rival.ask("tree", times),
            rounds=ROUNDS,
            size=SIZE,
        )
    except NoRival as why:
        return missing(RIVAL, str(why))
    return [
        Row("Anki's queue build, CPU", built * 1000, unit="ms"),
        Row("our first card, CPU", first * 1000, unit="ms"),
        Row(RIVAL[0], first / built, FIRST_CARD, TIMES),
        Row("Anki's deck tree, CPU", tree * 1000, unit="ms"),
        Row("our counts, CPU", counted * 1000, unit="ms"),
        Row(RIVAL[1], counted / tree, COUNTS, TIMES),
    ]


def growth(few: User, many: User, now: datetime) -> list[Row]:
    """Today's counts as cards grow; both learners have answered as many today."""
    small, large = (_upcoming(user, now, 0) for user in (few, many))
    of_few, of_many = turns.alternate(
        lambda: turns.cpu_of(small), lambda: turns.cpu_of(large), rounds=FLAT_ROUNDS, warm_up=3
    )
    return [Row(f"Today's counts from {FEW_CARDS:,} to {MANY_CARDS:,} cards", of_many / of_few, GROWTH, TIMES)]


def page(few: Browser, many: Browser) -> list[Row]:
    """The whole page, for learners of whom every card is due."""
    of_few, of_many = turns.alternate(
        lambda: turns.cpu_of(lambda: few.get("/today/")),
        lambda: turns.cpu_of(lambda: many.get("/today/")),
        rounds=PAGES,
        warm_up=1,
    )
    return [
        Row(f"the whole page Today with {size:,} cards, all due at once, CPU", seconds * 1000, unit="ms")
        for size, seconds in ((FEW_CARDS, of_few), (MANY_CARDS, of_many))
    ]
