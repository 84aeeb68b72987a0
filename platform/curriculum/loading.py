"""Copying a sound curriculum into the database. `services.load` judges it first and holds the transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from hashlib import sha256
from typing import Any

from django.db.models import Model, ProtectedError, Q

from curriculum import content as source
from curriculum import markdown, sync
from curriculum.content import TIERS, Content
from curriculum.findings import Finding, Level
from curriculum.models import Area, Card, Document, Point, Resource, Topic, TopicResource, Track, TrackTopic
from curriculum.report import Report

Ids = dict[str, int]
BACK_FROM = 500  # their positions: behind every card written by hand
BACK = ".back"  # ends the ref of a reversed card's sibling; ids written by hand have no dot
CARD_FIELDS = (
    *("topic_id", "kind", "tier", "position", "prompt", "prompt_html", "answer_html", "why_html", "data"),
    *("passage", "source_id", "checked", "retired", "digest"),
)
TOPIC_FIELDS = (
    *("title", "area_id", "difficulty", "mastery", "position", "lesson_html", "passages", "digest"),
    *(f"target_{tier}" for tier in TIERS),
)


class InUse(Exception):
    """Something that is gone from content/ cannot go from the database; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def write(content: Content) -> Report:
    """Bring every table to what the content says, and tell what changed. Raises InUse."""
    report = Report({"card": len(content.cards), "topic": len(content.topics), "track": len(content.tracks)})
    areas = _write_areas(content, report)
    resources = _write_resources(content, report)
    documents = _write_documents(content, report)
    topics = _write_topics(content, areas, report)
    _write_topic_links(content, topics, resources, report)
    points = _write_points(content, documents, topics, report)
    _write_cards(content, topics, resources, points, report)
    _write_tracks(content, documents, topics, report)
    _remove_gone(content, report)
    return report


def digest(thing: Any) -> str:
    """SHA-256 over what a thing says, wherever it stands in its file, and over the renderer's version."""
    said = json.dumps(thing, default=_said, ensure_ascii=False)
    return sha256(f"{markdown.RENDERER}\n{said}".encode()).hexdigest()


def _said(thing: Any) -> dict[str, Any]:
    return {field.name: getattr(thing, field.name) for field in fields(thing) if field.name not in ("table", "cards")}


def _ids(model: type[Model]) -> Ids:
    return dict(model._default_manager.order_by().values_list("slug", "pk"))


def _write(report: Report, noun: str, model: type[Model], wanted: Iterable[Model], names: tuple[str, ...]) -> Ids:
    """Small tables, compared field by field."""
    report.note(noun, sync.rows(model, wanted, key=("slug",), fields=names))
    return _ids(model)


def _write_areas(content: Content, report: Report) -> Ids:
    wanted = [Area(slug=area.id, title=area.title, position=at) for at, area in enumerate(content.areas)]
    return _write(report, "area", Area, wanted, ("title", "position"))


def _write_resources(content: Content, report: Report) -> Ids:
    names = ("title", "author", "kind", "url", "access", "minutes")
    wanted = [
        Resource(slug=each.id, kind=each.type, **{name: getattr(each, name) for name in names if name != "kind"})
        for each in content.resources
    ]
    return _write(report, "resource", Resource, wanted, names)


def _write_documents(content: Content, report: Report) -> Ids:
    names = ("title", "kind", "source_title", "author", "published")
    wanted = [
        Document(slug=each.id, position=at, **{name: getattr(each, name) for name in names})
        for at, each in enumerate(content.documents)
    ]
    return _write(report, "document", Document, wanted, (*names, "position"))


def _write_topics(content: Content, areas: Ids, report: Report) -> Ids:
    lessons = {topic.id: topic.lesson for topic in content.topics}

    def render(row: Topic) -> None:
        lesson = markdown.lesson(lessons[row.slug])
        row.lesson_html, row.passages = lesson.html, [list(passage) for passage in lesson.passages]

    wanted = [_topic(topic, areas) for topic in content.topics]
    change = sync.rows(Topic, wanted, key=("slug",), fields=TOPIC_FIELDS, compared=("digest",), prepare=render)
    report.note("topic", change)
    return _ids(Topic)


def _topic(topic: source.Topic, areas: Ids) -> Topic:
    return Topic(
        slug=topic.id,
        title=topic.title,
        area_id=areas[topic.area],
        difficulty=topic.difficulty,
        mastery=topic.mastery,
        position=topic.position,
        digest=digest(topic),
        **{f"target_{tier}": target for tier, target in zip(TIERS, topic.targets, strict=True)},
    )


def _write_topic_links(content: Content, topics: Ids, resources: Ids, report: Report) -> None:
    wanted = [
        TopicResource(topic_id=topics[topic.id], resource_id=resources[name], good_for=good_for, position=at)
        for topic in content.topics
        for at, (name, good_for) in enumerate(topic.resources)
    ]
    key = ("topic_id", "resource_id")
    change = sync.rows(TopicResource, wanted, key=key, fields=("good_for", "position"))
    _remove_pairs(TopicResource, key, change.gone)
    pairs = {(topics[topic.id], topics[name]) for topic in content.topics for name in topic.prerequisites}
    changed = sync.links(Topic.prerequisites.through, "from_topic_id", "to_topic_id", pairs)
    report.note_links(bool(change) or bool(changed))


def _remove_pairs(model: type[Model], key: tuple[str, str], gone: Iterable[sync.Key]) -> None:
    for pair in gone:
        model._default_manager.filter(**dict(zip(key, pair, strict=True))).delete()


