"""Any statement of any use case may fail: then nothing is half-written, and the same call again does it whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from accounts.models import User
from study import enrolment, plans, queue, remarks, scope, services, standing
from study.checkup import findings
from study.models import Answer, CardState, DayPlan, Enrolment, Learner, Note, Report, TopicRecall
from tests import statements

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
TABLES = (Learner, Enrolment, Answer, CardState, DayPlan, TopicRecall, Note, Report)
ONE, TWO, UNPLANNED = "queues/card-01", "queues/card-02", "retries/card-12"
MOST_STATEMENTS = 150
FAULTS: dict[str, dict[str, Any]] = {
    "refused": {"fail": statements.refused},
    "lost": {"fail": statements.lost},
    "unheard": {"fail": statements.lost, "unheard": True},
}
Act = Callable[[User], object]
Rows = dict[str, list[dict[str, Any]]]


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


@pytest.fixture
def scene(learner, clock, curriculum, make_user) -> Scene:
    return Scene(learner, clock, curriculum, make_user)


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
    scene.answer(ONE, 4)
    scene.next_day()
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
    scene.answer(ONE, 4)
    scene.next_day()
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


def a_sweep_over_three_learners(scene):
    for name in ("dora", "emil"):
        user = scene.make_user(f"{name}@example.org")
        enrolment.start_learning(
            user=user, track=scene.curriculum.track, pace=5, time_zone="UTC", now=scene.now
        )
        services.grade(user=user, card=ONE, grade=4, key=uuid4(), now=scene.now)
    scene.next_day()
    now = scene.now
    return lambda user: plans.sweep(now)


# --- the rest -------------------------------------------------------------------------------------


def learning_more(scene):
    now = scene.now
    return lambda user: enrolment.learn_more(user=user, now=now, count=5)


def learning_more_of_a_topic(scene):
    scene.history(6)
    Learner.objects.update(cap=2)
    plans.current(scene.user, scene.now)
    now, topic = scene.now, scope.read("topic=queues")
    return lambda user: enrolment.learn_more(user=user, now=now, count=3, scope=topic)


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
    *(the_first_page_of_a_day, a_sweep_over_three_learners, learning_more, learning_more_of_a_topic),
    *(burying, burying_a_card_never_met, suspending, restoring, a_report_that_buries, a_note),
    *(taking_up_a_track, new_settings),
)
IN_TWO_STEPS = {the_first_page_of_a_day}  # the plan, and after it the day of the visit


# --- what is stored -------------------------------------------------------------------------------


@dataclass
class Stored:
    """Everything the learners' tables hold; `said` leaves out the numbers that a database hands out."""

    rows: Rows
    users: list[dict[str, Any]]

    @classmethod
    def now(cls) -> Stored:
        rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}
        return cls(rows, list(User.objects.order_by("pk").values()))

    def put_back(self) -> None:
        with transaction.atomic():
            for model in reversed(TABLES):
                model.objects.all()._raw_delete(connection.alias)
            for model in TABLES:
                model.objects.bulk_create(model(**row) for row in self.rows[model.__name__])
            for user in self.users:
                User.objects.filter(pk=user["id"]).update(**user)

    def said(self) -> dict[int, dict[str, list[dict[str, Any]]]]:
        """Per learner, table by table."""
        keys = {row["id"]: row["key"] for row in self.rows["Answer"]}
        found: dict[int, dict[str, list[dict[str, Any]]]] = {user["id"]: {"User": [user]} for user in self.users}
        for name, rows in self.rows.items():
            for row in rows:
                plain = {field: value for field, value in row.items() if field != "id"}
                if plain.get("undoes_id"):
                    plain["undoes_id"] = keys[plain["undoes_id"]]
                learner = plain.get("learner_id") or plain["user_id"]
                found[learner].setdefault(name, []).append(plain)
        for tables in found.values():
            for rows in tables.values():
                rows.sort(key=repr)
        return found


def fates(act: Act, user: User, **fault: Any) -> Iterator[int]:
    """The use case with its first statement failing, then its second, and so on until it ends undisturbed."""
    for number in count(1):
        assert number < MOST_STATEMENTS
        fresh = User.objects.get(pk=user.pk)
        raised = False
        with statements.failing(number, **fault) as failure:
            try:
                act(fresh)
            except (OperationalError, InterfaceError):
                raised = True
        assert raised == failure.reached, f"statement {number} failed and nobody was told"
        if not failure.reached:
            return
        yield number


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
@pytest.mark.parametrize("use_case", USE_CASES, ids=lambda case: case.__name__)
def test_a_statement_that_fails_leaves_all_or_nothing_and_a_repeat_mends_it(scene, use_case, fault):
    act = use_case(scene)
    known, before = set(findings()), Stored.now()
    act(User.objects.get(pk=scene.user.pk))
    after = Stored.now()
    assert list(findings()) == []
    before.put_back()
    tried = 0
    for number in fates(act, scene.user, **fault):
        tried = number
        left = Stored.now().said()
        for learner, tables in left.items():
            whole = [before.said()[learner], after.said()[learner]]
            if use_case in IN_TWO_STEPS:
                for one in (tables, *whole):
                    one.pop("Learner")
            assert tables in whole, f"half-written when statement {number} failed"
        assert set(findings()) <= known
        act(User.objects.get(pk=scene.user.pk))
        assert Stored.now().said() == after.said(), f"another outcome after statement {number} had failed"
        assert list(findings()) == []
        before.put_back()
    assert tried > 0
