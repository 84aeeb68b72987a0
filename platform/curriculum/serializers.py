"""The bodies of the curriculum's API; nothing comes in."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from curriculum.models import (
    Area,
    Card,
    Document,
    Kind,
    Point,
    Resource,
    Tier,
    Topic,
    TopicResource,
    Track,
    TrackTopic,
)

KINDS = Kind.choices

# --- topics ---------------------------------------------------------------------------------------


class AreaSerializer(serializers.ModelSerializer[Area]):
    """A part of the craft."""

    class Meta:
        model = Area
        fields = ["slug", "title"]
        read_only_fields = fields


class PassageSerializer(serializers.Serializer[Any]):
    """A heading of a lesson and the anchor that leads to it."""

    anchor = serializers.CharField()
    heading = serializers.CharField()


class TierCountsSerializer(serializers.Serializer[Any]):
    """Cards by tier."""

    foundation = serializers.IntegerField()
    practitioner = serializers.IntegerField()
    staff = serializers.IntegerField()


class TopicCardsSerializer(serializers.Serializer[Any]):
    """Cards that can be studied now, and how many the topic should get."""

    exist = TierCountsSerializer()
    target = TierCountsSerializer()


class TopicSerializer(serializers.ModelSerializer[Topic]):
    """A topic without its lesson."""

    area = AreaSerializer()
    prerequisites = serializers.SlugRelatedField[Topic](slug_field="slug", many=True, read_only=True)
    cards = serializers.SerializerMethodField()
    passages = serializers.SerializerMethodField()

    class Meta:
        model = Topic
        fields = ["slug", "title", "area", "difficulty", "mastery", "prerequisites", "cards", "passages"]
        read_only_fields = fields

    @extend_schema_field(TopicCardsSerializer)
    def get_cards(self, topic: Topic) -> dict[str, dict[str, int]]:
        """What exists and what should."""
        exist = self.context["cards"][topic.pk]
        return {
            "exist": {tier: exist[tier] for tier in Tier.values},
            "target": {tier: topic.target([tier]) for tier in Tier.values},
        }

    @extend_schema_field(PassageSerializer(many=True))
    def get_passages(self, topic: Topic) -> list[dict[str, str]]:
        """The lesson's headings in order."""
        return [{"anchor": anchor, "heading": heading} for anchor, heading in topic.passages]


class ReadingSerializer(serializers.ModelSerializer[TopicResource]):
    """Something to read or watch, and what it is good for; without `url` it is not on the web."""

    title = serializers.CharField(source="resource.title")
    author = serializers.CharField(source="resource.author")
    kind = serializers.CharField(source="resource.kind")
    url = serializers.CharField(source="resource.url")
    access = serializers.CharField(source="resource.access")
    minutes = serializers.IntegerField(source="resource.minutes")

    class Meta:
        model = TopicResource
        fields = ["title", "author", "kind", "url", "access", "minutes", "good_for"]
        read_only_fields = fields


class TopicDetailSerializer(TopicSerializer):
    """A topic with its lesson and what to read."""

    resources = ReadingSerializer(source="topicresource_set", many=True)

    class Meta(TopicSerializer.Meta):
        fields = [*TopicSerializer.Meta.fields, "lesson_html", "resources"]
        read_only_fields = fields


# --- cards ----------------------------------------------------------------------------------------


class ChoiceSerializer(serializers.Serializer[Any]):
    """One thing to pick; `number` is its place in the card's file, and the response that means it."""

    number = serializers.CharField()
    html = serializers.CharField()
    why_html = serializers.CharField()
    correct = serializers.BooleanField()


class SourceSerializer(serializers.ModelSerializer[Resource]):
    """Where a card's facts come from; `url` is empty for what is not on the web."""

    url = serializers.CharField()

    class Meta:
        model = Resource
        fields = ["title", "url"]
        read_only_fields = fields


class CardSerializer(serializers.ModelSerializer[Card]):
    """A card; `id` is `topic/card-id`."""

    id = serializers.CharField(source="ref")
    topic = serializers.SlugRelatedField[Topic](slug_field="slug", read_only=True)
    kind = serializers.ChoiceField(choices=KINDS)
    choices = serializers.SerializerMethodField()
    source = SourceSerializer()  # type: ignore[assignment]
    points = serializers.SlugRelatedField[Point](slug_field="slug", many=True, read_only=True)

    class Meta:
        model = Card
        fields = [
            "id", "topic", "kind", "tier", "prompt", "prompt_html", "answer_html", "why_html", "choices",
            "passage", "source", "points", "checked",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ChoiceSerializer(many=True))
    def get_choices(self, card: Card) -> list[dict[str, Any]]:
        """What there is to pick from, in file order."""
        return [{"number": str(number), **choice} for number, choice in enumerate(card.choices)]


# --- tracks ---------------------------------------------------------------------------------------


class StepSerializer(serializers.ModelSerializer[TrackTopic]):
    """A topic of a track and the tiers it asks for."""

    topic = serializers.SlugRelatedField[Topic](slug_field="slug", read_only=True)
    tiers = serializers.ListField(child=serializers.ChoiceField(choices=Tier.choices))

    class Meta:
        model = TrackTopic
        fields = ["topic", "tiers"]
        read_only_fields = fields


class MilestoneSerializer(serializers.Serializer[Any]):
    """A part of a track."""

    title = serializers.CharField()
    topics = StepSerializer(many=True)


class CoverageSerializer(serializers.Serializer[Any]):
    """What of a track exists: topics with cards, cards now, and cards it should get."""

    topics = serializers.IntegerField()
    topics_with_cards = serializers.IntegerField()
    cards = serializers.IntegerField()
    target = serializers.IntegerField()


class TrackSerializer(serializers.ModelSerializer[Track]):
    """A track; one without cards can be read but not started."""

    document = serializers.SlugRelatedField[Document](slug_field="slug", read_only=True, allow_null=True)
    counts = serializers.SerializerMethodField()
    milestones = serializers.SerializerMethodField()

    class Meta:
        model = Track
        fields = ["slug", "title", "kind", "document", "summary", "counts", "milestones"]
        read_only_fields = fields

    @extend_schema_field(CoverageSerializer)
    def get_counts(self, track: Track) -> dict[str, Any]:
        """What exists of it."""
        return CoverageSerializer(self.context["coverage"][track.slug]).data

    @extend_schema_field(MilestoneSerializer(many=True))
    def get_milestones(self, track: Track) -> list[Any]:
        """Its topics in order, by milestone."""
        parts = groupby(track.steps.all(), key=lambda step: step.milestone)
        return list(
            MilestoneSerializer([{"title": title, "topics": list(steps)} for title, steps in parts], many=True).data
        )


# --- source documents -----------------------------------------------------------------------------


class PointSerializer(serializers.ModelSerializer[Point]):
    """One line of a document in our words."""

    id = serializers.CharField(source="slug")
    topics = serializers.SlugRelatedField[Topic](slug_field="slug", many=True, read_only=True)

    class Meta:
        model = Point
        fields = ["id", "section", "section_title", "item", "item_title", "kind", "text", "topics"]
        read_only_fields = fields


class DocumentSerializer(serializers.ModelSerializer[Document]):
    """A source list."""

    class Meta:
        model = Document
        fields = ["slug", "title", "kind", "source_title", "author", "published"]
        read_only_fields = fields


class DocumentDetailSerializer(DocumentSerializer):
    """A source list, point by point."""

    points = PointSerializer(many=True)

    class Meta(DocumentSerializer.Meta):
        fields = [*DocumentSerializer.Meta.fields, "points"]
        read_only_fields = fields
