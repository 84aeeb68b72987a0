"""What a learner studies, answered and will be asked: settings, the ledger, its projection and the day's plan."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from curriculum.models import Card, Topic, Track
from scheduling import sm2
from study.fold import RULES

if TYPE_CHECKING:
    from accounts.models import User


def every_day() -> list[int]:
    """Seven weekdays with the whole cap."""
    return [100] * 7


class LearnerQuerySet(models.QuerySet["Learner"]):
    """Reads of learners."""

    def for_user(self, user: User) -> LearnerQuerySet:
        """The user's own learner, or none."""
        return self.filter(pk=user.pk)


class Learner(models.Model):
    """How somebody studies. The primary key is the user's, so no query is needed to get from one to the other."""

    class Pace(models.IntegerChoices):
        FIVE = 5
        TEN = 10
        FIFTEEN = 15
        TWENTY = 20

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="learner"
    )

    class Comeback(models.IntegerChoices):
        SLOWER = 60, "Slower"
        AS_IS = 100, "As it is"
        FASTER = 150, "Faster"

    pace = models.PositiveSmallIntegerField(choices=Pace.choices, default=Pace.TEN, help_text="new cards a day")
    cap = models.PositiveSmallIntegerField(default=60, help_text="reviews a day")
    weekdays = models.JSONField(default=every_day, help_text="percent of the cap on each weekday, Monday first")
    holidays = models.JSONField(default=list, help_text="[first, last] days, in ISO 8601, on which nothing is planned")
    comeback = models.PositiveSmallIntegerField(
        choices=Comeback.choices,
        default=Comeback.AS_IS,
        help_text="percent of the cap while more is due than fits; back to 100 once level",
    )
    last_active_on = models.DateField(null=True, blank=True, help_text="study day of the last planned visit")
    # None: away, and not planned until the next visit.
    next_rollover_at = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = LearnerQuerySet.as_manager()

    def __str__(self) -> str:
        return f"learner {self.pk}"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Reads of enrolments."""

    def for_user(self, user: User) -> EnrolmentQuerySet:
        """The user's own enrolments."""
        return self.filter(learner_id=user.pk)


class Enrolment(models.Model):
    """A learner's choice of a track; new cards come in the order of enrolment."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="enrolments")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="enrolments")
    created_at = models.DateTimeField()

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["learner", "track"], name="learner_enrols_in_a_track_once")]


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Reads of the ledger."""

    def for_user(self, user: User) -> AnswerQuerySet:
        """The user's own rows."""
        return self.filter(learner_id=user.pk)

    def standing(self) -> AnswerQuerySet:
        """Rows that count: no undo rows, and none that an undo row names."""
        return self.exclude(kind=Answer.Kind.UNDO).filter(undone_by=None)

    def with_first(self) -> AnswerQuerySet:
        """Each row with `is_first`: whether no earlier review of its card by its learner stands."""
        earlier = Answer.objects.standing().filter(
            learner=models.OuterRef("learner"),
            card=models.OuterRef("card"),
            kind=Answer.Kind.REVIEW,
            sequence__lt=models.OuterRef("sequence"),
        )
        return self.annotate(is_first=~models.Exists(earlier))


