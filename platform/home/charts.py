"""Geometry of the small drawings on Today; the templates only write it down as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils.dateformat import format as format_date

BASE, TALLEST = 78.0, 56.0  # the axis, and the height of the highest bar, in units of the drawing
STEP, BAR_WIDTH = 37.7, 22.6
GAP_PERCENT = 0.6


class Bar(NamedTuple):
    """A day: its bar's corner and height, where the number stands over it, and what it says."""

    x: float
    y: float
    height: float
    top: float
    middle: float
    cards: int
    label: str
    weekday: str


def week(days: Sequence[tuple[date, int]]) -> list[Bar]:
    """Seven bars, the fullest day as tall as the drawing allows."""
    fullest = max((count for _, count in days), default=0) or 1
    bars = []
    for number, (day, count) in enumerate(days):
        height = round(TALLEST * count / fullest, 1)
        x = round((STEP - BAR_WIDTH) / 2 + number * STEP, 1)
        middle = round(x + BAR_WIDTH / 2, 1)
        y = round(BASE - height, 1)
        bars.append(Bar(x, y, height, round(y - 5, 1), middle, count, format_date(day, "D"), format_date(day, "l")))
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
