"""Every pair of text or control and ground in tokens.css holds WCAG 2.2 AA, in both themes.

Colours that mean something (missed, recalled) also stay apart for people who are colour-blind, and the steps of
memory grow only darker or only lighter.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

CSS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
TEXT, CONTROL = 4.5, 3.0  # WCAG 2.2: 1.4.3 and 1.4.11
APART = 0.1  # in OKLab
GROUNDS = ("bg", "surface", "sunken")
TONES = ("again", "warn", "info")
PAIRS = [  # foreground, ground, least contrast
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3") for ground in GROUNDS),
    *(("accent", ground, TEXT) for ground in (*GROUNDS, "accent-soft")),
    *((ink, "accent-soft", TEXT) for ink in ("ink", "ink-2")),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-hover", TEXT),
    ("bg", "ink", TEXT),
    *((tone, ground, TEXT) for tone in TONES for ground in (f"{tone}-soft", "surface", "bg")),
    *(("ink-2", f"{tone}-soft", TEXT) for tone in TONES),
    *(("line-strong", ground, CONTROL) for ground in ("surface", "bg")),
    ("accent", "m0", CONTROL),
]
# How colours look to people without one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1, linear RGB.
EYES = {
    "any": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
Matrix = tuple[tuple[float, ...], ...]
# Linear RGB to cones, and their cube roots to OKLab: Ottosson 2020.
CONES: Matrix = ((0.4122, 0.5363, 0.0514), (0.2119, 0.6807, 0.1074), (0.0883, 0.2817, 0.6300))
OKLAB: Matrix = ((0.2105, 0.7936, -0.0041), (1.9780, -2.4286, 0.4506), (0.0259, 0.7828, -0.8087))


def times(matrix: Matrix, vector: list[float]) -> list[float]:
    """The matrix applied to the vector."""
    return [sum(factor * value for factor, value in zip(row, vector, strict=True)) for row in matrix]


def linear(colour: str) -> list[float]:
    """#rrggbb as linear RGB, each 0 to 1."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]


def luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    return times(((0.2126, 0.7152, 0.0722),), linear(colour))[0]


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def difference(one: str, other: str, eye: Matrix) -> float:
    """How far two colours lie apart in OKLab for an eye."""
    labs = [times(OKLAB, [max(0.0, cone) ** (1 / 3) for cone in times(CONES, clipped(eye, c))]) for c in (one, other)]
    return sum((left - right) ** 2 for left, right in zip(*labs, strict=True)) ** 0.5


def clipped(eye: Matrix, colour: str) -> list[float]:
    """The colour as the eye sees it."""
    return [max(0.0, value) for value in times(eye, linear(colour))]


def tokens(css: str, theme: str) -> dict[str, str]:
    """The colours of a theme by token; `var(--other)` is followed one step."""
    found: dict[str, str] = {}
    for name, value in re.findall(r"--([\w-]+):\s*([^;]+);", css):
        if pair := re.fullmatch(r"light-dark\((#\w{6}),\s*(#\w{6})\)", value):
            found[name] = pair[1 if theme == "light" else 2]
        elif alias := re.fullmatch(r"var\(--([\w-]+)\)", value):
            found[name] = found.get(alias[1], "")
    return found


def faults(colours: dict[str, str], theme: str) -> Iterator[str]:
    """A line for each rule broken."""
    if missing := {name for pair in PAIRS for name in pair[:2]} - {name for name, value in colours.items() if value}:
        yield f"{theme}: no colour for {', '.join(sorted(missing))}"
        return
    for front, ground, least in PAIRS:
        if (ratio := contrast(colours[front], colours[ground])) < least:
            yield f"{theme}: {front} on {ground} has {ratio:.2f}, at least {least}"
    for name, eye in EYES.items():
        if (apart := difference(colours["again"], colours["accent"], eye)) < APART:
            yield f"{theme}: missed and recalled lie {apart:.3f} apart for {name} eyes, at least {APART}"
    steps = [luminance(colours[f"m{step}"]) for step in range(5)]
    if steps != sorted(steps, reverse=theme == "light"):
        yield f"{theme}: the steps of memory do not go one way"


if __name__ == "__main__":
    text = CSS.read_text()
    complaints = [line for theme in ("light", "dark") for line in faults(tokens(text, theme), theme)]
    print("\n".join(complaints))
    sys.exit(bool(complaints))
