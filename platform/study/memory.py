"""The daily roll-up of what is remembered: the one table behind rings, trends and the mentor's board."""

from __future__ import annotations

from datetime import date

from django.db.models import Avg, Count, F, FloatField, Func, Max, Q, Sum, Value
from django.db.models.functions import Cast, Greatest, Power

from scheduling import recall, sm2
from study.models import Answer, CardState, TopicRecall


def retrievability(day: date) -> Func:
    """The chance to recall a card on a study day, as SQL over CardState: one text for both databases."""
    days = Greatest(Value(day.toordinal()) - F("last_review_day"), 0)
    decay = Cast(days, FloatField()) / F("stability")
    return Power(Value(1.0) + Value(recall.FACTOR) * decay, Value(recall.DECAY), output_field=FloatField())


def roll_up(learner: int, day: date) -> None:
    """Write what each topic is remembered to as `day` begins, and what the last day planned before it brought."""
    _close(learner, day)
    seen = CardState.objects.seen().filter(learner=learner, card__retired=False, stability__gt=0)
    rows = seen.values("card__topic").annotate(recall=Avg(retrievability(day)), count=Count("pk")).order_by()
    _write(
        [
            TopicRecall(
                learner_id=learner,
                topic_id=row["card__topic"],
                study_day=day,
                recall=row["recall"],
                seen=row["count"],
            )
            for row in rows
        ],
        ["recall", "seen"],
    )


def _close(learner: int, day: date) -> None:
    """Count the answers of the last day before `day` that has any; a topic first met that day gets its row now."""
    reviews = Answer.objects.standing().filter(learner=learner, kind=Answer.Kind.REVIEW, study_day__lt=day)
    last = reviews.aggregate(last=Max("study_day"))["last"]
    counted = reviews.filter(study_day=last).values("card__topic").order_by()
    rows = counted.annotate(
        answers=Count("pk"),
        missed=Count("pk", filter=Q(grade__lt=sm2.PASS)),
        milliseconds=Sum("milliseconds", default=0),
    )
    _write(
        [
            TopicRecall(
                learner_id=learner,
                topic_id=row["card__topic"],
                study_day=last,
                recall=0,
                seen=0,
                answers=row["answers"],
                missed=row["missed"],
                seconds=round(row["milliseconds"] / 1000),
            )
            for row in rows
        ],
        ["answers", "missed", "seconds"],
    )


def _write(rows: list[TopicRecall], fields: list[str]) -> None:
    key = ["learner", "study_day", "topic"]
    TopicRecall.objects.bulk_create(rows, update_conflicts=True, unique_fields=key, update_fields=fields)
