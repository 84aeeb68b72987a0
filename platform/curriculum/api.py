"""The curriculum over REST: read only, the same for everybody."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView

from curriculum import serializers
from curriculum.coverage import cards_by_tier, coverage_of_tracks
from curriculum.models import Card, Document, Point, Tier, Topic, TopicResource, Track, TrackTopic

# --- topics ---------------------------------------------------------------------------------------


class TopicView(GenericAPIView[Topic]):
    """What the list and the single topic share."""

    ordering = ("position", "slug")
    queryset = Topic.objects.select_related("area").prefetch_related(
        Prefetch("prerequisites", queryset=Topic.objects.only("slug").order_by("position"))
    )

    def get_serializer_context(self) -> dict[str, Any]:
        """With the number of cards a topic and tier; one statement."""
        return {**super().get_serializer_context(), "cards": cards_by_tier()}


class Topics(TopicView, ListAPIView[Topic]):
    """The topics in the curriculum's order."""

    serializer_class = serializers.TopicSerializer
    queryset = TopicView.queryset.defer("lesson_html")


class TopicDetail(TopicView, RetrieveAPIView[Topic]):
    """One topic with its lesson."""

    serializer_class = serializers.TopicDetailSerializer
    lookup_field = "slug"
    queryset = TopicView.queryset.prefetch_related(
        Prefetch("topicresource_set", queryset=TopicResource.objects.select_related("resource"))
    )


# --- cards ----------------------------------------------------------------------------------------


class StrictFilterSet(filters.FilterSet):  # type: ignore[misc]
    """Refuses a filter that is named and left empty, where django-filter would list everything."""

    def is_valid(self) -> bool:
        """Whether every filter that was named can be used."""
        for name in set(self.form.fields).intersection(self.data):
            self.form.fields[name].required = True
        return bool(super().is_valid())


class CardFilter(StrictFilterSet):
    """Narrows the list of cards."""

    topic = filters.CharFilter("topic__slug", help_text="slug of a topic")
    tier = filters.ChoiceFilter(choices=Tier.choices)
    kind = filters.ChoiceFilter(choices=serializers.KINDS)
    track = filters.CharFilter(method="on_track", help_text="slug of a track: its topics, in its tiers")

    class Meta:
        model = Card
        fields: list[str] = []

    def on_track(self, cards: QuerySet[Card], name: str, slug: str) -> QuerySet[Card]:
        """The cards of a track's topics, in the tiers the track asks for."""
        topics: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for topic, tiers in TrackTopic.objects.filter(track__slug=slug).values_list("topic", "tiers"):
            topics[tuple(tiers)].append(topic)
        wanted = [Q(topic__in=some, tier__in=tiers) for tiers, some in topics.items()]
        return cards.filter(Q(*wanted, _connector=Q.OR)) if wanted else cards.none()


class CardView(GenericAPIView[Card]):
    """What the list and the single card share."""

    serializer_class = serializers.CardSerializer
    queryset = (
        Card.objects.asked()
        .select_related("topic", "source")
        .defer("topic__lesson_html")
        .prefetch_related(Prefetch("points", queryset=Point.objects.only("slug")))
    )


class Cards(CardView, ListAPIView[Card]):
    """The cards that can be studied, in the order of their ids."""

    filterset_class = CardFilter
    ordering = ("ref",)


class CardDetail(CardView, RetrieveAPIView[Card]):
    """One card."""

    def get_object(self) -> Card:
        """By its id, which is two parts of the address."""
        return get_object_or_404(self.get_queryset(), ref=f"{self.kwargs['topic']}/{self.kwargs['card']}")


# --- tracks ---------------------------------------------------------------------------------------


class TrackView(GenericAPIView[Track]):
    """What the list and the single track share."""

    serializer_class = serializers.TrackSerializer
    ordering = ("position", "slug")
    queryset = Track.objects.select_related("document").prefetch_related(
        Prefetch(
            "steps",
            queryset=TrackTopic.objects.select_related("topic").only("track", "tiers", "milestone", "topic__slug"),
        )
    )

    def get_serializer_context(self) -> dict[str, Any]:
        """With what exists of every track."""
        return {**super().get_serializer_context(), "coverage": coverage_of_tracks()}


class Tracks(TrackView, ListAPIView[Track]):
    """The tracks in the curriculum's order."""


class TrackDetail(TrackView, RetrieveAPIView[Track]):
    """One track."""

    lookup_field = "slug"


# --- source documents -----------------------------------------------------------------------------


class Documents(ListAPIView[Document]):
    """The source lists."""

    serializer_class = serializers.DocumentSerializer
    queryset = Document.objects.all()
    ordering = ("position", "slug")


class DocumentDetail(RetrieveAPIView[Document]):
    """One source list with its points."""

    serializer_class = serializers.DocumentDetailSerializer
    lookup_field = "slug"
    queryset = Document.objects.prefetch_related(
        Prefetch("points", queryset=Point.objects.order_by("position")),
        Prefetch("points__topics", queryset=Topic.objects.only("slug").order_by("position")),
    )
