"""Geometry of the small drawings on Today; the templates only write it down as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.utils.dateformat import format as format_date

BASE, TALLEST = 78.0, 56.0  # the axis, and the height of the highest bar, in units of the drawing
STEP, BAR_WIDTH = 37.7, 22.6
GAP_PERCENT, SEAM = 0.6, 1.5


class Bar(NamedTuple):
    """A day: where its bar stands, how high it is, and what it says.

    The top of the bar, `rest` high, stands for the cards that were `moved` here from a day before.
    """

    x: float
    height: float
    rest: float
    cards: int
    moved: int
    label: str
    weekday: str

    @property
    def y(self) -> float:
        """The upper edge."""
        return round(BASE - self.height, 1)

    @property
    def top(self) -> float:
        """Where the number stands, over the bar."""
        return round(self.y - 5, 1)

    @property
    def middle(self) -> float:
        """Of the bar's width."""
        return round(self.x + BAR_WIDTH / 2, 1)

    @property
    def foot(self) -> float:
        """The height of the lower part, the cards due on the day itself."""
        return round(max(0.0, self.height - self.rest - (SEAM if self.moved else 0)), 1)

    @property
    def edge(self) -> float:
        """The upper edge of the lower part."""
        return round(BASE - self.foot, 1)


def week(days: Sequence[tuple[date, int]], load: Mapping[date, int]) -> list[Bar]:
    """Seven bars, the fullest day as tall as the drawing allows; `load` says what falls due on the day itself.

    All of the first day's cards are due: what waits there from before is not told apart.
    """
    scale = TALLEST / (max((count for _, count in days), default=0) or 1)
    bars = []
    for number, (day, count) in enumerate(days):
        x = round((STEP - BAR_WIDTH) / 2 + number * STEP, 1)
        moved = max(0, count - load.get(day, 0)) if number else 0
        heights = round(scale * count, 1), round(scale * moved, 1)
        bars.append(Bar(x, *heights, count, moved, format_date(day, "D"), format_date(day, "l")))
    return bars


class Segment(NamedTuple):
    """A part of a bar, in percent of its width."""

    name: str
    x: float
    width: float


def segments(parts: Sequence[tuple[str, int]]) -> list[Segment]:
    """Parts of a whole side by side with a small gap; a part of nothing is left out."""
    whole = sum(count for _, count in parts)
    drawn: list[Segment] = []
    x = 0.0
    for name, count in parts:
        if count:
            width = 100 * count / whole
            drawn.append(Segment(name, round(x, 2), round(width - GAP_PERCENT * (x + width < 99.9), 2)))
            x += width
    return drawn
