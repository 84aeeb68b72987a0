"""Any mix of answers, repeats, old showings, undos, skewed clocks and jobs: the state equals the replay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import User
from study import enrolment, plans, queue, services
from study.checkup import findings
from study.models import Answer, CardState
from study.services import AlreadyAnswered, KeyReused, NothingToUndo
from tests import samples
from tests.study.test_forty_days import Model

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
grades = st.integers(0, 5)


class Histories(RuleBasedStateMachine):
    """One learner, a few cards, and a model that keeps the list of reviews that stand."""

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.now = START
        self.sample = samples.curriculum()
        self.user = User.objects.create_user("alice@example.org")
        enrolment.start_learning(user=self.user, track=self.sample.track, pace=5, time_zone="UTC", now=self.now)
        self.stored: list[dict] = []  # every answer accepted, in order
        self.standing: list[tuple[str, str, int, date, date | None]] = []  # what counts: kind, ref, grade, day, due day
        self.showings: list = []

    def teardown(self):
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @property
    def day(self) -> date:
        return plans.today_of(self.user, self.now)

    def give(self, body):
        graded = services.grade(user=self.user, now=self.now, **body)
        if not graded.repeated:
            self.stored.append(body)
            given = graded.answer
            self.standing.append((given.kind, body["card"], body["grade"], given.study_day, given.due_on))
        return graded

    @rule(grade=grades)
    def answer_the_card_in_front(self, grade):
        plans.current(self.user, self.now)
        cards = queue.upcoming(learner=self.user.pk, day=self.day, count=2).cards
        if cards:
            self.showings = (self.showings + cards)[-6:]
            self.give({"card": cards[0].ref, "grade": grade, "key": uuid4(), "shown": cards[0].showing.sign()})

    @precondition(lambda self: self.showings)
    @rule(grade=grades, pick=st.integers(0, 5))
    def answer_an_old_showing_from_a_second_device(self, grade, pick):
        card = self.showings[pick % len(self.showings)]
        body = {"card": card.ref, "grade": grade, "key": uuid4(), "shown": card.showing.sign()}
        if CardState.objects.get(card__ref=card.ref).sequence == card.showing.memory.sequence:
            self.give(body)
            return
        count = Answer.objects.count()
        with pytest.raises(AlreadyAnswered):
            self.give(body)
        assert Answer.objects.count() == count

    @rule(grade=grades, number=st.integers(0, 3))
    def answer_any_card_through_the_api(self, grade, number):
        self.give({"card": self.sample.cards[number].ref, "grade": grade, "key": uuid4()})

    @precondition(lambda self: self.stored)
    @rule(pick=st.integers(0, 30))
    def resend_an_answer(self, pick):
        assert self.give(self.stored[pick % len(self.stored)]).repeated

    @precondition(lambda self: self.stored)
    @rule(pick=st.integers(0, 30))
    def resend_with_another_grade(self, pick):
        body = self.stored[pick % len(self.stored)]
        try:
            self.give({**body, "grade": (body["grade"] + 1) % 6})
        except KeyReused:
            return
        raise AssertionError("a key was accepted twice")

    @rule()
    def undo(self):
        try:
            services.undo(user=self.user, key=uuid4(), now=self.now)
        except NothingToUndo:
            assert not [row for row in self.standing if row[3] == self.day]
        else:
            self.standing.pop()

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @rule(minutes=st.integers(1, 90))
    def the_clock_steps_back(self, minutes):
        earlier = self.now - timedelta(minutes=minutes)
        if plans.today_of(self.user, earlier) == self.day:
            self.now = earlier

    @rule()
    def the_job_runs(self):
        plans.sweep(self.now)

    @invariant()
    def the_state_equals_the_replay_and_the_model(self):
        assert list(findings()) == []
        model = Model()
        for kind, ref, grade, day, due_on in self.standing:
            if kind == "review":
                model.review(ref, grade, day, due_on)
        stored = {
            state.card.ref: (state.repetitions, state.ease, state.interval, state.due_on)
            for state in CardState.objects.exclude(last_review_on=None).select_related("card")
        }
        assert stored == model.cards


@pytest.mark.django_db
def test_any_mix_of_answers_repeats_undos_clocks_and_jobs_equals_its_replay():
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=60,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
