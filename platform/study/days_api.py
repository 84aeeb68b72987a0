"""The caller and their days over REST: how much they study, and holidays with what they cost."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Scope, User
from study import capacity, plans
from study.api import SignedInRequest
from study.capacity import FEWEST_REVIEWS, LONGEST_HOLIDAY, MOST_REVIEWS, SHARES, InvalidChoice
from study.models import Learner
from study.serializers import StrictSerializer, WholeNumberField

PACES = [(pace, f"{pace} a day") for pace in Learner.Pace.values]
SHARES_OF_CAP = [(share, f"{share} percent of the cap") for share in SHARES]


# --- bodies ---------------------------------------------------------------------------------------


class HolidaySerializer(serializers.Serializer[Any]):
    """Days without any review: the first and the last, both included."""

    first = serializers.DateField()
    last = serializers.DateField()


class MeSerializer(serializers.Serializer[Any]):
    """Whose token this is, how they study, and what the token may do."""

    email = serializers.EmailField(source="user.email")
    time_zone = serializers.CharField(source="user.time_zone", help_text="IANA name")
    rollover_hour = serializers.IntegerField(source="user.rollover_hour")
    study_day = serializers.DateField()
    pace = serializers.IntegerField(source="learner.pace", help_text="new cards a day")
    cap = serializers.IntegerField(source="learner.cap", help_text="reviews a day")
    weekdays = serializers.ListField(
        child=serializers.IntegerField(), source="learner.weekdays", help_text="percent of the cap, Monday first"
    )
    comeback = serializers.IntegerField(
        source="learner.comeback", help_text="percent of the cap while more is due than fits; else 100"
    )
    holidays = HolidaySerializer(many=True, help_text="those that are not over")
    theme = serializers.ChoiceField(source="user.theme", choices=User.Theme.choices)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))


class ChoiceOfNumberField(serializers.ChoiceField):
    """One of a few whole numbers; REST framework would take `"5"` for one."""

    def to_internal_value(self, data: Any) -> Any:
        """The number as it came."""
        if type(data) is not int or data not in self.choices:
            self.fail("invalid_choice", input=data)
        return data


class ChangedMeSerializer(StrictSerializer):
    """What to change; what is left out stays."""

    pace = ChoiceOfNumberField(choices=PACES, required=False, help_text="new cards a day")
    cap = WholeNumberField(min_value=FEWEST_REVIEWS, max_value=MOST_REVIEWS, required=False, help_text="reviews a day")
    weekdays = serializers.ListField(
        child=ChoiceOfNumberField(choices=SHARES_OF_CAP),
        min_length=7,
        max_length=7,
        required=False,
        help_text="percent of the cap, Monday first; one at least is not 0",
    )
    comeback = ChoiceOfNumberField(
        choices=Learner.Comeback.choices, required=False, help_text="back to 100 once no more is due than fits"
    )


class NewHolidaySerializer(StrictSerializer):
    """Days to take off."""

    first = serializers.DateField(help_text="today or later, within a year")
    last = serializers.DateField(help_text=f"with it at most {LONGEST_HOLIDAY} days")


class ReturnSerializer(serializers.Serializer[Any]):
    """What a holiday costs: mean recall as it begins and on the day after it, what is due then, and until when."""

    on = serializers.DateField()
    recall_before = serializers.FloatField(help_text="0 to 1")
    recall = serializers.FloatField(help_text="0 to 1")
    due = serializers.IntegerField()
    level_on = serializers.DateField(allow_null=True, help_text="when more is due than fits")


class HolidayTakenSerializer(HolidaySerializer):
    """A holiday that is kept, and what it costs."""

    cost = ReturnSerializer()


# --- views ----------------------------------------------------------------------------------------


class Me(APIView):
    """The caller."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: SignedInRequest) -> Response:
        """Who the token speaks for; somebody signed in on the site has every scope."""
        return Response(_me(request))

    @extend_schema(request=ChangedMeSerializer, responses=MeSerializer)
    def patch(self, request: SignedInRequest) -> Response:
        """Change how much one studies; today is planned again with it."""
        body = ChangedMeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            capacity.change(user=request.user, now=timezone.now(), **body.validated_data)
        except InvalidChoice as invalid:
            raise exceptions.ValidationError({invalid.where: [f"{invalid} Nothing was changed."]}) from invalid
        return Response(_me(request))


def _me(request: SignedInRequest) -> dict[str, Any]:
    user = request.user
    day, learner = plans.today_of(user, timezone.now()), Learner.objects.for_user(user).first() or Learner(user=user)
    body = {
        "user": user,
        "study_day": day,
        "learner": learner,
        "holidays": _holidays(learner, day),
        "scopes": request.auth.scopes if request.auth else Scope.values,
    }
    return MeSerializer(body).data


def _holidays(learner: Learner, day: date) -> list[dict[str, date]]:
    return [{"first": first, "last": last} for first, last in capacity.holidays_from(learner, day)]


class Holidays(APIView):
    """Days without any review, chosen ahead."""

    @extend_schema(operation_id="holidays_list", responses=HolidaySerializer(many=True))
    def get(self, request: SignedInRequest) -> Response:
        """The holidays that are not over, in order."""
        learner = Learner.objects.for_user(request.user).first() or Learner(user=request.user)
        found = _holidays(learner, plans.today_of(request.user, timezone.now()))
        return Response(HolidaySerializer(found, many=True).data)

    @extend_schema(
        request=NewHolidaySerializer,
        responses={
            201: OpenApiResponse(HolidayTakenSerializer, "Kept; no due date has moved."),
            200: OpenApiResponse(HolidayTakenSerializer, "Kept before."),
        },
    )
    def post(self, request: SignedInRequest) -> Response:
        """Take days off; the answer says what they cost."""
        body = NewHolidaySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        days, now = body.validated_data, timezone.now()
        try:
            cost = capacity.foresee(user=request.user, now=now, **days)
            created = capacity.add_holiday(user=request.user, now=now, **days)
        except InvalidChoice as invalid:
            raise exceptions.ValidationError({invalid.where: [f"{invalid} Nothing was changed."]}) from invalid
        said = HolidayTakenSerializer({**days, "cost": cost}).data
        return Response(said, status.HTTP_201_CREATED if created else status.HTTP_200_OK)


class HolidayCost(APIView):
    """What days off would cost."""

    @extend_schema(parameters=[NewHolidaySerializer], responses=ReturnSerializer)
    def get(self, request: SignedInRequest) -> Response:
        """What a holiday would cost, before it is taken; nothing is stored."""
        query = NewHolidaySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        try:
            cost = capacity.foresee(user=request.user, now=timezone.now(), **query.validated_data)
        except InvalidChoice as invalid:
            raise exceptions.ValidationError({invalid.where: [str(invalid)]}) from invalid
        return Response(ReturnSerializer(cost).data)


class Holiday(APIView):
    """A holiday by its first day."""

    @extend_schema(
        parameters=[OpenApiParameter("first", OpenApiTypes.DATE, OpenApiParameter.PATH)],
        responses={204: OpenApiResponse(None, "Taken back; cards come on those days again.")},
    )
    def delete(self, request: SignedInRequest, first: str) -> Response:
        """Study on those days after all."""
        if not capacity.remove_holiday(user=request.user, first=first, now=timezone.now()):
            raise exceptions.NotFound("There is no such holiday. Nothing was changed.")
        return Response(status=status.HTTP_204_NO_CONTENT)
