"""content/ as plain values: what `reading` makes of the files and what lint and loader work on.

Each value keeps the table it was read from, so that whatever is found wrong later can name file and line.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # what is shown needs no reader of files
    from curriculum.findings import Finding
    from curriculum.toml import Table

TIERS = ("foundation", "practitioner", "staff")
DOCUMENT, COMPOSITE = "document", "composite"
TAUGHT_KINDS = ("concept", "practice", "tech", "tool", "metric")  # of points; they are what cards are for
POINT_KINDS = (*TAUGHT_KINDS, "advice", "remark", "heading", "link", "talk", "book", "domain", "tag")
HEADINGS = ("h2", "h3")  # of a lesson; each is a passage
# What a card of each kind has beyond prompt, why and source.
CARD_KEYS = {
    "basic": {"answer"},
    "reversed": {"answer", "term"},
    "cloze": set(),
    "choice": {"choices"},
    "choices": {"choices"},
    "order": {"steps"},
    "short": {"accept"},
    "output": {"accept", "setup"},
    "bug": {"line", "answer"},
    "scenario": {"rubric"},
}


@dataclass(frozen=True, slots=True)
class Area:
    """One of the parts of the craft."""

    id: str
    title: str
    table: Table


@dataclass(frozen=True, slots=True)
class Resource:
    """Something to read; `url` is "" unless somebody has opened it. `minutes` is our estimate."""

    id: str
    title: str
    author: str
    type: str
    url: str
    access: str
    minutes: int
    table: Table


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a source document; `section` is (id, title), `item` likewise."""

    id: str
    kind: str
    text: str
    topics: tuple[str, ...]
    section: tuple[str, str]
    item: tuple[str, str]
    table: Table


@dataclass(frozen=True, slots=True)
class Document:
    """One of the source documents, point by point."""

    id: str
    kind: str
    title: str
    source_title: str
    author: str
    published: str
    sections: tuple[str, ...]
    points: tuple[Point, ...]
    table: Table


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a card; a right one needs no `why`."""

    text: str
    why: str
    correct: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A card as written. Fields that its kind does not have are empty; `line` counts from 1.

    `setup`, which an output card may have, is SQL that runs before its code and is never shown: the tables that
    the prompt speaks of.
    """

    id: str
    kind: str
    tier: str
    points: tuple[str, ...]
    prompt: str
    answer: str
    why: str
    passage: str
    source: str
    checked: str
    choices: tuple[Choice, ...]
    steps: tuple[str, ...]
    accept: tuple[str, ...]
    setup: str
    term: str
    rubric: tuple[str, ...]
    line: int
    table: Table


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic, its lesson ("" until written) and cards; `targets` follows TIERS, `resources` is (id, good for)."""

    id: str
    title: str
    area: str
    difficulty: int
    prerequisites: tuple[str, ...]
    mastery: str
    position: int
    retired: tuple[str, ...]
    targets: tuple[int, ...]
    resources: tuple[tuple[str, str], ...]
    lesson: str
    cards: tuple[Card, ...]
    table: Table

    @property
    def lesson_path(self) -> Path:
        """Where the lesson is, or would be."""
        return self.table.file.path.with_name("lesson.md")


@dataclass(frozen=True, slots=True)
class Step:
    """A topic of a track in some of its tiers."""

    topic: str
    tiers: tuple[str, ...]
    table: Table


@dataclass(frozen=True, slots=True)
class Milestone:
    """A stage of a track; `section`, which may be "", is that of the document it follows."""

    title: str
    section: str
    steps: tuple[Step, ...]
    table: Table


@dataclass(frozen=True, slots=True)
class Track:
    """An ordered way through topics; `document` is "" for a track of our own."""

    id: str
    title: str
    kind: str
    document: str
    summary: str
    position: int
    milestones: tuple[Milestone, ...]
    table: Table

    @property
    def steps(self) -> list[tuple[Milestone, Step]]:
        """Every step with its milestone, in order."""
        return [(milestone, step) for milestone in self.milestones for step in milestone.steps]


class Named(Protocol):
    """Anything with an id that stands in a table of a file."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def table(self) -> Table:
        """Where it stands."""


@dataclass
class Content:
    """The whole of content/. What is wrong with its shape is in `findings`; `readable` is false when a file is lost."""

    root: Path
    areas: list[Area]
    resources: list[Resource]
    documents: list[Document]
    topics: list[Topic]
    tracks: list[Track]
    findings: list[Finding]
    readable: bool

    @cached_property
    def cards(self) -> list[tuple[Topic, Card]]:
        """Every card with its topic, in file order."""
        return [(topic, card) for topic in self.topics for card in topic.cards]

    @cached_property
    def points(self) -> dict[str, Point]:
        """Every point of the outline by id."""
        return {point.id: point for document in self.documents for point in document.points}

    @cached_property
    def resource_ids(self) -> set[str]:
        """The ids of all resources."""
        return {resource.id for resource in self.resources}
