"""A line of the report: what was measured, the figure, the target, and whether it is met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 68
TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure with the most it may be; without a limit it is only told, without a figure `why` says what lacked."""

    what: str
    figure: float | None
    limit: float | None = None
    unit: str = ""  # TIMES, ms, MiB, B, or nothing for a count
    why: str = ""

    @property
    def missed(self) -> bool:
        """Whether the target was measured and not reached; the figure counts as measured, not as printed."""
        return self.figure is not None and self.limit is not None and self.figure > self.limit

    def __str__(self) -> str:
        if self.figure is None:
            return f"  {self.what:{WIDTH}} not measured: {self.why}"
        said = f"  {self.what:{WIDTH}} {_number(self.figure, self.unit):>11}"
        if self.limit is None:
            return said
        return f"{said}   at most {_number(self.limit, self.unit):>10}   {'MISSED' if self.missed else 'met'}"


def _number(value: float, unit: str) -> str:
    """As many decimals as tell something; a small share as `1/20`."""
    if unit == TIMES and 0 < value <= 0.25:
        return f"1/{1 / value:,.0f}"
    decimals = {TIMES: 2, "MiB": 1, "ms": 1 if value >= 100 else 2}.get(unit, 0)
    return f"{value:,.{decimals}f} {unit}".strip()


def missing(whats: Iterable[str], why: str) -> list[Row]:
    """Rows that could not be measured here, and why."""
    return [Row(what, None, why=why) for what in whats]


def print_section(title: str, rows: Iterable[Row]) -> list[Row]:
    """Print a heading and its rows; the rows."""
    told = list(rows)
    print(f"\n{title}", *told, sep="\n", flush=True)
    return told
