"""The daily roll-up of what is remembered: the one table behind rings, trends and the mentor's board."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, FloatField, Func, Q, Sum, Value
from django.db.models.functions import Cast, Greatest, Power

from scheduling import recall, sm2
from study import folding
from study.models import Answer, CardState, TopicRecall

STEPS = (40, 65, 85)  # percent at which the memory ramp takes its next colour


def retrievability(day: date) -> Func:
    """The chance to recall a card on a study day, as SQL over CardState: one text for both databases."""
    days = Greatest(Value(day.toordinal()) - F("last_review_day"), 0)
    decay = Cast(days, FloatField()) / F("stability")
    return Power(Value(1.0) + Value(recall.FACTOR) * decay, Value(recall.DECAY), output_field=FloatField())


@dataclass(frozen=True, slots=True)
class Mastery:
    """What a learner remembers of a topic's cards: mean recall (0 to 1) of those seen, how many they are, of how many.

    None seen is a topic not met yet, or met only today: the numbers are those of the day's start.
    """

    recall: float
    seen: int
    cards: int

    @property
    def share(self) -> float:
        """Share of the cards, 0 to 1, that would be recalled; one never met counts as 0."""
        return min(1.0, self.recall * self.seen / self.cards) if self.cards else 0.0

    @property
    def percent(self) -> int:
        """The same of 100."""
        return round(100 * self.share)

    @property
    def step(self) -> int:
        """Step of the memory ramp, 0 to 4: not met, under 40, 40 to 64, 65 to 84, 85 and over."""
        return 1 + sum(self.percent >= start for start in STEPS) if self.seen else 0

    @property
    def unmet(self) -> int:
        """Cards not met before the day."""
        return max(0, self.cards - self.seen)

    @property
    def recalled(self) -> int:
        """How many of the cards seen would be recalled."""
        return round(self.recall * self.seen)


def together(topics: Iterable[Mastery]) -> Mastery:
    """Several topics as one."""
    some = list(topics)
    seen = sum(one.seen for one in some)
    recalled = sum(one.recall * one.seen for one in some)
    return Mastery(recalled / seen if seen else 0.0, seen, sum(one.cards for one in some))


def mastery(learner: int, day: date, cards: Mapping[int, int]) -> dict[int, Mastery]:
    """Topic to what is remembered of it, for topics with so many cards each; one statement."""
    rows = TopicRecall.objects.newest(learner, day).values_list("topic", "recall", "seen")
    found = {topic: (recalled, seen) for topic, recalled, seen in rows}
    return {topic: Mastery(*found.get(topic, (0.0, 0)), number) for topic, number in cards.items()}


def roll_up(learner: int, day: date) -> None:
    """Write what each topic is remembered to as `day` begins, and what the last day planned before it brought.

    Six statements, and one more when cards were reviewed on `day` already: they count as they were before it.
    """
    _close(learner, day)
    known = CardState.objects.seen().filter(learner=learner, card__retired=False, stability__gt=0)
    before, met = known.filter(last_review_day__lt=day.toordinal()), known.filter(last_review_day__gte=day.toordinal())
    total: defaultdict[int, float] = defaultdict(float)
    seen: defaultdict[int, int] = defaultdict(int)
    rows = before.values("card__topic").annotate(recall=Sum(retrievability(day)), count=Count("pk")).order_by()
    for row in rows:
        total[row["card__topic"]], seen[row["card__topic"]] = row["recall"], row["count"]
    for topic, chance in _as_before(learner, day, dict(met.values_list("card", "card__topic"))):
        total[topic] += chance
        seen[topic] += 1
    _write(
        [
            TopicRecall(
                learner_id=learner, topic_id=topic, study_day=day, recall=total[topic] / seen[topic], seen=seen[topic]
            )
            for topic in seen
        ],
        ["recall", "seen"],
    )


def _as_before(learner: int, day: date, topics: dict[int, int]) -> list[tuple[int, float]]:
    """Topic and chance to recall of each card reviewed on `day` already, as it was when the day began."""
    if not topics:
        return []
    memories = folding.from_ledger(learner, topics, before=day)
    return [
        (topics[card], recall.retrievability(memory.trace.stability, (day - memory.last_review_on).days))
        for card, memory in memories.items()
        if memory.trace and memory.last_review_on
    ]


def _close(learner: int, day: date) -> None:
    """Count the answers of the last day before `day` that has any; a topic first met that day gets its row now."""
    reviews = Answer.objects.standing().filter(learner=learner, kind=Answer.Kind.REVIEW, study_day__lt=day)
    last = reviews.order_by("-study_day").values_list("study_day", flat=True).first()  # from the end of an index
    if last is None:
        return
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
