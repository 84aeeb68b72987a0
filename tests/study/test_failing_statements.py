"""Any statement of any use case may fail: then nothing is half-written, and the same call again does it whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction

from accounts.models import User
from study.checkup import findings
from study.models import Addition, Answer, CardState, DayPlan, Enrolment, Learner, Note, Report, TopicRecall
from tests import statements
from tests.study.use_cases import IN_TWO_STEPS, USE_CASES, Act, Scene

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
TABLES = (Learner, Enrolment, Answer, CardState, DayPlan, Addition, TopicRecall, Note, Report)
MOST_STATEMENTS = 150
FAULTS: dict[str, dict[str, Any]] = {
    "refused": {"fail": statements.refused},
    "lost": {"fail": statements.lost},
    "unheard": {"fail": statements.refused, "unheard": True},
}
ELSEWHERE = {"sqlite": "lost", "postgresql": "refused"}  # a file is not lost; a refusal looks the same on both
Rows = dict[str, list[dict[str, Any]]]
Said = dict[int, Rows]


@pytest.fixture
def scene(learner, clock, curriculum, make_user) -> Scene:
    return Scene(learner, clock, curriculum, make_user)


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

    def said(self) -> Said:
        """Per learner, table by table."""
        keys = {row["id"]: row["key"] for row in self.rows["Answer"]}
        found: Said = {user["id"]: {"User": [user]} for user in self.users}
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
        fresh, raised = User.objects.get(pk=user.pk), False
        with statements.failing(number, **fault) as failure:
            try:
                act(fresh)
            except (OperationalError, InterfaceError):
                raised = True
        assert raised == failure.reached, f"statement {number} failed and nobody was told"
        if not failure.reached:
            return
        yield number


def is_whole(left: Said, before: Said, after: Said, *, but: str = "") -> bool:
    """Whether every learner has either all of it or nothing, `but` for a table that is written in a step of its own."""
    return all(
        any({**tables, but: None} == {**whole[learner], but: None} for whole in (before, after))
        for learner, tables in left.items()
    )


@pytest.mark.parametrize("use_case", USE_CASES, ids=lambda case: case.__name__)
def test_a_statement_that_fails_leaves_all_or_nothing_and_a_repeat_mends_it(scene, use_case):
    act = use_case(scene)
    start = Stored.now()
    known, before = set(findings()), start.said()
    act(User.objects.get(pk=scene.user.pk))
    after = Stored.now().said()
    assert list(findings()) == []
    for name, fault in FAULTS.items():
        if name == ELSEWHERE[connection.vendor]:
            continue
        start.put_back()
        tried = 0
        for number in fates(act, scene.user, **fault):
            tried, where = number, f"{name}, statement {number}"
            left = Stored.now().said()
            assert is_whole(left, before, after, but="Learner" if use_case in IN_TWO_STEPS else ""), where
            assert left in (before, after) or set(findings()) <= known, where  # known to be sound otherwise
            act(User.objects.get(pk=scene.user.pk))
            assert Stored.now().said() == after, where
            start.put_back()
        assert tried > 0 or name == "unheard"  # what writes nothing commits nothing
