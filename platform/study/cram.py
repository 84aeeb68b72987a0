"""Practice that never touches the schedule: cards of one part, again until each was known once.

Nothing is stored for it but the answers. What is left follows from them: the cards of the scope without a standing
practice answer of 4 or more since the visit began, those not yet practised first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, FilteredRelation, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from curriculum.models import Area, Card, Document, Topic
from scheduling import sm2
from study import queue
from study.models import Answer, CardState
from study.queue import Queue, ShownCard
from study.scope import Scope, UnknownScope
from study.showing import Placed

NAMED: dict[str, type[Topic] | type[Area] | type[Document]] = {"topic": Topic, "area": Area, "document": Document}
PATHS = {"topic": "topic__slug", "area": "topic__area__slug", "document": "points__document__slug"}


def title_of(scope: Scope) -> str:
    """What the part of the cards is called, or "" for all of them; raises UnknownScope."""
    if scope.by in NAMED:
        named = NAMED[scope.by].objects.filter(slug=scope.name).first()
        if named is None:
            raise UnknownScope(f"There is no {scope.by} “{scope.name}”.")
        return str(named.title)
    return "Missed today" if scope.by == "missed" else ""


def cards_of(user: User, scope: Scope, day: date) -> QuerySet[Card]:
    """The cards of a scope; of all cards those this learner has met."""
    asked = Card.objects.asked()
    if scope.by in PATHS:
        return asked.filter(pk__in=Card.objects.filter(**{PATHS[scope.by]: scope.name}).values("pk"))
    if scope.by == "missed":
        reviews = Answer.objects.for_user(user).standing().filter(kind=Answer.Kind.REVIEW, study_day=day)
        return asked.filter(pk__in=reviews.filter(grade__lt=sm2.PASS).values("card"))
    return asked.filter(pk__in=CardState.objects.for_user(user).seen().values("card"))


def newest(user: User) -> int:
    """Where a visit begins: the id of the learner's newest answer, or 0."""
    return Answer.objects.for_user(user).aggregate(newest=Max("pk"))["newest"] or 0


def upcoming(*, user: User, day: date, count: int, scope: Scope, held: Collection[str] = ()) -> Queue:
    """The next cards to practise, with counters, in the shape of the day's queue; four statements."""
    given = Answer.objects.for_user(user).standing().filter(kind=Answer.Kind.PRACTICE, pk__gt=scope.since or 0)
    of_card = given.filter(card=OuterRef("pk"))
    cards = cards_of(user, scope, day)
    away = CardState.objects.for_user(user).put_away(day).filter(card=OuterRef("pk"))
    left = cards.exclude(Exists(of_card.filter(grade__gte=sm2.DRILL_BELOW))).exclude(Exists(away))
    mine = FilteredRelation("states", condition=Q(states__learner=user.pk))
    last = Coalesce(Subquery(of_card.order_by("-pk").values("pk")[:1]), 0)
    ordered = left.exclude(ref__in=held).annotate(mine=mine, last=last).order_by("last", "topic__position", "position")
    columns = [f"mine__{name}" for name in queue.STATE]
    rows = queue.with_remarks(ordered, user.pk).values_list("pk", *columns, *queue.SIDES)[:count]
    return queue.upcoming(learner=user.pk, day=day, count=0)._replace(
        waiting=left.count(),
        fresh=0,
        drills=0,
        answered=given.filter(card__in=cards.values("pk")).count(),
        cards=[_shown(user.pk, day, row) for row in rows],
        scope=scope,
    )


def _shown(learner: int, day: date, row: Sequence[Any]) -> ShownCard:
    card, *rest = row
    memory, _ = queue.state_of(rest[: len(queue.STATE)])
    return queue.shown(learner, card, day, memory, Placed(), rest[len(queue.STATE) :], cram=True)
