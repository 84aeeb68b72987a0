"""What part of the day's cards a visit is about, as a query string that pages and forms hand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

KINDS = ("topic", "area", "document", "missed")
YES_OR_NO = {"": False, "0": False, "false": False, "1": True, "true": True}
TODAY = "today"  # the one value of `missed`


class UnknownScope(ValueError):
    """A query that names no part of the cards; `str` of it is the sentence."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cards: all, or those of one topic, area or document, or those missed today.

    `cram` practises them without moving any schedule; `since` is the id of the learner's newest answer when that
    began. `until` ends the visit after so many of today's answers: "Just 5 minutes" cut by the learner's speed.
    """

    by: str = ""
    name: str = ""
    cram: bool = False
    since: int | None = None
    until: int | None = None

    def __str__(self) -> str:
        given = {self.by: self.name, "cram": "1" if self.cram else "", "since": self.since, "until": self.until}
        return urlencode({key: value for key, value in given.items() if key and value not in ("", None)})

    def begun(self, newest: int) -> Scope:
        """The same cards, practised from after that answer on."""
        return replace(self, since=newest)

    def again(self) -> Scope:
        """The same cards from the start."""
        return replace(self, since=None, until=None)

    def with_until(self, until: int) -> Scope:
        """The same cards, no further than that many answers of today."""
        return replace(self, until=until)


EVERYTHING = Scope()


def read(query: Mapping[str, str] | str) -> Scope:
    """The scope that a query string names; raises UnknownScope."""
    given = dict(parse_qsl(query)) if isinstance(query, str) else {key: query[key] for key in query}
    if any("\0" in value for value in given.values()):  # no name has one, and a database refuses to look for it
        raise UnknownScope("There is no such part of the cards.")
    named = [kind for kind in KINDS if given.get(kind)]
    if len(named) > 1:
        raise UnknownScope(f"Choose one of {' and '.join(named)}; a visit is about one of them.")
    by = named[0] if named else ""
    if by == "missed" and given[by] != TODAY:
        raise UnknownScope("Only cards missed today can be asked for: missed=today.")
    if given.get("cram", "") not in YES_OR_NO:
        raise UnknownScope("“cram” is 1 or 0.")
    cram = by == "missed" or YES_OR_NO[given.get("cram", "")]
    since, until = _number(given, "since"), _number(given, "until")
    return Scope(by, given[by] if by else "", cram, since if cram else None, until)


def minutes_of(query: Mapping[str, str]) -> int | None:
    """How many minutes a visit is to take, at most a day; raises UnknownScope."""
    minutes = _number(query, "minutes")
    return minutes and min(minutes, 24 * 60)


def _number(given: Mapping[str, str], key: str) -> int | None:
    text = given.get(key, "")
    if text and not (text.isdecimal() and text.isascii() and len(text) < 16):
        raise UnknownScope(f"“{key}” is a whole number.")
    return int(text) if text else None
