"""The bodies of the study API: what comes in is checked strictly, what goes out is named as in the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.timezone import is_naive
from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from curriculum.serializers import KINDS, ChoiceSerializer
from study import verdict
from study.fold import BUTTONS
from study.models import Answer, CardState, Enrolment
from study.queue import Part, Queue, ShownCard
from study.services import LONGEST_MILLISECONDS, LONGEST_RESPONSE, MOST_PARTS
from study.showing import Showing

ANSWERED = [
    (Answer.Kind.REVIEW.value, "moves the schedule"),
    (Answer.Kind.DRILL.value, "the same day again, after a grade below 4"),
    (Answer.Kind.PRACTICE.value, "everything else"),
]

# --- what comes in --------------------------------------------------------------------------------


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know: a typo must not be dropped in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """The checked values; raises ValidationError."""
        if unknown := sorted(set(data) - set(self.fields)):
            raise serializers.ValidationError({name: ["There is no such field."] for name in unknown})
        return super().to_internal_value(data)


class TextField(serializers.CharField):
    """A text; REST framework would take a number for one."""

    def to_internal_value(self, data: Any) -> str:
        """The text as it came."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class WholeNumberField(serializers.IntegerField):
    """A whole number; REST framework would take `"4"`, `4.0` and `true` for one."""

    def to_internal_value(self, data: Any) -> int:
        """The number as it came."""
        if type(data) is not int:
            self.fail("invalid")
        return data


class InstantField(serializers.DateTimeField):
    """A moment in ISO 8601 that names its offset from UTC."""

    default_error_messages = {"naive": "Name the offset from UTC, as in 2026-03-02T12:00:00Z or 12:00:00+02:00."}

    def enforce_timezone(self, value: datetime) -> datetime:
        """Refuse what could be read in any zone."""
        if is_naive(value):
            self.fail("naive")
        return super().enforce_timezone(value)


TEXT = {"type": "string", "maxLength": LONGEST_RESPONSE}


@extend_schema_field({"oneOf": [TEXT, {"type": "array", "items": TEXT, "maxItems": MOST_PARTS}]})
class ResponseField(serializers.JSONField):
    """What was picked or typed; the service judges it."""


class NewAnswerSerializer(StrictSerializer):
    """An answer. Without `shown` the card is judged as it stands now."""

    card = TextField(max_length=130, trim_whitespace=False, help_text="`topic/card-id`")
    grade = WholeNumberField(min_value=0, max_value=5)
    shown = TextField(required=False, max_length=1000, trim_whitespace=False, help_text="from `study/next/`")
    answered_at = InstantField(required=False, help_text="held between 30 days back and now; for statistics only")
    milliseconds = WholeNumberField(
        required=False, min_value=0, max_value=LONGEST_MILLISECONDS, help_text="until the answer was looked at"
    )
    response = ResponseField(required=False, help_text="of a choice card the `number` that was picked")


class NewEnrolmentSerializer(StrictSerializer):
    """Which track to take up."""

    track = TextField(max_length=60, help_text="slug")


# --- what goes out --------------------------------------------------------------------------------


class AnswerSerializer(serializers.ModelSerializer[Any]):
    """An answer as the ledger has it, and whether it was undone; `interval` and `due_on` are given by a review."""

    card = serializers.CharField(source="ref")
    kind = serializers.ChoiceField(choices=ANSWERED)
    grade = serializers.IntegerField(min_value=0, max_value=5)
    response = ResponseField(allow_null=True)
    undone = serializers.BooleanField()

    class Meta:
        model = Answer
        fields = [
            "id", "key", "card", "grade", "kind", "sequence", "study_day", "answered_at", "received_at",
            "milliseconds", "response", "interval", "due_on", "undone",
        ]  # fmt: skip
        read_only_fields = fields


class StoredAnswerSerializer(AnswerSerializer):
    """An answer just stored, with how often its card has slipped, and whether this slip set the card aside."""

    lapses = serializers.IntegerField()
    set_aside = serializers.BooleanField()

    class Meta(AnswerSerializer.Meta):
        fields = [*AnswerSerializer.Meta.fields, "lapses", "set_aside"]
        read_only_fields = fields


