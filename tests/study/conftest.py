"""A learner who has taken up the sample track."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from study import enrolment, plans, queue, services
from study.queue import ShownCard
from study.services import Graded
from tests.samples import Curriculum


@pytest.fixture
def learner(alice: User, curriculum: Curriculum, clock: time_machine.Traveller) -> User:
    """Alice, ten new cards a day, on the sample track since noon on 2 March 2026."""
    enrolment.start_learning(user=alice, track=curriculum.track, pace=10, time_zone="UTC", now=timezone.now())
    return alice


@pytest.fixture
def cards() -> Callable[..., list[ShownCard]]:
    """`cards(learner)`: the queue of the moment, planned as a page would."""

    def upcoming(user: User, count: int = 100) -> list[ShownCard]:
        plan = plans.current(user, timezone.now())
        return queue.upcoming(learner=user.pk, day=plan.study_day, count=count).cards

    return upcoming


@pytest.fixture
def answer() -> Callable[..., Graded]:
    """`answer(learner, card, 4)`: grade a shown card as the page does; keyword arguments overrule."""

    def give(user: User, card: ShownCard, grade: int, **fields: object) -> Graded:
        given = {"card": card.ref, "grade": grade, "key": uuid4(), "shown": card.showing.sign(), **fields}
        return services.grade(user=user, now=timezone.now(), **given)

    return give
