"""Studying over REST: the same services as the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, status
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Token, User
from curriculum.api import StrictFilterSet
from curriculum.models import Track
from study import enrolment, folding, queue, reading, serializers, services
from study.fold import sets_aside
from study.models import Answer, CardState, Enrolment

KEY = "Idempotency-Key"


class SignedInRequest(Request):
    """A request that passed the permission: its user is one of ours."""

    user: User
    auth: Token | None


class Conflict(exceptions.APIException):
    """What was asked does not fit what stands; `members` are added to the problem."""

    status_code = status.HTTP_409_CONFLICT

    def __init__(self, sentence: str, members: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.members = members


def key_parameter(*, required: bool) -> OpenApiParameter:
    """The header that makes a repeat harmless."""
    said = "A fresh UUID for each request; the same one sent again with the same key is done once."
    return OpenApiParameter(KEY, OpenApiTypes.UUID, OpenApiParameter.HEADER, required=required, description=said)


def key_of(request: Request, *, required: bool) -> UUID:
    """The request's key; one of our own where it may be left out. Raises ValidationError."""
    given = request.headers.get(KEY)
    if given is None and not required:
        return uuid4()
    try:
        return UUID(given or "")
    except ValueError:
        raise exceptions.ValidationError({KEY: ["Send this header with a fresh UUID. Nothing was stored."]}) from None


# --- answers --------------------------------------------------------------------------------------


def answers_of(user: User) -> QuerySet[Answer]:
    """The user's answers with the card's `ref` and whether one is `undone`; rows of kind undo are left out."""
    undo = Answer.objects.filter(undoes=OuterRef("pk"))
    rows = Answer.objects.for_user(user).exclude(kind=Answer.Kind.UNDO)
    return rows.annotate(ref=F("card__ref"), undone=Exists(undo))


def judged(answers: QuerySet[Answer]) -> QuerySet[Answer]:
    """The answers with what of their cards it takes to judge a response."""
    return answers.annotate(asks=F("card__kind"), data=F("card__data"), prompt_html=F("card__prompt_html"))


class AnswerFilter(StrictFilterSet):
    """Narrows the list of answers."""

    card = filters.CharFilter("card__ref", help_text="`topic/card-id`")
    study_day = filters.DateFilter("study_day")
    kind = filters.ChoiceFilter(choices=serializers.ANSWERED)

    class Meta:
        model = Answer
        fields: list[str] = []


class Answers(ListAPIView[Answer]):
    """The learner's answers, newest first; undone ones are among them and say so."""

    serializer_class = serializers.LedgerAnswerSerializer
    filterset_class = AnswerFilter
    queryset = Answer.objects.none()
    ordering = ("-id",)
    request: SignedInRequest

    def get_queryset(self) -> QuerySet[Answer]:
        """The caller's own."""
        return judged(answers_of(self.request.user))

    @extend_schema(
        request=serializers.NewAnswerSerializer,
        parameters=[key_parameter(required=True)],
        responses={
            201: OpenApiResponse(serializers.StoredAnswerSerializer, "Stored."),
            200: OpenApiResponse(serializers.StoredAnswerSerializer, "Stored before, with the same key and body."),
            (409, "application/problem+json"): OpenApiResponse(
                serializers.ConflictSerializer, "The card was answered since it was shown. Nothing was stored."
            ),
        },
    )
    def post(self, request: SignedInRequest) -> Response:
        """Store an answer and move the card's schedule, both or neither."""
        key = key_of(request, required=True)
        body = serializers.NewAnswerSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            graded = services.grade(user=request.user, key=key, now=timezone.now(), **body.validated_data)
        except services.AlreadyAnswered as late:
            raise Conflict(str(late), _standing(request.user, late)) from late
        except services.UnknownCard as unknown:
            raise exceptions.NotFound(str(unknown)) from unknown
        except services.KeyReused as reused:
            raise exceptions.ValidationError({KEY: [str(reused)]}) from reused
        except services.InvalidAnswer as invalid:
            raise exceptions.ValidationError({invalid.where: [str(invalid)]}) from invalid
        return _reply(
            serializers.StoredAnswerSerializer(_said(request.user, body.validated_data["card"], graded)).data,
            repeated=graded.repeated,
        )


def _said(user: User, ref: str, graded: services.Graded) -> dict[str, Any]:
    """What a stored answer is told with; a repeat is told what was said at first."""
    if graded.memory:
        told = {"lapses": graded.memory.lapses, "set_aside": graded.set_aside}
        return {**vars(graded.answer), "ref": ref, "undone": False, **told}
    before, after = folding.around(graded.answer)
    told = {"lapses": after.lapses, "set_aside": sets_aside(before, after)}
    return {**vars(answers_of(user).get(pk=graded.answer.pk)), **told}


def _reply(body: Mapping[str, Any], *, repeated: bool) -> Response:
    if repeated:
        return Response(body)
    return Response(body, status.HTTP_201_CREATED, headers={"Location": reverse("api:answer", args=[body["id"]])})