VERDICTS = {verdict.RIGHT: "right", verdict.NEAR: "near", verdict.WRONG: "wrong"}


class LedgerAnswerSerializer(AnswerSerializer):
    """An answer as it is read later. `verdict` judges its response, whatever grade was given, by the card as it is now.

    It is null where the learner is the judge, and without a response that the card takes.
    """

    # Of its card a row needs `asks`, `data` and `prompt_html`.
    verdict = serializers.SerializerMethodField()

    class Meta(AnswerSerializer.Meta):
        fields = [*AnswerSerializer.Meta.fields, "verdict"]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=[*VERDICTS.values()], allow_null=True))
    def get_verdict(self, row: Any) -> str | None:
        """What the response is worth."""
        parts = verdict.parts_of(row.asks, row.data, row.prompt_html)
        if row.asks not in verdict.CHECKED or not verdict.is_response(row.asks, parts, row.response):
            return None
        return VERDICTS[verdict.judge(row.asks, row.data, row.response)]


class StateSerializer(serializers.ModelSerializer[CardState]):
    """What SM-2 knows of a card (`ease` in hundredths, `interval` in days), and whether it was put away."""

    card = serializers.CharField(source="card.ref")

    class Meta:
        model = CardState
        fields = [
            "card", "repetitions", "ease", "interval", "due_on", "lapses", "sequence",
            "suspended", "buried_until", "set_aside",
        ]  # fmt: skip
        read_only_fields = fields


class PartSerializer(serializers.Serializer[Part]):
    """A part to pick or to place; `number` is what a response calls it."""

    number = serializers.CharField()
    html = serializers.CharField()


class ShownCardSerializer(serializers.Serializer[ShownCard]):
    """A card with both its sides; choices come shuffled, and `number` is the response that means one."""

    id = serializers.CharField(source="ref")
    topic = serializers.CharField()
    topic_title = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    prompt_html = serializers.CharField()
    answer_html = serializers.CharField()
    why_html = serializers.CharField()
    choices = ChoiceSerializer(many=True)
    steps = PartSerializer(many=True, help_text="of an order card; their numbers tell the right order")
    lines = PartSerializer(many=True, help_text="of a bug card: the lines of its code, numbered from 0")
    line = serializers.IntegerField(
        source="data.line", default=None, allow_null=True, help_text="the faulty one, from 1"
    )
    accept = serializers.ListField(
        child=serializers.CharField(), source="data.accept", default=list, help_text="what a typed answer may be"
    )
    rubric = serializers.ListField(child=serializers.CharField(), source="data.rubric", default=list)
    passage = serializers.CharField()
    source = inline_serializer(  # type: ignore[assignment]
        "ShownSource",
        {"title": serializers.CharField(source="source_title"), "url": serializers.CharField(source="source_url")},
        source="*",
    )


class OutcomeSerializer(serializers.Serializer[Any]):
    """What a button would do: the grade it stands for, and when the card would come back."""

    grade = serializers.IntegerField()
    interval = serializers.IntegerField(help_text="days")
    due_on = serializers.DateField(allow_null=True)
    days = serializers.IntegerField(allow_null=True, help_text="from this study day to `due_on`")


class CountsSerializer(serializers.Serializer[Queue]):
    """The session in numbers: what waits is reviews, drills and new cards; `position` of `total` is in front."""

    waiting = serializers.IntegerField()
    reviews = serializers.IntegerField()
    drills = serializers.IntegerField()
    new = serializers.IntegerField(source="fresh")
    answered = serializers.IntegerField()
    position = serializers.IntegerField()
    total = serializers.IntegerField()


class NextSerializer(serializers.Serializer[Any]):
    """A card in front of the learner; `shown` goes back with the answer."""

    card = ShownCardSerializer()
    shown = serializers.CharField()
    kind = serializers.ChoiceField(choices=ANSWERED)
    outcomes = inline_serializer("Outcomes", {name: OutcomeSerializer() for name in BUTTONS})
    counts = CountsSerializer()
    until = serializers.IntegerField(
        source="counts.scope.until", allow_null=True, help_text="of a visit that was cut: ask for the next card with it"
    )


