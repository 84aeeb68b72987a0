"""What a learner studies, answered and will be asked: settings, the ledger, its projection and the day's plan."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from curriculum.models import Card, Track
from scheduling import sm2

if TYPE_CHECKING:
    from accounts.models import User

RULES = 1  # version of the fold; a change of rules raises it, and rows folded by older rules can be found


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
    pace = models.PositiveSmallIntegerField(choices=Pace.choices, default=Pace.TEN, help_text="new cards a day")
    cap = models.PositiveSmallIntegerField(default=60, help_text="reviews a day")
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

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="answers")
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="answers")
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
            models.Index(fields=["learner", "study_day"], name="answers_of_a_day"),
            models.Index(fields=["learner", "id"], name="answers_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.grade} of card {self.card_id} by learner {self.learner_id}"


class CardStateQuerySet(models.QuerySet["CardState"]):
    """Reads of the projection."""

    def for_user(self, user: User) -> CardStateQuerySet:
        """The user's own states."""
        return self.filter(learner_id=user.pk)

    def due(self, day: date) -> CardStateQuerySet:
        """Reviewed cards whose day has come."""
        return self.filter(due_on__lte=day, card__retired=False)

    def seen(self) -> CardStateQuerySet:
        """Cards that were reviewed at least once."""
        return self.exclude(last_review_on=None)


class CardState(models.Model):
    """What the ledger says of one card for one learner, and the place the day's plan gave it."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="states")
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="states")
    # folded from the ledger: `refold` may rebuild these, `doctor` compares them
    repetitions = models.PositiveIntegerField(default=0)
    ease = models.PositiveSmallIntegerField(default=sm2.START.ease, help_text="hundredths")
    interval = models.PositiveIntegerField(default=0, help_text="days")
    lapses = models.PositiveIntegerField(default=0)
    last_review_on = models.DateField(null=True)
    sequence = models.PositiveIntegerField(default=0, help_text="of the last row folded")
    drill_open = models.BooleanField(default=False, help_text="graded below 4 on last_review_on and not yet 4 or more")
    rules = models.PositiveSmallIntegerField(default=RULES)
    # placed by the plan; position < 0: finished today, and an undo turns it back
    due_on = models.DateField(null=True)
    queued_on = models.DateField(null=True)
    position = models.IntegerField(null=True)

    objects = CardStateQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "card"], name="one_state_a_card")]
        indexes = [
            models.Index(fields=["learner", "queued_on", "position"], name="queue_of_a_day"),
            models.Index(fields=["learner", "due_on"], name="due_cards"),
        ]

    def __str__(self) -> str:
        return f"card {self.card_id} of learner {self.learner_id}: {self.repetitions}/{self.ease}/{self.interval}"


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

    objects = DayPlanQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "study_day"], name="one_plan_a_day")]

    def __str__(self) -> str:
        return f"plan of learner {self.learner_id} for {self.study_day}"
