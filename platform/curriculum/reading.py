"""Reading content/. What is wrong with the shape of a file becomes a finding; what the files say is for the lint.

areas.toml  resources.toml  outline/<document>.toml  tracks/<track>.toml
topics/<topic>/topic.toml  lesson.md  cards.toml          the last two only when they are written
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from curriculum import toml
from curriculum.content import (
    CARD_KEYS,
    COMPOSITE,
    DOCUMENT,
    POINT_KINDS,
    TIERS,
    Area,
    Card,
    Choice,
    Content,
    Document,
    Milestone,
    Named,
    Point,
    Resource,
    Step,
    Topic,
    Track,
)
from curriculum.findings import Finding, Level
from curriculum.toml import Table

OPENED = ("exact", "yes")  # somebody has opened the address
VERIFIED = (*OPENED, "no", "no-address")
TOPIC_FILES = ("topic.toml", "lesson.md", "cards.toml")
SLUG, TITLE, TEXT = 60, 200, 4000  # the longest an id, a title and a text may be; the columns set most limits
N = TypeVar("N", bound=Named)


def read(root: Path) -> Content:
    """Everything under `root`; never raises for what stands in the files."""
    findings: list[Finding] = []
    topics = [topic for folder in _folders(root / "topics") if (topic := _read_topic(folder, findings))]
    content = Content(
        root=root,
        areas=_read_list(root / "areas.toml", "areas", _area, findings),
        resources=_read_list(root / "resources.toml", "resources", _resource, findings),
        documents=_read_folder(root / "outline", _document, findings),
        topics=sorted(topics, key=lambda topic: (topic.position, topic.id)),
        tracks=sorted(_read_folder(root / "tracks", _track, findings), key=lambda track: (track.position, track.id)),
        findings=findings,
        readable=not any(finding.rule in ("toml", "file") for finding in findings),
    )
    content.documents.sort(key=lambda document: _rank(document, content.tracks))
    return content


def _rank(document: Document, tracks: list[Track]) -> tuple[int, str]:
    """Documents stand in the order of their tracks."""
    return min((track.position for track in tracks if track.document == document.id), default=1000), document.id


def _folders(parent: Path) -> list[Path]:
    return sorted(path for path in parent.glob("[!.]*") if path.is_dir())


def _read_list(path: Path, key: str, build: Callable[[Table], N], findings: list[Finding]) -> list[N]:
    file = toml.read(path, findings)
    if file is None:
        return []
    root = file.root("")
    built = [build(table) for table in root.tables(key)]
    root.done("this file")
    return built


def _read_folder(folder: Path, build: Callable[[Table], N], findings: list[Finding]) -> list[N]:
    files = [toml.read(path, findings) for path in sorted(folder.glob("[!.]*.toml"))]
    built = [build(file.root(file.path.stem)) for file in files if file]
    for thing in built:
        _is_named(thing, thing.table.file.path.stem, "the file")
    return built


def _is_named(thing: Named, name: str, place: str) -> None:
    if thing.id and thing.id != name:
        thing.table.report("name", f"`id` is “{thing.id}”, but {place} is called “{name}”.", "make them equal.", "id")


def _area(table: Table) -> Area:
    table.subject = str(table.data.get("id", ""))
    area = Area(table.text("id", SLUG), table.text("title", 120), table)
    table.done("an area")
    return area


def _resource(table: Table) -> Resource:
    table.subject = str(table.data.get("id", ""))
    url, verified = table.text("url", 400, required=False), table.choice("verified", VERIFIED)
    if url and not url.startswith(("https://", "http://")):
        table.report("url", "`url` is no web address.", "start it with https://, or leave it out.", "url")
    resource = Resource(
        id=table.text("id", SLUG),
        title=table.text("title", TITLE),
        author=table.text("author", TITLE, required=False),
        type=table.text("type", 40),
        url=url if verified in OPENED else "",
        access=table.text("access", 20),
        minutes=table.number("minutes", 0, 10_000, default=0),
        table=table,
    )
    table.done("a resource")
    return resource


def _document(table: Table) -> Document:
    sections = table.tables("sections")
    document = Document(
        id=table.text("id", SLUG),
        kind=table.text("kind", 60),
        title=table.text("title", TITLE),
        source_title=table.text("source_title", TITLE, required=False),
        author=table.text("author", TITLE, required=False),
        published=table.text("published", 40, required=False),
        points=tuple(point for section in sections for point in _section(section)),
        sections=tuple(str(section.data.get("id", "")) for section in sections),
        table=table,
    )
    table.done("a document")
    return document


def _section(table: Table) -> Iterator[Point]:
    section = table.text("id", 120), table.text("title", TITLE)
    for item in table.tables("items"):
        named = item.text("id", 120), item.text("title", TITLE)
        for point in item.tables("points", required=False):
            yield _point(point, section, named)
        item.done("an item")
    table.done("a section")


def _point(table: Table, section: tuple[str, str], item: tuple[str, str]) -> Point:
    table.subject = str(table.data.get("id", ""))
    point = Point(
        id=table.text("id", 120),
        kind=table.choice("kind", POINT_KINDS),
        text=table.text("text", 300),
        topics=table.texts("topics", SLUG),
        section=section,
        item=item,
        table=table,
    )
    table.done("a point")
    return point


def _read_topic(folder: Path, findings: list[Finding]) -> Topic | None:
    for path in folder.glob("[!.]*"):
        if path.name not in TOPIC_FILES:
            cure = f"a topic has {', '.join(TOPIC_FILES)}: rename it or take it away."
            findings.append(Finding(path, 1, Level.ERROR, "stray-file", folder.name, "Nobody reads this file.", cure))
    file = toml.read(folder / "topic.toml", findings)
    lesson, deck = folder / "lesson.md", folder / "cards.toml"
    text = toml.read_text(lesson, findings) if lesson.exists() else ""
    cards = toml.read(deck, findings) if deck.exists() else None
    if file is None:
        return None
    topic = _topic(file.root(folder.name), text or "", _deck(cards.root(folder.name)) if cards else ())
    _is_named(topic, folder.name, "the folder")
    return topic


def _topic(table: Table, lesson: str, cards: tuple[Card, ...]) -> Topic:
    targets = table.table("cards")
    topic = Topic(
        id=table.text("id", SLUG),
        title=table.text("title", 160),
        area=table.text("area", SLUG),
        difficulty=table.number("difficulty", 1, 5),
        prerequisites=table.texts("prerequisites", SLUG),
        mastery=table.text("mastery", 300),
        position=table.number("position", 0, 10_000),
        retired=table.texts("retired", SLUG),
        targets=tuple(targets.number(tier, 0, 1_000) for tier in TIERS),
        resources=tuple(_topic_resource(resource) for resource in table.tables("resources", required=False)),
        lesson=lesson,
        cards=cards,
        table=table,
    )
    targets.done("the table [cards]")
    table.done("a topic")
    return topic


def _topic_resource(table: Table) -> tuple[str, str]:
    resource = table.text("id", SLUG), table.text("good_for", 240)
    table.done("a resource of a topic")
    return resource


def _deck(table: Table) -> tuple[Card, ...]:
    if (topic := table.text("topic", SLUG)) and topic != table.subject:
        sentence = f"`topic` is “{topic}”, but the folder is called “{table.subject}”."
        table.report("name", sentence, "make them equal.", "topic")
    cards = tuple(_card(card, table.subject) for card in table.tables("cards", required=False))
    table.done("a file of cards")
    return cards


def _card(table: Table, topic: str) -> Card:
    table.subject = f"{topic}/{table.data.get('id', '?')}"
    kind = table.choice("kind", CARD_KEYS)
    has = CARD_KEYS.get(kind, set())
    card = Card(
        id=table.text("id", 120),
        kind=kind,
        tier=table.choice("tier", TIERS),
        points=table.texts("points", 120),
        prompt=table.text("prompt", TEXT),
        answer=table.text("answer", TEXT) if "answer" in has else "",
        why=table.text("why", TEXT, required=False),
        passage=table.text("passage", 120, required=False),
        source=table.text("source", SLUG, required=False),
        checked=table.text("checked", 7, required=False),
        choices=tuple(_choice(choice, table) for choice in table.tables("choices")) if "choices" in has else (),
        steps=table.texts("steps", TEXT) if "steps" in has else (),
        accept=table.texts("accept", TEXT) if "accept" in has else (),
        setup=table.text("setup", TEXT, required=False) if "setup" in has else "",
        term=table.text("term", 60) if "term" in has else "",
        rubric=table.texts("rubric", TEXT) if "rubric" in has else (),
        line=table.number("line", 0, 1_000, default=0) if "line" in has else 0,
        table=table,
    )
    if kind:
        table.done(f"a {kind} card")
    return card


def _choice(table: Table, card: Table) -> Choice:
    choice = Choice(table.text("text", TEXT), table.text("why", TEXT, required=False), table.flag("correct"))
    table.done("a choice")
    card.sound &= table.sound
    return choice


def _track(table: Table) -> Track:
    kind = table.choice("kind", (DOCUMENT, COMPOSITE))
    track = Track(
        id=table.text("id", SLUG),
        title=table.text("title", 160),
        kind=kind,
        document=table.text("document", SLUG) if kind == DOCUMENT else "",
        summary=table.text("summary", 300),
        position=table.number("position", 0, 10_000),
        milestones=tuple(_milestone(milestone) for milestone in table.tables("milestones")),
        table=table,
    )
    table.done("a track")
    return track


def _milestone(table: Table) -> Milestone:
    milestone = Milestone(
        title=table.text("title", 160),
        section=table.text("section", 120, required=False),
        steps=tuple(_step(step) for step in table.tables("topics")),
        table=table,
    )
    table.done("a milestone")
    return milestone


def _step(table: Table) -> Step:
    step = Step(table.text("topic", SLUG), table.texts("tiers", 20), table)
    table.done("a step")
    return step