class Answer(models.Model):
    """A row of the append-only ledger, which is the truth; inserted once, never changed.

    `sequence` counts a learner's rows of one card from 1; the fold runs in its order, never by a clock.
    `answered_at` is what the client says, held between 30 days back and `received_at`, for statistics only.
    """

    class Kind(models.TextChoices):
        REVIEW = "review"  # moves the schedule
        DRILL = "drill"  # the same day again, after a grade below 4
        PRACTICE = "practice"  # everything else
        UNDO = "undo"

    # No index of their own: nobody asks by card alone, and each index is a page more to commit with every answer.
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="answers", db_index=False)
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="answers", db_index=False)
    key = models.UUIDField()
    sequence = models.PositiveIntegerField()
    grade = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    study_day = models.DateField()
    answered_at = models.DateTimeField()
    received_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField(null=True)
    response = models.JSONField(null=True)
    interval = models.PositiveIntegerField(null=True, help_text="days; given by a review")
    due_on = models.DateField(null=True, help_text="given by a review")
    rules = models.PositiveSmallIntegerField(default=RULES)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "key"], name="answer_key_once"),
            models.UniqueConstraint(fields=["learner", "card", "sequence"], name="answer_sequence_once"),
            models.CheckConstraint(condition=models.Q(grade=None) | models.Q(grade__lte=5), name="answer_grade_0_to_5"),
            models.CheckConstraint(
                condition=models.Q(kind="undo", undoes__isnull=False, grade=None)
                | (~models.Q(kind="undo") & models.Q(undoes=None, grade__isnull=False)),
                name="answer_undoes_or_grades",
            ),
        ]
        indexes = [
            models.Index(fields=["learner", "study_day", "id", "kind"], name="answers_of_a_day"),
            models.Index(fields=["learner", "id"], name="answers_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.grade} of card {self.card_id} by learner {self.learner_id}"


class CardStateQuerySet(models.QuerySet["CardState"]):
    """Reads of the projection."""

    def for_user(self, user: User) -> CardStateQuerySet:
        """The user's own states."""
        return self.filter(learner_id=user.pk)

    def asked(self) -> CardStateQuerySet:
        """Cards in the curriculum that the learner has not put away for good."""
        return self.filter(card__retired=False, suspended=False, set_aside=False)

    def due(self, day: date) -> CardStateQuerySet:
        """Reviewed cards whose day has come, but for those put away or buried until a later day."""
        unburied = models.Q(buried_until=None) | models.Q(buried_until__lte=day)
        return self.asked().filter(unburied, due_on__lte=day)

    def put_away(self, day: date) -> CardStateQuerySet:
        """Cards that the learner, or too many slips, took out of the day."""
        return self.filter(models.Q(suspended=True) | models.Q(set_aside=True) | models.Q(buried_until__gt=day))

    def seen(self) -> CardStateQuerySet:
        """Cards that were reviewed at least once."""
        return self.exclude(last_review_on=None)


class CardState(models.Model):
    """What the ledger says of one card for one learner, and the place the day's plan gave it."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="states", db_index=False)
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="states")
    # folded from the ledger: `refold` may rebuild these, `doctor` compares them
    repetitions = models.PositiveIntegerField(default=0)
    ease = models.PositiveSmallIntegerField(default=sm2.START.ease, help_text="hundredths")
    interval = models.PositiveIntegerField(default=0, help_text="days")
    lapses = models.PositiveIntegerField(default=0)
    last_review_on = models.DateField(null=True)
    # The same day as a number, so that recall is one SQL text for both databases.
    last_review_day = models.PositiveIntegerField(null=True, help_text="proleptic ordinal of last_review_on")
    stability = models.FloatField(null=True, help_text="FSRS-6, days")
    difficulty = models.FloatField(null=True, help_text="FSRS-6, 1 to 10")
    sequence = models.PositiveIntegerField(default=0, help_text="of the last row folded")
    drill_open = models.BooleanField(default=False, help_text="graded below 4 on last_review_on and not yet 4 or more")
    rules = models.PositiveSmallIntegerField(default=RULES)
    # placed by the plan; position < 0: finished today, and an undo turns it back
    due_on = models.DateField(null=True)
    queued_on = models.DateField(null=True)
    position = models.IntegerField(null=True)
    # Days from queued_on to the due day that each grade would give; None: as far as its interval says.
    hard_days = models.PositiveIntegerField(null=True)
    good_days = models.PositiveIntegerField(null=True)
    easy_days = models.PositiveIntegerField(null=True)
    # the learner's own: no refold touches these
    suspended = models.BooleanField(default=False, help_text="not asked until the learner takes it back")
    buried_until = models.DateField(null=True, help_text="not asked before this study day")
    set_aside = models.BooleanField(default=False, help_text="slipped so often that asking again teaches nothing")

    objects = CardStateQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "card"], name="one_state_a_card")]
        indexes = [
            models.Index(fields=["learner", "queued_on", "position", "last_review_on"], name="queue_of_a_day"),
            models.Index(fields=["learner", "due_on"], name="due_cards"),
        ]

    def __str__(self) -> str:
        return f"card {self.card_id} of learner {self.learner_id}: {self.repetitions}/{self.ease}/{self.interval}"

    def is_away(self, day: date) -> bool:
        """Whether it was taken out of the day, as `put_away` reads it."""
        return self.suspended or self.set_aside or (self.buried_until is not None and self.buried_until > day)


class DayPlanQuerySet(models.QuerySet["DayPlan"]):
    """Reads of plans."""

    def for_user(self, user: User) -> DayPlanQuerySet:
        """The user's own plans."""
        return self.filter(learner_id=user.pk)


class DayPlan(models.Model):
    """What one study day holds. Counts are those of the last building of the plan."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="plans")
    study_day = models.DateField()
    capacity = models.PositiveSmallIntegerField(help_text="reviews")
    due = models.PositiveIntegerField(help_text="reviews due, with or without a place")
    reviews = models.PositiveSmallIntegerField(help_text="reviews with a place")
    new = models.PositiveSmallIntegerField(help_text="new cards with a place")
    seconds_a_card = models.PositiveSmallIntegerField(default=20, help_text="the learner's own speed")
    active_days = models.PositiveSmallIntegerField(
        default=0, help_text="days with answers among the 27 before this one"
    )
    level_on = models.DateField(null=True, help_text="when more is due than fits: the day nothing waits any more")
    away_days = models.PositiveIntegerField(default=0, help_text="days without a visit before this one, from 14 on")

    objects = DayPlanQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "study_day"], name="one_plan_a_day")]

    def __str__(self) -> str:
        return f"plan of learner {self.learner_id} for {self.study_day}"

    @property
    def held_back(self) -> int:
        """Reviews that were due when the day was planned and did not fit."""
        return max(0, self.due - self.reviews)


class Addition(models.Model):
    """Cards that a learner asked for on top of a day's plan; its key makes asking again for the same harmless."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="additions")
    key = models.UUIDField()
    count = models.PositiveSmallIntegerField(help_text="new cards asked for")
    scope = models.TextField(blank=True, help_text="of which cards, as a query string")
    added = models.PositiveSmallIntegerField(default=0, help_text="cards that joined the day, reviews among them")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "key"], name="addition_key_once")]


