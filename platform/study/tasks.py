"""The bell that starts a sweep; what is due is asked of the database, never carried in the message."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from study import plans

logger = logging.getLogger(__name__)


@shared_task(name="study.schedule_reviews")
def schedule_reviews(**_unknown: Any) -> None:
    """Plan the day of every learner whose rollover has passed."""
    if planned := plans.sweep(timezone.now()):
        logger.info("Planned the day of %s learners.", planned)
