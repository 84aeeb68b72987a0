"""The tools of a card over REST: the same services as the pages."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from curriculum.api import StrictFilterSet
from study import remarks, standing
from study.api import SignedInRequest
from study.models import CardState, Note, Report
from study.remarks import LONGEST_NOTE, LONGEST_REPORT
from study.serializers import StateSerializer, StrictSerializer, TextField
from study.services import UnknownCard

NO_SUCH_CARD = "There is no such card. Nothing was stored."


# --- what comes in and goes out -------------------------------------------------------------------


class NoteSerializer(serializers.ModelSerializer[Note]):
    """The learner's own words on a card."""

    card = serializers.CharField(source="card.ref")

    class Meta:
        model = Note
        fields = ["card", "text", "updated_at"]
        read_only_fields = fields


class NewNoteSerializer(StrictSerializer):
    """Plain text; spaces around it are left out."""

    text = TextField(max_length=LONGEST_NOTE)


class ReportSerializer(serializers.ModelSerializer[Report]):
    """What the learner reported, and what came of it."""

    card = serializers.CharField(source="card.ref")

    class Meta:
        model = Report
        fields = ["id", "card", "reason", "note", "created_at", "status", "reply", "settled_at"]
        read_only_fields = fields


class YesOrNoField(serializers.BooleanField):
    """`true` or `false`; REST framework would take `"on"` and `1` for one."""

    def to_internal_value(self, data: object) -> bool:
        """The truth value as it came."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class NewReportSerializer(StrictSerializer):
    """What is amiss with a card."""

    card = TextField(max_length=130, trim_whitespace=False, help_text="`topic/card-id`")
    reason = serializers.ChoiceField(choices=Report.Reason.choices)
    note = TextField(required=False, allow_blank=True, max_length=LONGEST_REPORT)
    skip_today = YesOrNoField(required=False, help_text="bury the card until tomorrow as well")


# --- put away, take back --------------------------------------------------------------------------


class RestoredSerializer(StateSerializer):
    """The state, and whether the card waits today: else it comes when it is due, or when a day has room for it."""

    asked_today = serializers.SerializerMethodField()

    class Meta(StateSerializer.Meta):
        fields = [*StateSerializer.Meta.fields, "asked_today"]
        read_only_fields = fields

    def get_asked_today(self, state: CardState) -> bool:
        """Whether it has a place in today's queue."""
        return standing.waits(state)


class StandingView(APIView):
    """A verb on the card that two parts of the address name."""

    verb: Callable[..., CardState]
    says: type[StateSerializer] = StateSerializer

    def say(self, request: SignedInRequest, topic: str, card: str) -> Response:
        """Do it, and answer with the state; raises NotFound."""
        try:
            state = type(self).verb(user=request.user, card=f"{topic}/{card}", now=timezone.now())
        except UnknownCard:
            raise exceptions.NotFound(NO_SUCH_CARD) from None
        return Response(self.says(state).data)


class Bury(StandingView):
    """A day without the card."""

    verb = standing.bury

    @extend_schema(request=None, responses=StateSerializer)
    def post(self, request: SignedInRequest, topic: str, card: str) -> Response:
        """Do not ask the card before tomorrow."""
        return self.say(request, topic, card)


class Suspend(StandingView):
    """Until further notice without the card."""

    verb = standing.suspend

    @extend_schema(request=None, responses=StateSerializer)
    def post(self, request: SignedInRequest, topic: str, card: str) -> Response:
        """Do not ask the card until it is restored."""
        return self.say(request, topic, card)


class Restore(StandingView):
    """The card again."""

    verb = standing.restore
    says = RestoredSerializer

    @extend_schema(request=None, responses=RestoredSerializer)
    def post(self, request: SignedInRequest, topic: str, card: str) -> Response:
        """Ask a card again that was buried, suspended or set aside."""
        return self.say(request, topic, card)


# --- notes ----------------------------------------------------------------------------------------


class NoteView(GenericAPIView[Note]):
    """What the list and the single note share."""

    serializer_class = NoteSerializer
    queryset = Note.objects.none()
    request: SignedInRequest

    def get_queryset(self) -> QuerySet[Note]:
        """The caller's own."""
        mine = Note.objects.for_user(self.request.user).select_related("card")
        return mine.only("text", "updated_at", "card__ref")


class Notes(NoteView, ListAPIView[Note]):
    """The learner's notes, in the order of their cards."""

    ordering = ("card_id",)


class NoteDetail(NoteView):
    """The learner's note on a card."""

    def get_object(self) -> Note:
        """By its card, which is two parts of the address."""
        return get_object_or_404(self.get_queryset(), card__ref=f"{self.kwargs['topic']}/{self.kwargs['card']}")

    def get(self, request: SignedInRequest, topic: str, card: str) -> Response:
        """The note."""
        return Response(NoteSerializer(self.get_object()).data)

    @extend_schema(
        request=NewNoteSerializer,
        responses={
            200: OpenApiResponse(NoteSerializer, "Stands in place of the note before."),
            201: OpenApiResponse(NoteSerializer, "Written."),
        },
    )
    def put(self, request: SignedInRequest, topic: str, card: str) -> Response:
        """Write the note in place of the one before."""
        body = NewNoteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        words = body.validated_data["text"]
        try:
            kept = remarks.keep_note(user=request.user, card=f"{topic}/{card}", text=words, now=timezone.now())
        except UnknownCard:
            raise exceptions.NotFound(NO_SUCH_CARD) from None
        return Response(NoteSerializer(kept.note).data, status=201 if kept.created else 200)

    @extend_schema(responses={204: OpenApiResponse(None, "There is no note on the card any more.")})
    def delete(self, request: SignedInRequest, topic: str, card: str) -> Response:
        """Take the note away; without one nothing happens."""
        try:
            remarks.drop_note(user=request.user, card=f"{topic}/{card}")
        except UnknownCard:
            raise exceptions.NotFound(NO_SUCH_CARD) from None
        return Response(status=status.HTTP_204_NO_CONTENT)


# --- reports --------------------------------------------------------------------------------------


class ReportFilter(StrictFilterSet):
    """Narrows the list of reports."""

    card = filters.CharFilter("card__ref", help_text="`topic/card-id`")
    status = filters.ChoiceFilter(choices=Report.Status.choices)

    class Meta:
        model = Report
        fields: list[str] = []


class Reports(ListAPIView[Report]):
    """The learner's reports, newest first."""

    serializer_class = ReportSerializer
    filterset_class = ReportFilter
    queryset = Report.objects.none()
    ordering = ("-id",)
    request: SignedInRequest

    def get_queryset(self) -> QuerySet[Report]:
        """The caller's own."""
        mine = Report.objects.for_user(self.request.user).select_related("card")
        return mine.only(*(name for name in ReportSerializer.Meta.fields if name != "card"), "card__ref")

    @extend_schema(
        request=NewReportSerializer,
        responses={
            201: OpenApiResponse(ReportSerializer, "Reported."),
            200: OpenApiResponse(ReportSerializer, "Reported before for this reason, and still open."),
        },
    )
    def post(self, request: SignedInRequest) -> Response:
        """Report a card; the same reason again, while open, only puts the newer words in it."""
        body = NewReportSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            made = remarks.report(user=request.user, now=timezone.now(), **body.validated_data)
        except UnknownCard:
            raise exceptions.ValidationError({"card": [NO_SUCH_CARD]}) from None
        return Response(ReportSerializer(made.report).data, status=200 if made.repeated else 201)
