"""A small curriculum, written straight into the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from curriculum.models import Area, Card, Document, Kind, Point, Resource, Tier, Topic, Track, TrackTopic
from study.models import Answer, CardState

CARDS_A_TOPIC = 12
KINDS = (Kind.BASIC, Kind.CLOZE, Kind.CHOICE)
TIERS = (Tier.FOUNDATION, Tier.PRACTITIONER, Tier.STAFF)


@dataclass(frozen=True)
class Curriculum:
    """What `curriculum()` made. Cards are in file order; every third is basic, cloze, choice in turn.

    The first four cards of a topic are foundation, the next four practitioner, the last four staff.
    """

    first: Topic
    second: Topic
    bare: Topic
    cards: list[Card]
    track: Track
    empty_track: Track

    def cards_of(self, topic: Topic) -> list[Card]:
        """The topic's cards in file order."""
        return [card for card in self.cards if card.topic_id == topic.pk]


def curriculum() -> Curriculum:
    """Topics `queues` and `retries` (which builds on it), `clocks` without cards, tracks `steady` and `later`."""
    source = Resource.objects.create(slug="field-notes", title="Field notes", kind="book")
    document = Document.objects.create(slug="sample-list", title="A sample list", kind="list", position=0)
    area = Area.objects.create(slug="systems", title="Systems", position=0)
    first, second, bare = (_topic(area, *row) for row in enumerate(("queues", "retries", "clocks")))
    second.prerequisites.add(first)
    cards = Card.objects.bulk_create(
        [_card(topic, source, position) for topic in (first, second) for position in range(CARDS_A_TOPIC)]
    )
    _points(document, [first, second], cards)
    track = _track(document, "steady", "Steady systems", [first, second])
    empty = _track(None, "later", "Not written yet", [bare])
    return Curriculum(first, second, bare, cards, track, empty)


def widen(sample: Curriculum, topics: int) -> None:
    """Append so many topics of twelve cards each to the sample's track, for tests that need a long supply."""
    source, area, there = Resource.objects.get(slug="field-notes"), sample.first.area, Topic.objects.count()
    for position in range(there, there + topics):
        topic = _topic(area, position, f"topic-{position}")
        sample.cards.extend(Card.objects.bulk_create(_card(topic, source, number) for number in range(CARDS_A_TOPIC)))
        TrackTopic.objects.create(track=sample.track, topic=topic, tiers=list(TIERS), position=position)


def due_cards(learner: int, cards: list[Card], day: date, interval: int = 20) -> None:
    """Make so many cards due on `day`: reviewed `interval` days ago and more, the first one with the shortest.

    Of each only its last review lies in the ledger.
    """
    reviewed = [day - timedelta(days=interval + number) for number in range(len(cards))]
    Answer.objects.bulk_create(
        Answer(
            learner_id=learner,
            card=card,
            key=uuid4(),
            sequence=1,
            grade=4,
            kind=Answer.Kind.REVIEW,
            study_day=reviewed[number],
            answered_at=datetime.combine(reviewed[number], time(12), UTC),
            received_at=datetime.combine(reviewed[number], time(12), UTC),
            interval=interval + number,
            due_on=day,
        )
        for number, card in enumerate(cards)
    )
    CardState.objects.bulk_create(
        CardState(
            learner_id=learner,
            card=card,
            sequence=1,
            repetitions=3,
            interval=interval + number,
            stability=interval / 2,
            difficulty=5.0,
            last_review_on=reviewed[number],
            last_review_day=reviewed[number].toordinal(),
            due_on=day,
        )
        for number, card in enumerate(cards)
    )


def _topic(area: Area, position: int, slug: str) -> Topic:
    target = CARDS_A_TOPIC // 3
    return Topic.objects.create(
        slug=slug,
        title=slug.capitalize(),
        area=area,
        difficulty=position + 1,
        mastery=f"You can say what {slug} are for and when they hurt.",
        position=position,
        target_foundation=target,
        target_practitioner=target,
        target_staff=target,
        lesson_html=f'<h2 id="why-{slug}">Why {slug}</h2><p>They part what happens now from what may wait.</p>',
        passages=[[f"why-{slug}", f"Why {slug}"]],
        digest=f"{position:064x}",
    )


def _card(topic: Topic, source: Resource, position: int) -> Card:
    kind = KINDS[position % 3]
    return Card(
        topic=topic,
        source=source,
        ref=f"{topic.slug}/card-{position + 1:02}",
        kind=kind,
        tier=TIERS[position * 3 // CARDS_A_TOPIC],
        position=position,
        passage=f"why-{topic.slug}",
        why_html=f"<p>Because of reason {position + 1}.</p>",
        digest=f"{position:064x}",
        **_sides(kind, f"{topic.slug} {position + 1}"),
    )


def _sides(kind: Kind, name: str) -> dict[str, object]:
    if kind == Kind.CLOZE:
        sentence = "<p>Sample {} waits in {}.</p>"
        return {
            "prompt": f"Sample {name} waits in {{{{line}}}}.",
            "prompt_html": sentence.format(name, '<span class="gap">…</span>'),
            "answer_html": sentence.format(name, "<mark>line</mark>"),
        }
    sides: dict[str, object] = {"prompt": f"What is sample {name}?", "prompt_html": f"<p>What is sample {name}?</p>"}
    if kind == Kind.BASIC:
        return sides | {"answer_html": f"<p>Answer {name}</p>"}
    texts = (("Right", True), ("Near", False), ("Far", False))
    choices = [{"html": f"{text} {name}", "why_html": f"{text}, as {name} shows.", "correct": ok} for text, ok in texts]
    return sides | {"data": {"choices": choices}}


def _points(document: Document, topics: list[Topic], cards: list[Card]) -> None:
    for position, topic in enumerate(topics):
        point = Point.objects.create(
            document=document,
            slug=f"{document.slug}/01/{topic.slug}",
            section=f"{document.slug}/01",
            section_title="Systems",
            item=topic.slug,
            item_title=topic.title,
            kind="concept",
            text=f"Know {topic.slug}.",
            position=position,
        )
        point.topics.add(topic)
        point.cards.add(*(card for card in cards if card.topic_id == topic.pk))


def _track(document: Document | None, slug: str, title: str, topics: list[Topic]) -> Track:
    track = Track.objects.create(
        slug=slug,
        title=title,
        kind="document" if document else "path",
        document=document,
        summary=f"{title}, one topic after the other.",
        position=Track.objects.count(),
        digest="0" * 64,
    )
    TrackTopic.objects.bulk_create(
        TrackTopic(track=track, topic=topic, tiers=list(TIERS), milestone=f"Know {topic.slug}", position=position)
        for position, topic in enumerate(topics)
    )
    return track
