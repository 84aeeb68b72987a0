"""What an answer does to its card's place in the day's queue, and how an undo turns that back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, F, Q, Value, When

from scheduling import planning, sm2
from study.fold import DRILL, PRACTICE, REVIEW
from study.models import Answer

UNPLACED = 1_000_000  # position of a drill whose card had no place in the day's queue


def after(kind: str, grade: int, day: date, *, aside: bool) -> dict[str, Any]:
    """What `queue.move` does to the place: a finished card's turns negative, a drill's moves back."""
    place: dict[str, Any] = {"sign": 1, "shift": 0, "unplaced": None, "requeue": None}
    if kind == PRACTICE:
        return place
    if aside or grade >= sm2.DRILL_BELOW:
        return place | {"sign": -1}
    return place | {"shift": planning.DRILL_SHIFT, "unplaced": UNPLACED, "requeue": day}


def before(answer: Answer, *, aside: bool) -> dict[str, Any]:
    """Turn back what `after` did to the place; a card put away since then stays away."""
    if answer.kind not in (REVIEW, DRILL) or answer.grade is None:
        return {}
    today = Q(queued_on=answer.study_day)
    if aside or answer.grade >= sm2.DRILL_BELOW:
        unburied = Q(buried_until=None) | Q(buried_until__lte=answer.study_day)
        here = today & unburied & Q(suspended=False) & (Q() if aside else Q(set_aside=False))
        return {"position": Case(When(here, position__lt=0, then=-F("position")), default=F("position"))}
    moved = today & ~Q(position__in=(UNPLACED, -UNPLACED))  # a place that came after a drill was not moved by it
    back = (
        When(moved, position__gt=planning.DRILL_SHIFT, then=F("position") - planning.DRILL_SHIFT),
        When(moved, position__lt=-planning.DRILL_SHIFT, then=F("position") + planning.DRILL_SHIFT),  # put away
    )
    if answer.kind == DRILL:
        return {"position": Case(*back, default=F("position"))}
    unplaced = today & (Q(position__gte=UNPLACED) | Q(position__lte=-UNPLACED))
    queued = Case(When(unplaced, then=Value(None)), default=F("queued_on"))
    return {"position": Case(When(unplaced, then=Value(None)), *back, default=F("position")), "queued_on": queued}
