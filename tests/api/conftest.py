"""Alice studies the sample track; her client carries a token that may read and answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from study import enrolment
from study.models import Addition, Answer, CardState, DayPlan, Enrolment, Learner, Note, Report


@pytest.fixture
def learner(alice: User, curriculum: Any, clock: Any) -> User:
    """Alice on the sample track since noon on 2 March 2026, ten new cards waiting."""
    enrolment.enrol(user=alice, track=curriculum.track, now=timezone.now())
    return alice


@pytest.fixture
def api(learner: User, api_of: Callable[..., APIClient]) -> APIClient:
    """Alice's client."""
    return api_of(learner)


@pytest.fixture
def send() -> Callable[..., Any]:
    """`send(api, card=…, grade=…)`: post an answer with a fresh key, or with `key=…`; other words are the body."""

    def post(client: APIClient, *, key: object = None, **body: object) -> Any:
        return client.post("/api/v1/answers/", body, format="json", headers={"Idempotency-Key": str(key or uuid4())})

    return post


@pytest.fixture
def rows() -> Callable[[], dict[str, list[Any]]]:
    """`rows()`: everything a learner's tables hold, to compare before and after."""

    def everything() -> dict[str, list[Any]]:
        models = (Addition, Answer, CardState, DayPlan, Enrolment, Learner, Note, Report)
        return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}

    return everything
