"""What a learner, a program or the job can ask for, each set up so that it can be done, and done again.

A use case is a function of the scene; it prepares and returns what is to be tried.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from study import enrolment, plans, queue, remarks, scope, services, standing
from study.models import Answer, CardState, DayPlan, Enrolment, Learner

ONE, TWO, UNPLANNED = "queues/card-01", "queues/card-02", "retries/card-12"
Act = Callable[[User], object]


class Scene:
    """Alice on the sample track, on a clock that moves when told to."""

    def __init__(self, learner: User, clock: Any, curriculum: Any, make_user: Callable[..., User]) -> None:
        self.user, self.clock, self.curriculum, self.make_user = learner, clock, curriculum, make_user

    @property
    def now(self) -> datetime:
        return timezone.now()

    def next_day(self, days: int = 1) -> None:
        self.clock.shift(timedelta(days=days))

    def answer(self, ref: str, grade: int, **fields: Any) -> Answer:
        given = {"key": uuid4(), "now": self.now, **fields}
        return services.grade(user=self.user, card=ref, grade=grade, **given).answer

    def shown(self, ref: str) -> str:
        day = plans.current(self.user, self.now).study_day
        cards = queue.upcoming(learner=self.user.pk, day=day, count=50).cards
        return next(card.showing.sign() for card in cards if card.ref == ref)

    def slips(self, times: int) -> None:
        """The first card known and then missed, so many times; today it is due again and known."""
        for grade in (4, 1) * times + (4,):
            self.answer(ONE, grade)
            self.next_day()
        plans.current(self.user, self.now)

    def history(self, cards: int) -> None:
        """Two known reviews of so many cards, the last of them six days ago: they are due today."""
        for days in (1, 6):
            for number in range(1, cards + 1):
                self.answer(f"queues/card-{number:02}", 4)
            self.next_day(days)


# --- grade ----------------------------------------------------------------------------------------


def grading(scene: Scene, ref: str, grade: int, **fields: Any) -> Act:
    given = {"card": ref, "grade": grade, "key": uuid4(), "now": scene.now, **fields}
    return lambda user: services.grade(user=user, **given)


def a_review_from_the_page(scene):
    return grading(scene, ONE, 4, shown=scene.shown(ONE))


def a_miss_from_the_page(scene):
    return grading(scene, ONE, 1, shown=scene.shown(ONE))


def a_review_through_the_api(scene):
    return grading(scene, ONE, 4)


def a_due_review_before_the_day_is_planned(scene):
    scene.history(2)
    return grading(scene, ONE, 4)


def a_card_outside_the_plan(scene):
    return grading(scene, UNPLANNED, 5)


def a_card_outside_the_plan_missed(scene):
    return grading(scene, UNPLANNED, 0)


def a_drill(scene):
    scene.answer(ONE, 1)
    return grading(scene, ONE, 4, shown=scene.shown(ONE))


def a_drill_that_comes_back(scene):
    scene.answer(ONE, 1)
    return grading(scene, ONE, 3)


def a_practice(scene):
    scene.answer(ONE, 4)
    return grading(scene, ONE, 2)


def the_eighth_slip(scene):
    scene.slips(7)
    return grading(scene, ONE, 1, shown=scene.shown(ONE))


def an_answer_sent_again(scene):
    given = {"key": uuid4(), "now": scene.now}
    scene.answer(ONE, 4, **given)
    return grading(scene, ONE, 4, **given)


def an_answer_to_an_old_showing(scene):
    late = grading(scene, ONE, 4, shown=scene.shown(ONE))
    scene.answer(ONE, 1)
    return refused_with(services.AlreadyAnswered, late)


def an_answer_to_a_state_behind_its_ledger(scene):
    late = grading(scene, ONE, 4, shown=scene.shown(ONE))
    before = list(CardState.objects.filter(card__ref=ONE))
    scene.answer(ONE, 1)
    CardState.objects.filter(card__ref=ONE).delete()
    CardState.objects.bulk_create(before)
    return refused_with(services.AlreadyAnswered, late)


def refused_with(error: type[Exception], act: Act) -> Act:
    def expect(user: User) -> None:
        with pytest.raises(error):
            act(user)

    return expect


# --- undo -----------------------------------------------------------------------------------------


def undoing(scene: Scene, answer: Answer) -> Act:
    key, now = uuid4(), scene.now
    return lambda user: services.undo(user=user, key=key, now=now, answer=answer.pk)


def an_undo_of_a_review(scene):
    return undoing(scene, scene.answer(ONE, 4))


def an_undo_of_a_miss(scene):
    return undoing(scene, scene.answer(ONE, 1))


def an_undo_of_a_drill(scene):
    scene.answer(ONE, 1)
    return undoing(scene, scene.answer(ONE, 4))


def an_undo_of_a_practice(scene):
    scene.answer(ONE, 4)
    return undoing(scene, scene.answer(ONE, 1))


def an_undo_of_a_card_outside_the_plan(scene):
    return undoing(scene, scene.answer(UNPLANNED, 1))


def an_undo_of_the_eighth_slip(scene):
    scene.slips(7)
    return undoing(scene, scene.answer(ONE, 1))


def an_undo_sent_again(scene):
    act = undoing(scene, scene.answer(ONE, 4))
    act(scene.user)
    return act


# --- the plan -------------------------------------------------------------------------------------


def building(scene: Scene) -> Act:
    now = scene.now
    return lambda user: plans.build(user, now)


def the_first_plan(scene):
    CardState.objects.all().delete()
    DayPlan.objects.all().delete()
    return building(scene)


def the_next_day(scene):
    for ref, grade in ((ONE, 4), (TWO, 1)):
        scene.answer(ref, grade)
    scene.next_day()
    return building(scene)


def a_day_with_a_backlog(scene):
    scene.history(6)
    Learner.objects.update(cap=2, comeback=Learner.Comeback.FASTER)
    return building(scene)


def a_plan_after_the_states_were_lost(scene):
    scene.history(4)
    scene.answer(ONE, 1)
    CardState.objects.all().delete()
    DayPlan.objects.all().delete()
    return building(scene)


def the_first_day_back(scene):
    scene.history(12)
    scene.next_day(20)
    return building(scene)


def the_first_page_of_a_day(scene):
    scene.history(2)
    now = scene.now
    return lambda user: plans.current(user, now)


def a_sweep_over_two_learners(scene):
    user = scene.make_user("dora@example.org")
    enrolment.start_learning(user=user, track=scene.curriculum.track, pace=5, time_zone="UTC", now=scene.now)
    services.grade(user=user, card=ONE, grade=4, key=uuid4(), now=scene.now)
    scene.next_day()
    now = scene.now
    return lambda user: plans.sweep(now)


# --- the rest -------------------------------------------------------------------------------------


def learning_more(scene):
    given = {"count": 5, "key": uuid4(), "now": scene.now}
    return lambda user: enrolment.learn_more(user=user, **given)


def learning_more_of_a_topic(scene):
    scene.history(6)
    Learner.objects.update(cap=2)
    plans.current(scene.user, scene.now)
    given = {"count": 3, "scope": scope.read("topic=queues"), "key": uuid4(), "now": scene.now}
    return lambda user: enrolment.learn_more(user=user, **given)


def putting_away(scene: Scene, verb: Callable[..., CardState], ref: str) -> Act:
    now = scene.now
    return lambda user: verb(user=user, card=ref, now=now)


def burying(scene):
    return putting_away(scene, standing.bury, ONE)


def burying_a_card_never_met(scene):
    return putting_away(scene, standing.bury, UNPLANNED)


def suspending(scene):
    return putting_away(scene, standing.suspend, ONE)


def restoring(scene):
    standing.suspend(user=scene.user, card=ONE, now=scene.now)
    return putting_away(scene, standing.restore, ONE)


def restoring_a_due_card(scene):
    standing.suspend(user=scene.user, card=ONE, now=scene.now)
    scene.history(4)
    plans.current(scene.user, scene.now)
    return putting_away(scene, standing.restore, ONE)


def a_report_that_buries(scene):
    given = {"card": ONE, "reason": "wrong", "note": "It is not so.", "skip_today": True, "now": scene.now}
    return lambda user: remarks.report(user=user, **given)


def a_note(scene):
    given = {"card": ONE, "text": "As in the office.", "now": scene.now}
    return lambda user: remarks.keep_note(user=user, **given)


def taking_up_a_track(scene):
    Enrolment.objects.all().delete()
    now = scene.now
    return lambda user: enrolment.enrol(user=user, track=scene.curriculum.track, now=now)


def new_settings(scene):
    given = {"rollover_hour": 5, "pace": 15, "theme": "dark", "keys": False, "cap": 30, "now": scene.now}
    return lambda user: enrolment.update_settings(user=user, time_zone="Asia/Tokyo", **given)


USE_CASES = (
    *(a_review_from_the_page, a_miss_from_the_page, a_review_through_the_api, a_due_review_before_the_day_is_planned),
    *(a_card_outside_the_plan, a_card_outside_the_plan_missed, a_drill, a_drill_that_comes_back, a_practice),
    *(the_eighth_slip, an_answer_sent_again, an_answer_to_an_old_showing, an_answer_to_a_state_behind_its_ledger),
    *(an_undo_of_a_review, an_undo_of_a_miss, an_undo_of_a_drill, an_undo_of_a_practice),
    *(an_undo_of_a_card_outside_the_plan, an_undo_of_the_eighth_slip, an_undo_sent_again),
    *(the_first_plan, the_next_day, a_day_with_a_backlog, a_plan_after_the_states_were_lost, the_first_day_back),
    *(the_first_page_of_a_day, a_sweep_over_two_learners, learning_more, learning_more_of_a_topic),
    *(burying, burying_a_card_never_met, suspending, restoring, restoring_a_due_card),
    *(a_report_that_buries, a_note),
    *(taking_up_a_track, new_settings),
)
IN_TWO_STEPS = {the_first_page_of_a_day}  # the plan, and after it the day of the visit
