"""SM-2 on integers: what a card's next interval is.

Source: P. A. Wozniak, "Application of a computer to improve the results obtained in working with the
SuperMemo method", 1990, chapter 3.2. Differences, on purpose: ease is kept in integer hundredths and intervals
are rounded up on integers, because floats put the due day off by one in long histories; a grade below 3 leaves
the ease as it is.
"""

from __future__ import annotations

from typing import NamedTuple

EASE_FLOOR = 130
INTERVAL_CEILING = 1_000_000
PASS = 3  # the lowest grade that counts as recalled
DRILL_BELOW = 4  # a card graded below is asked again the same day
_EASE_CHANGE = {5: 10, 4: 0, 3: -14}


class State(NamedTuple):
    """A card's schedule: successful repetitions in a row, ease in hundredths, interval in days."""

    repetitions: int = 0
    ease: int = 250
    interval: int = 0


START = State()


def review(state: State, grade: int) -> State:
    """The state after one review with a grade of 0 to 5.

    Total over those grades; raises ValueError for any other, and TypeError for a bool, which Python calls an int.
    """
    if checked(grade) < PASS:
        return State(0, state.ease, 1)
    ease = max(EASE_FLOOR, state.ease + _EASE_CHANGE[grade])
    return State(state.repetitions + 1, ease, _next_interval(state, ease))


def checked(grade: int) -> int:
    """The grade itself; raises ValueError outside of 0 to 5, and TypeError for what is no whole number."""
    if isinstance(grade, bool) or not isinstance(grade, int):
        raise TypeError(f"A grade is a whole number from 0 to 5, not {grade!r}.")
    if not 0 <= grade <= 5:
        raise ValueError(f"A grade is a whole number from 0 to 5, not {grade}.")
    return grade


def _next_interval(state: State, ease: int) -> int:
    if state.repetitions < 2:
        return 6 if state.repetitions else 1
    return min(INTERVAL_CEILING, -(-state.interval * ease // 100))
