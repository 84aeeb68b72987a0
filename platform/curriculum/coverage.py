"""How much of the curriculum is written: cards that exist against cards that there should be. Reads only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Prefetch, QuerySet

from curriculum.content import TAUGHT_KINDS, TIERS
from curriculum.models import Card, Document, Point, Topic, TrackTopic


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many cards can be studied, and how many there should be."""

    cards: int
    target: int


@dataclass(frozen=True, slots=True)
class TrackCoverage:
    """The same for the steps of a track, each in its tiers, with its topics and those of them that have cards."""

    topics: int
    topics_with_cards: int
    cards: int
    target: int


@dataclass(frozen=True, slots=True)
class PointCoverage:
    """A point with its topics, and how many cards ask it."""

    point: Point
    cards: int

    @property
    def teachable(self) -> bool:
        """Whether it wants cards; advice, links, headings and the like need none of their own."""
        return self.point.kind in TAUGHT_KINDS

    @property
    def empty(self) -> bool:
        """Whether it wants cards and has none."""
        return self.teachable and not self.cards


@dataclass(frozen=True, slots=True)
class DocumentCoverage:
    """Points of a document in its order. A card that asks two of them counts once in `cards`."""

    document: Document
    points: list[PointCoverage]
    cards: int

    @property
    def teachable(self) -> int:
        """How many points want cards."""
        return sum(point.teachable for point in self.points)

    @property
    def empty(self) -> int:
        """How many of them have none."""
        return sum(point.empty for point in self.points)


def coverage_of_tracks() -> dict[str, TrackCoverage]:
    """Track id to its coverage, counting what lies in the tiers of each step; two statements."""
    written = cards_by_tier()
    columns = ("track__slug", "topic", "tiers", *(f"topic__target_{tier}" for tier in TIERS))
    steps: dict[str, list[Coverage]] = defaultdict(list)
    for track, topic, tiers, *targets in TrackTopic.objects.order_by("track__position").values_list(*columns):
        target = sum(number for tier, number in zip(TIERS, targets, strict=True) if tier in tiers)
        steps[track].append(Coverage(sum(written[topic][tier] for tier in tiers), target))
    return {
        track: TrackCoverage(
            topics=len(each),
            topics_with_cards=sum(step.cards > 0 for step in each),
            cards=sum(step.cards for step in each),
            target=sum(step.target for step in each),
        )
        for track, each in steps.items()
    }


def coverage_of_topics() -> dict[str, Coverage]:
    """Topic id to its coverage over all tiers; two statements."""
    written = cards_by_tier()
    rows = Topic.objects.values_list("pk", "slug", *(f"target_{tier}" for tier in TIERS))
    return {slug: Coverage(sum(written[topic].values()), sum(targets)) for topic, slug, *targets in rows}


def cards_by_tier() -> defaultdict[int, defaultdict[str, int]]:
    """Topic to tier to the number of cards that can be studied, 0 where there is none; one statement."""
    counts: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = Card.objects.asked().order_by().values_list("topic", "tier").annotate(number=Count("pk"))
    for topic, tier, number in rows:
        counts[topic][tier] = number
    return counts


def coverage_of_points(points: QuerySet[Point]) -> list[DocumentCoverage]:
    """These points by document, in the documents' order, retired cards left out; three statements."""
    topics = Topic.objects.only("slug", "title").order_by("position")
    found = points.select_related("document").prefetch_related(Prefetch("topics", topics))
    asking: defaultdict[int, set[int]] = defaultdict(set)
    pairs = Card.points.through.objects.filter(card__retired=False, point__in=points.order_by().values("pk"))
    for point, card in pairs.values_list("point", "card"):
        asking[point].add(card)
    return [
        _coverage_of(document, list(group), asking) for document, group in groupby(found, lambda point: point.document)
    ]


def _coverage_of(document: Document, points: list[Point], asking: defaultdict[int, set[int]]) -> DocumentCoverage:
    cards = {card for point in points for card in asking[point.pk]}
    return DocumentCoverage(document, [PointCoverage(point, len(asking[point.pk])) for point in points], len(cards))
