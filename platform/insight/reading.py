"""What the pages of tracks and topics show, read in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.models import User
from curriculum.coverage import DocumentCoverage, coverage_of_points
from curriculum.models import Card, Document, Point, Topic, TopicResource, Track, TrackTopic
from study import memory
from study import reading as studied
from study.memory import Mastery
from study.models import CardState, Enrolment, TopicRecall


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A topic this one builds on or leads to; `counts_as_met` when the plan does not wait for it."""

    title: str
    slug: str
    counts_as_met: bool = False


@dataclass(frozen=True, slots=True)
class StepLine:
    """A topic of a track in its tiers: cards that exist, cards met by the learner, what it builds on.

    `mastery` is of the whole topic, whatever its tiers here.
    """

    topic: Topic
    cards: int
    seen: int
    builds_on: list[str]
    mastery: Mastery


@dataclass(frozen=True, slots=True)
class Milestone:
    """A part of a track."""

    title: str
    steps: list[StepLine]


@dataclass(frozen=True, slots=True)
class TrackPage:
    """A track for one learner; `remembered` when a topic of it was met before today."""

    track: Track
    milestones: list[Milestone]
    enrolled: bool
    topics: int
    topics_with_cards: int
    cards: int
    seen: int
    target: int
    remembered: bool


@dataclass(frozen=True, slots=True)
class CardLine:
    """A card in the list of its topic, and how it stands for the learner."""

    card: Card
    state: CardState | None
    day: date

    @property
    def met(self) -> bool:
        """Reviewed at least once."""
        return self.state is not None and self.state.last_review_on is not None

    @property
    def away(self) -> bool:
        """Suspended, buried or set aside."""
        return self.state is not None and self.state.is_away(self.day)

    @property
    def slipped(self) -> bool:
        """Known once, and missed at the last review."""
        return self.state is not None and self.state.lapses > 0 and self.state.repetitions == 0

    @property
    def days(self) -> int:
        """Days until the card is due; 0 or less when it is."""
        return (self.state.due_on - self.day).days if self.state and self.state.due_on else 0


@dataclass(frozen=True, slots=True)
class TopicPage:
    """A topic for one learner. `track` has slug, title, milestone and enrolled, or is None."""

    topic: Topic
    day: date
    track: dict[str, Any] | None
    cards: list[CardLine]
    asked_by: dict[Document, list[Point]]
    resources: list[TopicResource]
    builds_on: list[Neighbour]
    leads_to: list[Neighbour]
    mastery: Mastery

    @property
    def learned(self) -> list[CardLine]:
        """Cards reviewed at least once."""
        return [line for line in self.cards if line.met]

    @property
    def new(self) -> list[CardLine]:
        """Cards not reviewed yet."""
        return [line for line in self.cards if not line.met]

    @property
    def waiting(self) -> list[CardLine]:
        """Cards with a place in today's queue that were met before."""
        return [line for line in self.learned if line.state and line.state.queued_on == self.day and _waits(line.state)]

    @property
    def next_review(self) -> date | None:
        """The earliest day on which a card of the topic comes back, never before today."""
        due = [line.state.due_on for line in self.cards if line.state and line.state.due_on and not line.away]
        return max(min(due), self.day) if due else None


def _waits(state: CardState) -> bool:
    return state.position is not None and state.position > 0


def mastery_of_tracks(user: User, day: date) -> dict[int, Mastery]:
    """Track to what is remembered of all its topics together; two statements."""
    steps = TrackTopic.objects.order_by().values_list("track", "topic")
    pairs = list(steps.annotate(cards=Count("topic__cards", filter=Q(topic__cards__retired=False))))
    known = memory.mastery(user.pk, day, {topic: cards for _, topic, cards in pairs})
    of_track: dict[int, list[Mastery]] = defaultdict(list)
    for track, topic, _ in pairs:
        of_track[track].append(known[topic])
    return {track: memory.together(topics) for track, topics in of_track.items()}


def track_page(user: User, slug: str, day: date) -> TrackPage:
    """A track with its topics by milestone on a study day; five statements. Raises Track.DoesNotExist."""
    mine = Enrolment.objects.for_user(user).filter(track=OuterRef("pk"))
    track = Track.objects.select_related("document").annotate(enrolled=Exists(mine)).get(slug=slug)
    steps = list(track.steps.select_related("topic").defer("topic__lesson_html").order_by("position"))
    topics = {step.topic_id for step in steps}
    counts = studied.cards_by_tier(user, topics, day)
    known = memory.mastery(user.pk, day, dict.fromkeys(topics, 0) | studied.cards_by_topic(counts))
    lines = _lines(steps, counts, _builds_on(topics), known)
    by_milestone: dict[str, list[StepLine]] = defaultdict(list)
    for step, line in zip(steps, lines, strict=True):
        by_milestone[step.milestone].append(line)
    return TrackPage(
        track=track,
        milestones=[Milestone(title, group) for title, group in by_milestone.items()],
        enrolled=track.enrolled,
        topics=len(lines),
        topics_with_cards=sum(line.cards > 0 for line in lines),
        cards=sum(line.cards for line in lines),
        seen=sum(line.seen for line in lines),
        target=sum(step.topic.target(step.tiers) for step in steps),
        remembered=any(line.mastery.seen for line in lines),
    )


