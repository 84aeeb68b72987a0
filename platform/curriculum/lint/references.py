"""Every id is well formed and stands once, every name leads somewhere, and topics build on one another in no circle."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from graphlib import CycleError, TopologicalSorter

from curriculum.content import TIERS, Content, Document, Named, Topic, Track
from curriculum.toml import Table

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
PATH = re.compile(r"[a-z0-9-]+(?:/[a-z0-9.-]+)+")


def judge(content: Content) -> None:
    """Add a finding for each name that leads nowhere."""
    for things, what in (
        (content.areas, "area"),
        (content.resources, "resource"),
        (content.documents, "document"),
        (content.topics, "topic"),
        (content.tracks, "track"),
    ):
        _ids(things, SLUG, what)
    _ids((point for document in content.documents for point in document.points), PATH, "point")
    topics = {topic.id for topic in content.topics}
    areas = {area.id for area in content.areas}
    documents = {document.id: document for document in content.documents}
    for topic in content.topics:
        _topic(topic, topics, areas, content.resource_ids)
    for point in content.points.values():
        _all_known(point.table, "topics", point.topics, topics, "topic")
    for track in content.tracks:
        _track(track, topics, documents)
    _positions([*content.topics], "topic")
    _positions([*content.tracks], "track")
    _circle(content.topics)


def _ids(things: Iterable[Named], pattern: re.Pattern[str], what: str) -> None:
    seen: set[str] = set()
    for thing in things:
        if thing.id and not pattern.fullmatch(thing.id):
            thing.table.report("id", f"“{thing.id}” is no id.", "use small letters, digits and hyphens.", "id")
        if thing.id in seen:
            thing.table.report("id", f"Another {what} is called “{thing.id}” too.", "rename or remove one.", "id")
        seen.add(thing.id)


def _known(table: Table, key: str, name: str, known: Collection[str], what: str) -> None:
    if name and name not in known:
        table.report(
            f"unknown-{what}", f"There is no {what} “{name}”.", f"name one that exists, or add the {what}.", key
        )


def _all_known(table: Table, key: str, names: tuple[str, ...], known: Collection[str], what: str) -> None:
    for name in names:
        _known(table, key, name, known, what)
    for name, count in Counter(names).items():
        if count > 1:
            table.report("twice", f"“{name}” is named {count} times in `{key}`.", "name it once.", key)


def _topic(topic: Topic, topics: set[str], areas: set[str], resources: set[str]) -> None:
    _known(topic.table, "area", topic.area, areas, "area")
    _all_known(topic.table, "prerequisites", topic.prerequisites, topics, "topic")
    _all_known(topic.table, "resources", tuple(name for name, _ in topic.resources), resources, "resource")
    _all_known(topic.table, "retired", topic.retired, topic.retired, "card")


def _track(track: Track, topics: set[str], documents: dict[str, Document]) -> None:
    _known(track.table, "document", track.document, documents, "document")
    sections = documents[track.document].sections if track.document in documents else ()
    for milestone in track.milestones:
        _known(milestone.table, "section", milestone.section, sections, "section")
    seen: set[str] = set()
    for _, step in track.steps:
        _known(step.table, "topic", step.topic, topics, "topic")
        if step.topic in seen:
            step.table.report("twice", f"The track names “{step.topic}” twice.", "keep the first.", "topic")
        seen.add(step.topic)
        if not step.tiers or set(step.tiers) - set(TIERS) or len(set(step.tiers)) < len(step.tiers):
            cure = f"name one or more of {', '.join(TIERS)}, each once."
            step.table.report("tiers", f"The step's tiers are {', '.join(step.tiers) or 'missing'}.", cure, "tiers")


def _positions(things: list[Topic | Track], what: str) -> None:
    first: dict[int, str] = {}
    for thing in things:
        other = first.setdefault(thing.position, thing.id)
        if other != thing.id:
            said = f"The {what} “{other}” has the position {thing.position} too."
            thing.table.report("position", said, "give each its own.", "position")


def _circle(topics: list[Topic]) -> None:
    by_id = {topic.id: topic for topic in topics}
    graph = {topic.id: [name for name in topic.prerequisites if name in by_id] for topic in topics}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = error.args[1][:-1]
        start = circle.index(min(circle))
        ring = [*circle[start:], *circle[:start], circle[start]]
        said = f"These topics build on one another in a circle: {' → '.join(ring)}."
        by_id[ring[0]].table.report("circle", said, "take one of these prerequisites away.", "prerequisites")
