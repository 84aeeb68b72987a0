"""The session over REST: the card in front, what a response is worth, and more cards for today."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from study import cram, enrolment, plans, queue, reading, scope, services, showing, verdict
from study.api import KEY, SignedInRequest, key_of, key_parameter
from study.scope import Scope, UnknownScope
from study.serializers import (
    VERDICTS,
    NextSerializer,
    ResponseField,
    ShownCardSerializer,
    StrictSerializer,
    TextField,
    WholeNumberField,
    next_body,
)

SCOPES = [
    OpenApiParameter("topic", OpenApiTypes.STR, description="only cards of this topic"),
    OpenApiParameter("area", OpenApiTypes.STR, description="only cards of this area"),
    OpenApiParameter("document", OpenApiTypes.STR, description="only cards drawn from this document"),
    OpenApiParameter("missed", OpenApiTypes.STR, enum=["today"], description="practise the cards missed today"),
    OpenApiParameter("cram", OpenApiTypes.BOOL, description="practise: the schedule is not touched"),
    OpenApiParameter("since", OpenApiTypes.INT, description="of a practice: the id of the answer it began after"),
    OpenApiParameter("minutes", OpenApiTypes.INT, description="cut the visit by the learner's own speed"),
    OpenApiParameter("until", OpenApiTypes.INT, description="end the visit after so many of today's answers"),
]


def scope_of(request: Request) -> tuple[Scope, int | None]:
    """The scope that the query names, and the minutes; raises ValidationError or NotFound."""
    known = {parameter.name for parameter in SCOPES}
    if unknown := sorted(set(request.query_params) - known):
        raise exceptions.ValidationError({name: ["There is no such parameter."] for name in unknown})
    try:
        given, minutes = scope.read(request.query_params), scope.minutes_of(request.query_params)
    except UnknownScope as unknown_scope:
        raise exceptions.ValidationError({"query": [str(unknown_scope)]}) from unknown_scope
    try:
        cram.title_of(given)
    except UnknownScope as unknown_scope:
        raise exceptions.NotFound(str(unknown_scope)) from unknown_scope
    return given, minutes


class Next(APIView):
    """The card in front of the learner."""

    @extend_schema(
        parameters=SCOPES,
        responses={200: NextSerializer, 204: OpenApiResponse(None, "Nothing waits there today.")},
    )
    def get(self, request: SignedInRequest) -> Response:
        """The next card of today's queue, or of a part of it; the day is planned first when nobody has.

        `minutes` begins a visit of so many; to go on with it, hand the `until` of the answer on instead.
        """
        within, minutes = scope_of(request)
        plan = plans.current(request.user, timezone.now())
        if minutes:
            within = reading.cut(request.user, plan, within, minutes)
        found = reading.upcoming(user=request.user, day=plan.study_day, count=1, scope=within, apart=True)
        if not found.cards:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(next_body(found.cards[0], found))


class ToCheckSerializer(StrictSerializer):
    """A response to a card. Without `shown` the card is judged as it stands now."""

    card = TextField(max_length=130, trim_whitespace=False, help_text="`topic/card-id`")
    shown = TextField(required=False, max_length=1000, trim_whitespace=False, help_text="from `study/next/`")
    response = ResponseField(help_text="in the form that the card's kind asks for")


class VerdictSerializer(serializers.Serializer[Any]):
    """What a response is worth, and the card with its answer side."""

    verdict = serializers.ChoiceField(choices=[(name, name) for name in VERDICTS.values()])
    grade = serializers.IntegerField(help_text="the grade it stands for: 4, 2 or 1; Easy is the learner's own")
    card = ShownCardSerializer()


class Check(APIView):
    """What a response is worth before it is graded."""

    @extend_schema(request=ToCheckSerializer, responses=VerdictSerializer)
    def post(self, request: SignedInRequest) -> Response:
        """Judge a response to a card of a kind that the server judges; nothing is written."""
        body = ToCheckSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        before = _before(request.user, given["card"], given.get("shown", ""))
        said = given["response"]
        if before.asks not in verdict.CHECKED:
            raise exceptions.ValidationError({"card": ["You judge this card yourself. Send its answer with a grade."]})
        try:
            services.check_response(before, said)
        except services.InvalidAnswer as invalid:
            raise exceptions.ValidationError({invalid.where: [str(invalid)]}) from invalid
        card = queue.one(before)
        worth = verdict.judge(before.asks, card.data, said)
        return Response(VerdictSerializer({"verdict": VERDICTS[worth], "grade": worth, "card": card}).data)


def _before(user: User, ref: str, shown: str) -> showing.Showing:
    try:
        if shown:
            return showing.read(shown, learner=user.pk, ref=ref)
        return services.as_it_stands(user, ref, timezone.now())
    except (showing.Forged, services.UnknownCard) as unknown:
        raise exceptions.NotFound(str(services.UnknownCard())) from unknown


class MoreSerializer(StrictSerializer):
    """How many new cards to add to today, and of which topic, area or document; the learner's tracks without one."""

    count = WholeNumberField(min_value=1, max_value=20)
    topic = TextField(required=False, max_length=60)
    area = TextField(required=False, max_length=60)
    document = TextField(required=False, max_length=60)


class AddedSerializer(serializers.Serializer[Any]):
    """How many cards joined today's queue; those due there and without a place are among them."""

    added = serializers.IntegerField()


class More(APIView):
    """More cards for today."""

    @extend_schema(request=MoreSerializer, parameters=[key_parameter(required=False)], responses=AddedSerializer)
    def post(self, request: SignedInRequest) -> Response:
        """Add new cards to the end of today's queue; again with the same key it adds none and says the same."""
        key = key_of(request, required=False)
        body = MoreSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        count = given.pop("count")
        try:
            within = scope.read(given)
            cram.title_of(within)
        except UnknownScope as unknown:
            raise exceptions.ValidationError({next(iter(given)): [f"{unknown} Nothing was added."]}) from unknown
        try:
            added = enrolment.learn_more(user=request.user, now=timezone.now(), count=count, key=key, scope=within)
        except enrolment.KeyReused as reused:
            raise exceptions.ValidationError({KEY: [str(reused)]}) from reused
        return Response(AddedSerializer({"added": added}).data)