def _lines(
    steps: list[TrackTopic], counts: studied.Counts, builds_on: dict[int, list[str]], known: dict[int, Mastery]
) -> list[StepLine]:
    return [
        StepLine(
            step.topic,
            *studied.cards_of_step(step, counts),
            builds_on=builds_on.get(step.topic_id, []),
            mastery=known[step.topic_id],
        )
        for step in steps
    ]


def _builds_on(topics: set[int]) -> dict[int, list[str]]:
    links = Topic.prerequisites.through.objects.filter(from_topic__in=topics).order_by("to_topic__position")
    titles: dict[int, list[str]] = defaultdict(list)
    for topic, title in links.values_list("from_topic", "to_topic__title"):
        titles[topic].append(title)
    return titles


def topic_page(user: User, slug: str, day: date) -> TopicPage:
    """A topic with its cards and surroundings on a study day; six statements. Raises Topic.DoesNotExist."""
    topics = Topic.objects.select_related("area").annotate(on_track=_way_here(user), known=_known(user, day))
    topic = topics.get(slug=slug)
    states = studied.card_states(user, topic, day)
    asked = Card.objects.asked().filter(topic=topic).only("topic_id", "ref", "prompt_html", "passage", "position")
    cards = [CardLine(card, states.get(card.pk), day) for card in asked]
    builds_on, leads_to = _neighbours(user, topic)
    return TopicPage(
        topic=topic,
        day=day,
        track=topic.on_track,
        cards=cards,
        asked_by=_asked_by(topic),
        resources=list(TopicResource.objects.filter(topic=topic).select_related("resource")),
        builds_on=builds_on,
        leads_to=leads_to,
        mastery=Mastery(**(topic.known or {"recall": 0.0, "seen": 0}), cards=len(cards)),
    )


def _known(user: User, day: date) -> Subquery:
    """For a topic's row: recall and cards seen as the newest planned day began; None when not met before it."""
    rows = TopicRecall.objects.newest(user.pk, day).filter(topic=OuterRef("pk"))
    return Subquery(rows.values(said=JSONObject(recall="recall", seen="seen"))[:1])


def _asked_by(topic: Topic) -> dict[Document, list[Point]]:
    """What each document asks for: its points, the first of those that say the same."""
    asked: dict[Document, dict[str, Point]] = defaultdict(dict)
    for point in topic.points.select_related("document").order_by("document__position", "position"):
        asked[point.document].setdefault(point.text, point)
    return {document: list(points.values()) for document, points in asked.items()}


def _way_here(user: User) -> Subquery:
    """For a topic's row: the track to come from, the learner's own first."""
    mine = Enrolment.objects.for_user(user).filter(track=OuterRef("track"))
    steps = TrackTopic.objects.filter(topic=OuterRef("pk")).annotate(mine=Exists(mine))
    place = JSONObject(slug="track__slug", title="track__title", milestone="milestone", enrolled="mine")
    return Subquery(steps.order_by("-mine", "track__position").values(place=place)[:1])


def _neighbours(user: User, topic: Topic) -> tuple[list[Neighbour], list[Neighbour]]:
    """What a topic builds on and leads to. A prerequisite the plan does not wait for counts as met."""
    cards = Card.objects.asked().filter(topic=OuterRef("to_topic"))
    mine = TrackTopic.objects.filter(topic=OuterRef("to_topic"), track__enrolments__learner=user.pk)
    links = Topic.prerequisites.through.objects.filter(Q(from_topic=topic) | Q(to_topic=topic))
    ends = ("from_topic", "from_topic__title", "from_topic__slug", "to_topic__title", "to_topic__slug")
    builds_on, leads_to = [], []
    for later, *after, title, slug, waited_for in (
        links.annotate(waited_for=Exists(cards) & Exists(mine))
        .order_by("to_topic__position", "from_topic__position")
        .values_list(*ends, "waited_for")
    ):
        if later == topic.pk:
            builds_on.append(Neighbour(title, slug, not waited_for))
        else:
            leads_to.append(Neighbour(*after))
    return builds_on, leads_to


def documents() -> QuerySet[Document]:
    """The source documents, with the number of their `asks` and of the `drawn` cards that ask them; one statement."""
    drawn = Count("points__cards", filter=Q(points__cards__retired=False), distinct=True)
    return Document.objects.annotate(asks=Count("points", distinct=True), drawn=drawn).order_by("position")


def source_page(slug: str) -> DocumentCoverage:
    """A document with its points; four statements. Raises Document.DoesNotExist."""
    document = Document.objects.get(slug=slug)
    found = coverage_of_points(document.points.all())
    return found[0] if found else DocumentCoverage(document, [], 0)
