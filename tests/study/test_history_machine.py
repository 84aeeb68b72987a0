"""Any mix of what a learner, two devices, a wrong clock, a restart and the job can do: the state equals the replay.

RECALL_HISTORIES says how many histories of thirty steps; a long run has thousands.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import User
from scheduling import placement
from study import capacity, cram, enrolment, places, plans, queue, scope, services, standing
from study.checkup import findings
from study.models import Addition, Answer, CardState, DayPlan, Enrolment, Learner, TopicRecall
from study.services import AlreadyAnswered, KeyReused, NothingToUndo
from tests import samples
from tests.study.test_forty_days import Model

HISTORIES = int(os.environ.get("RECALL_HISTORIES") or 40)
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
# in an order in which they can be emptied
TABLES = (TopicRecall, Addition, DayPlan, CardState, Answer, Enrolment, Learner)
BUTTONS = ("again", "again", "again", "hard", "good", "easy")
grades = st.integers(0, 5)
some_card = st.integers(0, 5)


class Histories(RuleBasedStateMachine):
    """One learner, a few cards, and a model that keeps the list of reviews that stand."""

    sample: samples.Curriculum

    def __init__(self):
        super().__init__()
        self.now = START
        self.user = User.objects.create_user(f"{uuid4()}@example.org")
        enrolment.start_learning(user=self.user, track=self.sample.track, pace=5, time_zone="UTC", now=self.now)
        self.stored: list[dict] = []  # every answer accepted, in order
        self.standing: list[tuple[str, str, int, date, date | None]] = []  # what counts: kind, ref, grade, day, due day
        self.showings: list = []

    def teardown(self):
        for model in TABLES:
            model.objects.all()._raw_delete(connection.alias)
        self.user.delete()

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

    def give_shown(self, card, grade):
        """An answer to a showing: what the button promised is what is stored."""
        graded = self.give({"card": card.ref, "grade": grade, "key": uuid4(), "shown": card.showing.sign()})
        days, given = card.showing.days()[BUTTONS[grade]], graded.answer
        if given.kind == card.showing.kind == "review" and given.study_day == card.showing.day:
            assert given.due_on == given.study_day + timedelta(days=days)
        elif given.kind == "review" and given.interval >= placement.MOVES_FROM:  # graded on a later day
            assert places.capacity_of(Learner.objects.get()).on(given.due_on)
        if given.kind != "review":
            assert graded.memory.due_on == card.showing.memory.due_on

    @rule(grade=grades)
    def answer_the_card_in_front(self, grade):
        plans.current(self.user, self.now)
        cards = queue.upcoming(learner=self.user.pk, day=self.day, count=2).cards
        if cards:
            self.showings = (self.showings + cards)[-6:]
            self.give_shown(cards[0], grade)

    @precondition(lambda self: self.showings)
    @rule(grade=grades, pick=some_card)
    def answer_an_old_showing_from_a_second_device(self, grade, pick):
        card = self.showings[pick % len(self.showings)]
        state = CardState.objects.filter(card__ref=card.ref).first()
        if (state.sequence if state else 0) == card.showing.memory.sequence:
            self.give_shown(card, grade)
            return
        count = Answer.objects.count()
        with pytest.raises(AlreadyAnswered):
            self.give({"card": card.ref, "grade": grade, "key": uuid4(), "shown": card.showing.sign()})
        assert Answer.objects.count() == count

    @rule(grade=grades, number=some_card, days=st.integers(-4000, 4000))
    def answer_any_card_through_the_api_by_a_wrong_clock(self, grade, number, days):
        said = self.now + timedelta(days=days)
        body = {"card": self.sample.cards[number].ref, "grade": grade, "key": uuid4(), "answered_at": said}
        assert self.now - services.OLDEST_ANSWER <= self.give(body).answer.answered_at <= self.now

    @rule(grade=grades)
    def practise(self, grade):
        found = cram.upcoming(user=self.user, day=self.day, count=1, scope=scope.read("cram=1"))
        if found.cards:
            self.give_shown(found.cards[0], grade)
            assert self.standing[-1][0] == "practice"

    @precondition(lambda self: self.stored)
    @rule(pick=st.integers(0, 30))
    def resend_an_answer(self, pick):
        assert self.give(self.stored[pick % len(self.stored)]).repeated

    @precondition(lambda self: self.stored)
    @rule(pick=st.integers(0, 30))
    def resend_with_another_grade(self, pick):
        body = self.stored[pick % len(self.stored)]
        with pytest.raises((KeyReused, AlreadyAnswered)):
            self.give({**body, "grade": (body["grade"] + 1) % 6})

    @rule()
    def undo(self):
        try:
            services.undo(user=self.user, key=uuid4(), now=self.now)
        except NothingToUndo:
            assert not [row for row in self.standing if row[3] == self.day]
        else:
            self.standing.pop()

    # --- around the review ------------------------------------------------------------------------

    @rule(number=some_card, verb=st.sampled_from([standing.bury, standing.suspend, standing.restore]))
    def put_away_or_take_back(self, number, verb):
        ref = self.sample.cards[number].ref
        verb(user=self.user, card=ref, now=self.now)
        found = queue.upcoming(learner=self.user.pk, day=self.day, count=100)
        assert verb is standing.restore or ref not in {card.ref for card in found.cards}

    @rule(grade=grades, number=some_card, verb=st.sampled_from([standing.bury, standing.suspend, standing.restore]))
    def an_undo_after_the_card_was_put_away_restores_all(self, grade, number, verb):
        """An answer, perhaps to a card that is away, then the verb, the undo, and the card taken back."""
        ref = self.sample.cards[number].ref
        plans.current(self.user, self.now)
        before = self.place(ref)
        self.give({"card": ref, "grade": grade, "key": uuid4()})
        verb(user=self.user, card=ref, now=self.now)
        services.undo(user=self.user, key=uuid4(), now=self.now)
        self.standing.pop()
        standing.restore(user=self.user, card=ref, now=self.now)
        if before:
            assert self.place(ref) == before

    def place(self, ref):
        """Where the card waits today, or will when it is taken back; None without a place or when it is finished."""
        state = CardState.objects.filter(card__ref=ref, queued_on=self.day).exclude(position=None).first()
        finished = state is None or (state.last_review_on == self.day and not state.drill_open)
        return None if finished else abs(state.position)

    @rule(count=st.integers(1, 3), within=st.sampled_from(["", "topic=queues"]))
    def learn_more(self, count, within):
        given = {"count": count, "key": uuid4(), "scope": scope.read(within)}
        added = enrolment.learn_more(user=self.user, now=self.now, **given)
        assert enrolment.learn_more(user=self.user, now=self.now, **given) == added

    @rule(cap=st.sampled_from([10, 60]), off=st.integers(0, 6), comeback=st.sampled_from([60, 100, 150]))
    def choose_other_days(self, cap, off, comeback):
        weekdays = [0 if day == off else 50 if day == 5 else 100 for day in range(7)]
        capacity.change(user=self.user, now=self.now, cap=cap, weekdays=weekdays, comeback=comeback)

    @rule(ahead=st.integers(0, 20), days=st.integers(0, 10))
    def take_days_off(self, ahead, days):
        first = self.day + timedelta(days=ahead)
        try:
            capacity.add_holiday(user=self.user, first=first, last=first + timedelta(days=days), now=self.now)
        except capacity.InvalidChoice:
            capacity.remove_holiday(user=self.user, first=Learner.objects.get().holidays[0][0], now=self.now)

    # --- around the learner -----------------------------------------------------------------------

    @rule(hours=st.integers(1, 60) | st.just(24 * 17))
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

    @rule()
    def the_process_restarts(self):
        connection.close()
        self.user = User.objects.get(pk=self.user.pk)

    @rule()
    def only_the_ledger_is_restored(self):
        CardState.objects.all().delete()
        DayPlan.objects.all().delete()
        plans.build(self.user, self.now)

    @invariant()
    def no_card_waits_that_was_put_away(self):
        waiting = CardState.objects.filter(queued_on=self.day, position__gt=0)
        assert not (waiting & CardState.objects.put_away(self.day)).exists()

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


@pytest.mark.django_db(transaction=True)
def test_any_mix_of_what_can_happen_equals_its_replay_and_the_model(curriculum):
    Histories.sample = curriculum
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
