"""What is remembered over REST: the numbers behind the rings."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from curriculum.api import StrictFilterSet
from study.api import SignedInRequest
from study.memory import Mastery
from study.models import TopicRecall
from study.plans import today_of


class MemorySerializer(serializers.ModelSerializer[TopicRecall]):
    """A topic as its learner remembers it; it falls with time, and a card never met counts as 0 in `share`."""

    topic = serializers.CharField(source="topic.slug")
    cards = serializers.IntegerField(min_value=0, help_text="that can be studied")
    share = serializers.SerializerMethodField()

    class Meta:
        model = TopicRecall
        fields = ["topic", "recall", "seen", "cards", "share", "study_day"]
        read_only_fields = fields

    @extend_schema_field(
        {"type": "number", "minimum": 0, "maximum": 1, "description": "of the cards, that would be recalled"}
    )
    def get_share(self, row: Any) -> float:
        """As the rings show it."""
        return Mastery(row.recall, row.seen, row.cards).share


class MemoryFilter(StrictFilterSet):
    """Narrows the list of topics."""

    topic = filters.CharFilter("topic__slug", help_text="slug of a topic")

    class Meta:
        model = TopicRecall
        fields: list[str] = []


class MemoryView(ListAPIView[TopicRecall]):
    """Each topic the learner has met, as it was remembered when their newest planned day began."""

    serializer_class = MemorySerializer
    filterset_class = MemoryFilter
    queryset = TopicRecall.objects.none()
    ordering = ("topic_id",)
    request: SignedInRequest

    def get_queryset(self) -> QuerySet[TopicRecall]:
        """The caller's own, with the number of cards a topic has."""
        user = self.request.user
        rows = TopicRecall.objects.newest(user.pk, today_of(user, timezone.now())).select_related("topic")
        cards = Count("topic__cards", filter=Q(topic__cards__retired=False))
        return rows.only("recall", "seen", "study_day", "topic__slug").annotate(cards=cards)
