"""TOML files read key by key: what is wrong becomes a finding with its line, and reading goes on."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from curriculum.findings import Finding, Level

Place = tuple[str | int, ...]
HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\-\s\"']+?)\s*\]")
KEY = re.compile(r"\s*([\w\-]+)\s*=")
OPENS = re.compile(r"""\s*(?:[\w\-]+\s*=\s*)?\[?\s*('''|\"\"\")""")
POSITION = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")
UNPRINTABLE = {"Cc", "Co", "Cs", "Cn"}  # the renderer keeps private-use characters for itself


def line_numbers(text: str) -> dict[Place, int]:
    """Where each table and key of a TOML text stands, such as {("cards", 0, "why"): 12}.

    tomllib tells no lines. Keys inside inline tables and dotted keys are not listed; ask for what holds them.
    """
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    place: Place = ()
    closes = ""
    for number, line in enumerate(text.splitlines(), 1):
        if closes:
            closes = "" if closes in line else closes
            continue
        if header := HEADER.match(line):
            place = _opened(header, counts)
            lines[place] = number
        elif key := KEY.match(line):
            lines.setdefault((*place, key[1]), number)
        if (opens := OPENS.match(line)) and opens[1] not in line[opens.end() :]:
            closes = opens[1]
    return lines


def _opened(header: re.Match[str], counts: dict[Place, int]) -> Place:
    place: Place = ()
    names = [name.strip(" \t\"'") for name in header[2].split(".")]
    for name in names[:-1]:
        place = (*place, name)
        if place in counts:
            place = (*place, counts[place] - 1)
    place = (*place, names[-1])
    if header[1] == "[":
        return place
    counts[place] = counts.get(place, 0) + 1
    return (*place, counts[place] - 1)


@dataclass(slots=True)
class TomlFile:
    """A parsed file, its lines, and the list that its findings are added to."""

    path: Path
    data: dict[str, Any]
    lines: dict[Place, int]
    findings: list[Finding]

    def line(self, place: Place) -> int:
        """The line of a key, else of the nearest table that holds it, else 1."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def root(self, subject: str) -> Table:
        """The whole file as a table."""
        return Table(self, self.data, (), subject)


def read(path: Path, findings: list[Finding]) -> TomlFile | None:
    """The file, or None and a finding when it is missing or not TOML."""
    text = read_text(path, findings)
    if text is None:
        return None
    try:
        return TomlFile(path, tomllib.loads(text), line_numbers(text), findings)
    except (ValueError, RecursionError) as error:
        position = POSITION.search(str(error))
        line = int(position[1]) if position and position[1] else text.count("\n") + 1 if position else 1
        said = "nested too deeply" if isinstance(error, RecursionError) else POSITION.sub("", str(error)).rstrip(".")
        cure = "mend the line named here, or the one before it."
        findings.append(Finding(path, line, Level.ERROR, "toml", "", f"This is not TOML: {said}.", cure))
        return None


def read_text(path: Path, findings: list[Finding]) -> str | None:
    """The text of a file with \\n at line ends, or None and a finding."""
    try:
        return path.read_bytes().decode().replace("\r\n", "\n").removeprefix("\ufeff")
    except UnicodeDecodeError:
        sentence, cure = "The file is not UTF-8 text.", "save it as UTF-8."
    except OSError as error:
        sentence, cure = f"The file cannot be read: {error.strerror}.", "create it, or give the path of the content."
    findings.append(Finding(path, 1, Level.ERROR, "file", "", sentence, cure))
    return None


@dataclass(slots=True)
class Table:
    """One table of a file. Every read marks its key as known; `done` reports the keys nobody asked for."""

    file: TomlFile
    data: dict[str, Any]
    place: Place
    subject: str
    known: set[str] = field(default_factory=set)
    sound: bool = True

    def report(self, rule: str, sentence: str, cure: str, key: str = "", level: Level = Level.ERROR) -> None:
        """Add a finding at the line of a key, or of the table."""
        line = self.line(key)
        self.file.findings.append(Finding(self.file.path, line, level, rule, self.subject, sentence, cure))

    def line(self, key: str = "") -> int:
        """The line of a key, or of the table."""
        return self.file.line((*self.place, key) if key else self.place)

    def text(self, key: str, limit: int, *, required: bool = True) -> str:
        """A string of at most `limit` characters without the space around it; "" when missing or wrong."""
        value = self._get(key, str, "a text", required)
        return self._sound_text(key, value, limit, required) if value is not None else ""

    def texts(self, key: str, limit: int, *, required: bool = False) -> tuple[str, ...]:
        """A list of strings; () when missing or wrong."""
        values = self._get(key, list, "a list of texts", required)
        if any(not isinstance(value, str) for value in values or ()):
            self._wrong("type", f"`{key}` must hold texts only.", "put each of them in quotes.", key)
            return ()
        return tuple(self._sound_text(key, value, limit, True) for value in values or ())

    def number(self, key: str, low: int, high: int, *, default: int | None = None) -> int:
        """A whole number between `low` and `high`; `default`, if given, when missing; else `low`."""
        value = self._get(key, int, "a whole number", default is None)
        if value is None:
            return low if default is None else default
        if not low <= value <= high:
            self._wrong("range", f"`{key}` is {value}.", f"choose a number from {low} to {high}.", key)
            return low
        return int(value)

    def flag(self, key: str) -> bool:
        """True or false; false when missing."""
        return bool(self._get(key, bool, "true or false", False))

    def choice(self, key: str, allowed: Iterable[str]) -> str:
        """One of the words in `allowed`; "" when missing or wrong."""
        value = self.text(key, 100)
        if value and value not in allowed:
            self._wrong("word", f"`{key}` is “{value}”.", f"write one of {', '.join(allowed)}.", key)
            return ""
        return value

    def table(self, key: str) -> Table:
        """A table inside this one; an empty one when missing or wrong."""
        value = self._get(key, dict, f"a table [{key}]", True)
        return Table(self.file, value or {}, (*self.place, key), self.subject)

    def tables(self, key: str, *, required: bool = True) -> list[Table]:
        """A list of tables; [] when missing or wrong."""
        values = self._get(key, list, f"a list of tables [[{key}]]", required)
        if any(not isinstance(value, dict) for value in values or ()):
            self._wrong("type", f"`{key}` must be a list of tables.", f"write each one under [[{key}]].", key)
            return []
        return [Table(self.file, value, (*self.place, key, at), self.subject) for at, value in enumerate(values or ())]

    def done(self, what: str) -> None:
        """Report the keys that `what`, such as `a topic`, does not have."""
        for key in self.data.keys() - self.known:
            cure = f"remove it or mend its name; known are {', '.join(sorted(self.known))}."
            self._wrong("unknown-key", f"{what[:1].upper()}{what[1:]} has no key `{key}`.", cure, key)

    def _get(self, key: str, type_: type, named: str, required: bool) -> Any:
        self.known.add(key)
        value = self.data.get(key)
        if value is None:
            if required:
                self._wrong("missing-key", f"`{key}` is missing.", f"add it: {named}.", "")
        elif type(value) is not type_:  # not isinstance: true is no number
            self._wrong("type", f"`{key}` must be {named}.", f"write {named}.", key)
            return None
        return value

    def _sound_text(self, key: str, value: str, limit: int, required: bool) -> str:
        text = value.strip()
        if required and not text:
            self._wrong("missing-key", f"`{key}` is empty.", "write it, or remove the key if it may be left out.", key)
        elif len(text) > limit:
            self._wrong("length", f"`{key}` has {len(text):,} characters; the most is {limit:,}.", "shorten it.", key)
        elif any(unicodedata.category(sign) in UNPRINTABLE and sign not in "\n\t" for sign in text):
            self._wrong("characters", f"`{key}` holds a character that cannot be shown.", "remove it.", key)
        else:
            return text
        return ""

    def _wrong(self, rule: str, sentence: str, cure: str, key: str) -> None:
        self.sound = False
        self.report(rule, sentence, cure, key)