def _standing(user: User, late: services.AlreadyAnswered) -> dict[str, Any]:
    """State, answer and card as they stand; of an undo the answer it took back."""
    ref, now = late.answer.card.ref, timezone.now()
    answer = answers_of(user).get(pk=late.answer.undoes_id or late.answer.pk)
    try:
        showing = services.as_it_stands(user, ref, now)
    except services.UnknownCard:
        body = None
    else:
        session = queue.upcoming(learner=user.pk, day=showing.day, count=0)
        body = serializers.next_body(queue.one(showing), session)
    return {
        "state": serializers.StateSerializer(late.state).data,
        "answer": serializers.AnswerSerializer(answer).data,
        "card": body,
    }


class AnswerDetail(RetrieveAPIView[Answer]):
    """One of the learner's answers."""

    serializer_class = serializers.LedgerAnswerSerializer
    queryset = Answer.objects.none()
    lookup_field = "id"
    request: SignedInRequest

    def get_queryset(self) -> QuerySet[Answer]:
        """The caller's own."""
        return judged(answers_of(self.request.user))


class Undo(APIView):
    """Taking back the newest answer of the study day."""

    @extend_schema(
        request=None,
        parameters=[key_parameter(required=False)],
        responses={
            201: OpenApiResponse(serializers.AnswerSerializer, "Taken back; the schedule is what it was before."),
            200: OpenApiResponse(serializers.AnswerSerializer, "Taken back before."),
            (409, "application/problem+json"): OpenApiResponse(
                {"$ref": "#/components/schemas/Problem"}, "Not the newest answer of today. Nothing was changed."
            ),
        },
    )
    def post(self, request: SignedInRequest, id: int) -> Response:
        """Take one answer back; it must be the newest of today that still stands."""
        key = key_of(request, required=False)
        try:
            undone = services.undo(user=request.user, key=key, now=timezone.now(), answer=id)
        except services.UnknownCard as unknown:
            raise exceptions.NotFound("There is no such answer. Nothing was changed.") from unknown
        except services.KeyReused as reused:
            raise exceptions.ValidationError({KEY: [str(reused)]}) from reused
        except services.NothingToUndo as refusal:
            raise Conflict(str(refusal)) from refusal
        stored = answers_of(request.user).get(pk=undone.answer.pk)
        return _reply(serializers.AnswerSerializer(stored).data, repeated=undone.repeated)


# --- states ---------------------------------------------------------------------------------------


class StateFilter(StrictFilterSet):
    """Narrows the list of states."""

    card = filters.CharFilter("card__ref", help_text="`topic/card-id`")
    topic = filters.CharFilter("card__topic__slug", help_text="slug of a topic")
    due_before = filters.DateFilter("due_on", "lt", help_text="a date; that day itself is left out")

    class Meta:
        model = CardState
        fields: list[str] = []


class States(ListAPIView[CardState]):
    """What SM-2 knows of each card the learner has answered or put away."""

    serializer_class = serializers.StateSerializer
    filterset_class = StateFilter
    queryset = CardState.objects.none()
    ordering = ("card_id",)
    request: SignedInRequest

    def get_queryset(self) -> QuerySet[CardState]:
        """The caller's own, of cards that were answered or put away."""
        states = CardState.objects.for_user(self.request.user).select_related("card")
        mine = states.exclude(sequence=0, suspended=False, set_aside=False, buried_until=None)
        return mine.only(*(name for name in serializers.StateSerializer.Meta.fields if name != "card"), "card__ref")


# --- the day --------------------------------------------------------------------------------------


class TodayView(APIView):
    """The learner's day."""

    @extend_schema(responses=serializers.TodaySerializer)
    def get(self, request: SignedInRequest) -> Response:
        """What waits today, and what is coming; the day is planned first when nobody has."""
        return Response(serializers.TodaySerializer(reading.today(request.user, timezone.now())).data)


class Enrolments(ListAPIView[Enrolment]):
    """The tracks the learner has taken up, in that order."""

    serializer_class = serializers.EnrolmentSerializer
    queryset = Enrolment.objects.none()
    ordering = ("id",)
    request: SignedInRequest

    def get_queryset(self) -> QuerySet[Enrolment]:
        """The caller's own."""
        return Enrolment.objects.for_user(self.request.user).select_related("track")

    @extend_schema(
        request=serializers.NewEnrolmentSerializer,
        responses={
            201: OpenApiResponse(serializers.EnrolmentSerializer, "Taken up."),
            200: OpenApiResponse(serializers.EnrolmentSerializer, "Taken up before."),
        },
    )
    def post(self, request: SignedInRequest) -> Response:
        """Take up a track; its first cards come today."""
        body = serializers.NewEnrolmentSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        track = Track.objects.filter(slug=body.validated_data["track"]).first()
        if track is None:
            raise exceptions.ValidationError({"track": ["There is no such track. Nothing was changed."]})
        try:
            made, created = enrolment.enrol(user=request.user, track=track, now=timezone.now())
        except enrolment.TrackWithoutCards as refusal:
            raise exceptions.ValidationError({"track": [str(refusal)]}) from refusal
        return Response(serializers.EnrolmentSerializer(made).data, status=201 if created else 200)