def next_body(card: ShownCard, queue: Queue) -> dict[str, Any]:
    """The body of `study/next/`."""
    showing = card.showing
    body = {"card": card, "shown": showing.sign(), "kind": showing.kind, "outcomes": outcomes(showing), "counts": queue}
    return NextSerializer(body).data


def outcomes(showing: Showing) -> dict[str, dict[str, Any]]:
    """For each button what it would do."""
    days = showing.days()
    after = {name: showing.outcome(grade).memory for name, grade in BUTTONS.items()}
    return {
        name: {
            "grade": BUTTONS[name],
            "interval": memory.schedule.interval,
            "due_on": memory.due_on,
            "days": days[name],
        }
        for name, memory in after.items()
    }


class ConflictSerializer(serializers.Serializer[Any]):
    """A problem with what stands: the state, the answer that was kept, and the card as it would be shown now."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    state = StateSerializer()
    answer = AnswerSerializer()
    card = NextSerializer(allow_null=True, help_text="null when the card has left the curriculum")


class EnrolmentSerializer(serializers.ModelSerializer[Enrolment]):
    """A track that was taken up."""

    track = serializers.CharField(source="track.slug")
    title = serializers.CharField(source="track.title")

    class Meta:
        model = Enrolment
        fields = ["track", "title", "created_at"]
        read_only_fields = fields


class ProgressSerializer(serializers.Serializer[Any]):
    """Where the learner stands on a track; `finish_on` is for the cards that exist, on the learner's days."""

    track = serializers.CharField(source="track.slug")
    title = serializers.CharField(source="track.title")
    topics = serializers.IntegerField()
    topics_with_cards = serializers.IntegerField()
    topics_started = serializers.IntegerField()
    cards = serializers.IntegerField()
    cards_seen = serializers.IntegerField()
    target = serializers.IntegerField()
    finish_on = serializers.DateField(allow_null=True)


class WeekdaySerializer(serializers.Serializer[Any]):
    """Cards known for a day: today what waits, later the reviews."""

    day = serializers.DateField()
    cards = serializers.IntegerField()


class OptionSerializer(serializers.Serializer[Any]):
    """A speed of catching up, set by `comeback` of `me/`, and what it costs."""

    comeback = serializers.IntegerField(help_text="percent of the cap")
    chosen = serializers.BooleanField()
    cards = serializers.IntegerField(help_text="reviews a day, at most")
    level_on = serializers.DateField(allow_null=True, help_text="null when a year would not be enough")
    recall = serializers.FloatField(help_text="0 to 1: mean over the waiting cards, each on the day of its review")


class TodaySerializer(serializers.Serializer[Any]):
    """The day: what waits and how long it takes, what was due when it was planned, what is coming."""

    study_day = serializers.DateField(source="day")
    counts = CountsSerializer(source="queue")
    minutes = serializers.IntegerField(help_text="that what waits will take")
    capacity = serializers.IntegerField(source="plan.capacity", help_text="reviews a day")
    due = serializers.IntegerField(source="plan.due", help_text="reviews due when the day was planned")
    level_on = serializers.DateField(
        source="plan.level_on", allow_null=True, help_text="when more is due than fits: the day nothing waits any more"
    )
    away_days = serializers.IntegerField(
        source="plan.away_days", help_text="days without a visit before this one, from 14 on: then today is a small day"
    )
    comeback = OptionSerializer(
        source="coming.options", many=True, help_text="ways to catch up, when more is due than fits on a usual day"
    )
    tomorrow = serializers.IntegerField(help_text="reviews")
    tomorrow_minutes = serializers.IntegerField()
    week = serializers.SerializerMethodField()
    tracks = ProgressSerializer(source="enrolments", many=True)

    @extend_schema_field(WeekdaySerializer(many=True))
    def get_week(self, today: Any) -> list[dict[str, Any]]:
        """Seven days from today on."""
        return [{"day": day.isoformat(), "cards": cards} for day, cards in today.week]