class TopicRecallQuerySet(models.QuerySet["TopicRecall"]):
    """Reads of the daily roll-up."""

    def for_user(self, user: User) -> TopicRecallQuerySet:
        """The user's own rows."""
        return self.filter(learner_id=user.pk)

    def newest(self, learner: int, day: date) -> TopicRecallQuerySet:
        """Each topic met, as it stood when the learner's last planned day began, that is `day` or one before it."""
        mine = self.filter(learner_id=learner)
        last = mine.filter(study_day__lte=day).order_by("-study_day").values("study_day")[:1]
        return mine.filter(study_day=models.Subquery(last), seen__gt=0)


class TopicRecall(models.Model):
    """What one learner remembers of one topic as a study day begins, and what that day then brought.

    The share of a topic's cards that would be recalled is `recall * seen / cards`: a card never met counts as 0.
    """

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="recalls")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="recalls")
    study_day = models.DateField()
    recall = models.FloatField(help_text="mean retrievability of the cards seen, 0 to 1, at the day's start")
    seen = models.PositiveIntegerField(help_text="cards reviewed at least once, at the day's start")
    answers = models.PositiveIntegerField(default=0, help_text="reviews of the day; counted when it is over")
    missed = models.PositiveIntegerField(default=0, help_text="those graded below 3")
    seconds = models.PositiveIntegerField(default=0, help_text="they took until the answer was looked at")

    objects = TopicRecallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "study_day", "topic"], name="one_recall_a_topic_and_day")
        ]

    def __str__(self) -> str:
        return f"topic {self.topic_id} for learner {self.learner_id} on {self.study_day}: {self.recall:.2f}"


class NoteQuerySet(models.QuerySet["Note"]):
    """Reads of notes."""

    def for_user(self, user: User) -> NoteQuerySet:
        """The user's own notes; nobody else ever reads one."""
        return self.filter(learner_id=user.pk)


class Note(models.Model):
    """A learner's own words on a card, in plain text."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="notes")
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(max_length=2_000)
    updated_at = models.DateTimeField()

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "card"], name="one_note_a_card")]

    def __str__(self) -> str:
        return f"note {self.pk} on card {self.card_id} by learner {self.learner_id}"


class ReportQuerySet(models.QuerySet["Report"]):
    """Reads of reports."""

    def for_user(self, user: User) -> ReportQuerySet:
        """The user's own reports."""
        return self.filter(learner_id=user.pk)


class Report(models.Model):
    """What a learner says is amiss with a card. Staff settles it, and the learner sees how on the card."""

    class Reason(models.TextChoices):
        WRONG = "wrong", "Wrong"
        UNCLEAR = "unclear", "Unclear"
        OUTDATED = "outdated", "Outdated"
        DUPLICATE = "duplicate", "Duplicate"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        FIXED = "fixed", "Fixed"
        KEPT = "kept", "Kept as it is"

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="reports")
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="reports")
    reason = models.CharField(max_length=9, choices=Reason.choices)
    note = models.TextField(max_length=1_000, blank=True)
    created_at = models.DateTimeField()
    status = models.CharField(max_length=5, choices=Status.choices, default=Status.OPEN, db_index=True)
    reply = models.CharField(max_length=300, blank=True, help_text="shown to the learner on the card")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "card", "reason"],
                condition=models.Q(status="open"),
                name="one_open_report_a_reason",
            )
        ]
        indexes = [models.Index(fields=["learner", "card"], name="reports_of_a_learner")]

    def __str__(self) -> str:
        return f"{self.card_id}: {self.reason}, {self.status}"
