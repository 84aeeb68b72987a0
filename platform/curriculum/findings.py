"""What is wrong with the content, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Level(StrEnum):
    """An error refuses the whole import; a warning asks for a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One fault. `subject` is what it is about, such as `http/vary-by-language`; `line` counts from 1."""

    path: Path
    line: int
    level: Level
    rule: str
    subject: str
    sentence: str
    cure: str

    def __str__(self) -> str:
        about = f" {self.subject}" if self.subject else ""
        return f"{shown(self.path)}:{self.line}: {self.level} {self.rule}{about}: {self.sentence} Cure: {self.cure}"


def shown(path: Path) -> Path:
    """The path as a person would type it here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def errors(findings: list[Finding]) -> list[Finding]:
    """Those that refuse the import."""
    return [finding for finding in findings if finding.level == Level.ERROR]


def counted(number: int, noun: str) -> str:
    """`1 card`, `2 cards`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