def _write_points(content: Content, documents: Ids, topics: Ids, report: Report) -> Ids:
    wanted = [
        Point(
            document_id=documents[document.id],
            slug=point.id,
            section=point.section[0],
            section_title=point.section[1],
            item=point.item[0],
            item_title=point.item[1],
            kind=point.kind,
            text=point.text,
            position=at,
        )
        for document in content.documents
        for at, point in enumerate(document.points)
    ]
    names = ("document_id", "section", "section_title", "item", "item_title", "kind", "text", "position")
    ids = _write(report, "point", Point, wanted, names)
    pairs = {(ids[point.id], topics[topic]) for point in content.points.values() for topic in point.topics}
    report.note_links(bool(sync.links(Point.topics.through, "point_id", "topic_id", pairs)))
    return ids


def _write_cards(content: Content, topics: Ids, resources: Ids, points: Ids, report: Report) -> None:
    cards = list(_cards(content))
    sources = {ref: card for ref, _, card in cards}
    wanted = [
        Card(
            ref=ref,
            topic_id=topics[ref.partition("/")[0]],
            source_id=resources[card.source],
            position=at,
            digest=digest(card),
            **{name: getattr(card, name) for name in ("kind", "tier", "prompt", "passage", "checked")},
        )
        for ref, at, card in cards
    ]
    change = sync.rows(
        Card,
        wanted,
        key=("ref",),
        fields=CARD_FIELDS,
        compared=("digest", "position", "retired"),
        prepare=lambda row: _render(row, sources[row.ref]),
    )
    leaving = [ref for (ref,), (_, _, retired) in change.gone.items() if not retired]
    Card.objects.filter(ref__in=leaving).update(retired=True) if leaving else None
    report.note_cards(change, leaving)
    ids = dict(Card.objects.order_by().values_list("ref", "pk"))
    for back in Card.objects.filter(ref__endswith=BACK, front=None):
        Card.objects.filter(pk=back.pk).update(front=ids[back.ref.removesuffix(BACK)])
    pairs = {(ids[ref], points[point]) for ref, card in sources.items() for point in card.points}
    sync.links(Card.points.through, "card_id", "point_id", pairs, Q(card__retired=False))


def _cards(content: Content) -> Iterator[tuple[str, int, source.Card]]:
    """(ref, position in the topic, card): the cards as written, and the siblings of the reversed ones after them."""
    for topic in content.topics:
        yield from ((f"{topic.id}/{card.id}", at, card) for at, card in enumerate(topic.cards))
        for at, card in enumerate(topic.cards, start=BACK_FROM):
            if card.kind == "reversed":
                prompt = f"Which term means this? {card.answer}"
                yield f"{topic.id}/{card.id}{BACK}", at, replace(card, prompt=prompt, answer=card.term)


def _render(row: Card, card: source.Card) -> None:
    """Fill the sides of a card. `data` holds, by kind: choices, steps, accept, line or rubric."""
    if card.kind == "cloze":
        row.prompt_html, row.answer_html = markdown.cloze_html(card.prompt)
    else:
        row.prompt_html, row.answer_html = markdown.card_html(card.prompt), markdown.card_html(card.answer)
    row.why_html = markdown.card_html(card.why)
    row.data = {
        name: value
        for name, value in (
            ("choices", [_choice(choice) for choice in card.choices]),
            ("steps", [markdown.card_html(step) for step in card.steps]),
            ("accept", list(card.accept)),
            ("line", card.line),
            ("rubric", [markdown.card_html(point) for point in card.rubric]),
        )
        if value
    }


def _choice(choice: source.Choice) -> dict[str, Any]:
    html, why_html = markdown.card_html(choice.text), markdown.card_html(choice.why)
    return {"html": html, "why_html": why_html, "correct": choice.correct}


def _write_tracks(content: Content, documents: Ids, topics: Ids, report: Report) -> None:
    names = ("title", "kind", "summary", "position")
    wanted = [
        Track(
            slug=track.id,
            document_id=documents.get(track.document),
            digest=digest(track),
            **{name: getattr(track, name) for name in names},
        )
        for track in content.tracks
    ]
    change = sync.rows(Track, wanted, key=("slug",), fields=(*names, "document_id", "digest"), compared=("digest",))
    report.note("track", change)
    ids = _ids(Track)
    steps = [
        TrackTopic(
            track_id=ids[track.id],
            topic_id=topics[step.topic],
            tiers=list(step.tiers),
            milestone=milestone.title,
            section=milestone.section,
            position=at,
        )
        for track in content.tracks
        for at, (milestone, step) in enumerate(track.steps)
    ]
    key = ("track_id", "topic_id")
    moved = sync.rows(TrackTopic, steps, key=key, fields=("tiers", "milestone", "section", "position"))
    _remove_pairs(TrackTopic, key, moved.gone)


def _remove_gone(content: Content, report: Report) -> None:
    """Remove what content/ no longer has, in the order in which it holds one another; raises InUse."""
    for noun, model in (
        ("track", Track),
        ("point", Point),
        ("topic", Topic),
        ("document", Document),
        ("resource", Resource),
        ("area", Area),
    ):
        for slug in report.gone.get(noun, ()):
            try:
                sync.remove(model, [slug], by="slug")
            except ProtectedError:
                raise InUse(_in_use(content, noun, slug)) from None


def _in_use(content: Content, noun: str, slug: str) -> Finding:
    held = {
        "track": "learners are enrolled in it",
        "topic": "its cards have been loaded, and learners may have answered them",
        "resource": "a retired card names it as its source",
    }.get(noun, "something still refers to it")
    cure = f"bring the {noun} back" + ("; list the ids of its cards in `retired`." if noun == "topic" else ".")
    return Finding(
        content.root, 1, Level.ERROR, "in-use", slug, f"The {noun} is gone from the files, but {held}.", cure
    )
