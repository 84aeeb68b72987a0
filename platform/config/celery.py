"""Celery is the doorbell, the database is the queue: every task is a sweep that may run at any time."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init

from config import lifeline

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("recall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def _end_with_the_run(**kwargs: Any) -> None:
    lifeline.hold()
