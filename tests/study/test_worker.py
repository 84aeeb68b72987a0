"""A real worker takes the bell from a real broker and plans the day: files by default, Redis where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import EncodeError

from config.celery import app
from study import enrolment
from study.models import DayPlan, Learner
from study.tasks import schedule_reviews


@pytest.fixture
def worker(transactional_db) -> Iterator[None]:
    """A worker in a thread of this process, reading the broker of the settings."""
    (settings.VAR / "broker").mkdir(parents=True, exist_ok=True)  # as `manage.py prepare` does
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
        yield


def plan_by_bell(learner) -> None:
    """Ring twice, as two beats would, and wait until the worker has answered."""
    Learner.objects.update(next_rollover_at=timezone.now() - timedelta(seconds=1))
    DayPlan.objects.all().delete()
    for _ in range(2):
        schedule_reviews.apply_async(kwargs={"a_word_of_a_newer_release": 1})
    rung = timezone.now()
    while Learner.objects.filter(pk=learner.pk, next_rollover_at__lte=timezone.now()).exists():
        assert timezone.now() - rung < timedelta(seconds=30), "the worker never took the message"
    assert DayPlan.objects.filter(learner=learner.pk).count() == 1


@pytest.fixture
def studying(transactional_db, alice, curriculum):
    """Alice on the sample track, on the clock of the machine: a worker's own timers need one that moves."""
    enrolment.start_learning(user=alice, track=curriculum.track, pace=10, time_zone="UTC", now=timezone.now())
    return alice


@pytest.mark.skipif(bool(settings.REDIS_URL), reason="this pass has a Redis; the test below uses it")
def test_the_worker_plans_the_day_over_the_filesystem_broker(studying, worker):
    assert app.conf.broker_url.startswith("filesystem:")
    plan_by_bell(studying)


@pytest.mark.broker
def test_the_worker_plans_the_day_over_redis(studying, worker):
    assert app.conf.broker_url.startswith("redis:")
    plan_by_bell(studying)


@pytest.mark.broker
def test_a_message_that_is_not_json_is_refused_and_runs_nothing(studying):
    with pytest.raises((EncodeError, TypeError)):
        schedule_reviews.apply_async(kwargs={"now": object()})
    assert app.conf.accept_content == ["json"]


def test_the_name_of_the_task_is_the_one_that_beat_rings():
    [entry] = app.conf.beat_schedule.values()
    assert entry["task"] == schedule_reviews.name == "study.schedule_reviews"
