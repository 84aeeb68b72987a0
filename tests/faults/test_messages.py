"""What may happen to a message between the one who rings and the worker; each test has a real Redis."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis
from celery.contrib.testing.worker import start_worker
from celery.signals import task_postrun
from django.conf import settings

from config.celery import app

pytestmark = [pytest.mark.broker, pytest.mark.faults, pytest.mark.django_db(transaction=True)]
BELL = "study.schedule_reviews"
PATIENCE = 30  # seconds


@contextmanager
def worker_that_does_one_task() -> Iterator[list[str]]:
    """A worker runs during the block and until a task is done; the ids of those done."""
    ids: list[str] = []
    done = threading.Event()

    def note(task_id: str, **_details: object) -> None:
        ids.append(task_id)
        done.set()

    task_postrun.connect(note)
    try:
        with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=PATIENCE):
            yield ids
            assert done.wait(PATIENCE)
    finally:
        task_postrun.disconnect(note)


def waiting() -> int:
    """Messages nobody has taken."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        return client.llen(f"{settings.KEY_PREFIX}{app.conf.task_default_queue}")


def test_a_message_sent_while_no_worker_runs_waits_for_one() -> None:
    sent = app.send_task(BELL)
    assert waiting() == 1
    with worker_that_does_one_task() as done:
        pass
    assert done == [sent.id]
    assert waiting() == 0


def test_a_pickled_message_is_never_unpacked_and_the_next_one_is_done() -> None:
    app.send_task(BELL, serializer="pickle")
    trusted = app.send_task(BELL)
    with worker_that_does_one_task() as done:
        pass
    assert done == [trusted.id]
