"""What grade + next costs: against a logged-in view, against Anki, and as everything around it grows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bench import seed, turns
from bench.browser import Browser
from bench.rival import NoRival, Rival
from bench.rows import TIMES, Row, missing
from tests.statements import counted

ROUNDS, WARM_UP = 300, 20  # turns of a measurement; the first ones do not count
BATCH = 10  # calls in a row where a turn passes to another process
FEW_CARDS, MANY_CARDS = 1_000, 100_000
FEW_OTHERS, MANY_OTHERS = 10, 10_000
FEW_ROWS, MANY_ROWS = 10, 1_000
PLACES = 2 * (ROUNDS + WARM_UP) + 40  # cards a learner has to grade today
SHORTER = 120  # turns where each card comes with a thousand rows
AGAINST_A_VIEW, AGAINST_SM2, AGAINST_FSRS, GROWTH, STATEMENTS = 2.0, 4.0, 1.2, 1.2, 5
RIVAL = (
    f"ours on top of the view, against Anki's SM-2, {MANY_CARDS:,} cards",
    "the same, against Anki's FSRS",
)


def against_a_view(few: Browser, many: Browser) -> list[Row]:
    """The whole request against a view that reads session and user and nothing else."""
    with counted() as statements:
        few.grade()
    view, with_few, with_many = turns.alternate(few.yardstick, few.grade, many.grade, rounds=ROUNDS, warm_up=WARM_UP)
    return [
        Row("a logged-in view, CPU", view * 1000, unit="ms"),
        Row(f"grade + next of {FEW_CARDS:,} cards, against the view", with_few / view, AGAINST_A_VIEW, TIMES),
        Row(f"grade + next of {MANY_CARDS:,} cards, against the view", with_many / view, AGAINST_A_VIEW, TIMES),
        Row(f"growth from {FEW_CARDS:,} to {MANY_CARDS:,} cards", with_many / with_few, GROWTH, TIMES),
        Row("statements of grade + next", len(statements), STATEMENTS),
    ]


def against_anki(many: Browser, rival: Rival) -> list[Row]:
    """What is ours on top of the view against Anki's call in process, in batches that take turns."""

    def ours(times: int) -> Sequence[float]:
        return [-many.yardstick() + many.grade() for _ in range(times)]

    try:
        rival.ready()
        own, sm2, fsrs = turns.alternate_batches(
            ours,
            lambda times: rival.ask("sm2", times),
            lambda times: rival.ask("fsrs", times),
            rounds=ROUNDS // BATCH,
            size=BATCH,
        )
    except NoRival as why:
        return missing(RIVAL, str(why))
    return [
        Row("Anki's next + answer in process, SM-2, CPU", sm2 * 1000, unit="ms"),
        Row("Anki's next + answer in process, FSRS, CPU", fsrs * 1000, unit="ms"),
        Row("ours on top of the view, CPU", own * 1000, unit="ms"),
        Row(RIVAL[0], own / sm2, AGAINST_SM2, TIMES),
        Row(RIVAL[1], own / fsrs, AGAINST_FSRS, TIMES),
    ]


def growth_in_others(refs: list[int], now: datetime) -> list[Row]:
    """Two learners alike, one among ten others and one among ten thousand, each against the view."""
    before, after = (_learner(f"{name}@example.org", refs[:FEW_CARDS], PLACES, now) for name in ("before", "after"))
    seed.others(FEW_OTHERS, refs, now)
    view, among_few = turns.alternate(before.yardstick, before.grade, rounds=ROUNDS, warm_up=WARM_UP)
    seed.others(MANY_OTHERS - FEW_OTHERS, refs, now)
    view_later, among_many = turns.alternate(after.yardstick, after.grade, rounds=ROUNDS, warm_up=WARM_UP)
    grown = (among_many / view_later) / (among_few / view)
    return [Row(f"growth from {FEW_OTHERS:,} to {MANY_OTHERS:,} other learners", grown, GROWTH, TIMES)]


def growth_in_history(refs: list[int], now: datetime) -> list[Row]:
    """Two learners alike, one with ten rows behind each card graded and one with a thousand."""
    places = SHORTER + WARM_UP + 10
    short, long = (
        _learner(f"rows-{rows}@example.org", refs[:places], places, now, rows) for rows in (FEW_ROWS, MANY_ROWS)
    )
    of_short, of_long = turns.alternate(short.grade, long.grade, rounds=SHORTER, warm_up=WARM_UP)
    return [Row(f"growth from {FEW_ROWS:,} to {MANY_ROWS:,} rows of a card", of_long / of_short, GROWTH, TIMES)]


def _learner(email: str, refs: list[int], places: int, now: datetime, rows: int = seed.ROWS_A_CARD) -> Browser:
    return Browser(seed.learner(email, refs, places, now, rows=rows))
