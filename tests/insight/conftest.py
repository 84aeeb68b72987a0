"""Learners who have answered."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.utils import timezone

from study import enrolment, plans, queue, services


@pytest.fixture
def grade_all(curriculum) -> Callable[..., list[str]]:
    """`grade_all(alice, 3, grade=4)`: take up the sample track and answer that many cards now; returns their refs."""

    def answer(user, count, grade=4) -> list[str]:
        now = timezone.now()
        enrolment.enrol(user=user, track=curriculum.track, now=now)
        day = plans.current(user, now).study_day
        refs = [card.ref for card in queue.upcoming(learner=user.pk, day=day, count=count).cards]
        for ref in refs:
            services.grade(user=user, card=ref, grade=grade, key=uuid4(), now=now)
        return refs

    return answer
