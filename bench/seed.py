"""Learners with any number of cards and rows, copied inside the database from one pattern of each row.

Objects would take minutes. The copies are SQLite's own SQL, for the bench runs on the embedded default alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Model

from accounts.models import User
from curriculum.models import Area, Card, Kind, Resource, Tier, Topic
from study import plans
from study.models import Answer, CardState, Learner

CARDS_A_TOPIC = 25
ROWS_A_CARD = 3
OTHERS_CARDS = 10
BATCH = 5_000
NUMBERS = "WITH RECURSIVE n(number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM n WHERE number + 1 < %(count)s)"
# Days since the last review of a card that is due: its interval, and up to six days late.
INTERVAL = "CASE r.key %% 4 WHEN 0 THEN 6 WHEN 1 THEN 15 WHEN 2 THEN 38 ELSE 95 END"
LATE = "(r.key %% 7)"
TOPIC: dict[str, Any] = {"difficulty": 1, "mastery": "All of it", "position": 0, "digest": ""}


@transaction.atomic
def cards(count: int) -> list[int]:
    """A curriculum of so many basic cards; their primary keys."""
    area = Area.objects.create(slug="bench", title="Bench", position=99)
    source = Resource.objects.create(slug="bench", title="Bench", kind="book")
    topics = Topic.objects.bulk_create(
        (_topic(area, number) for number in range(-(-count // CARDS_A_TOPIC))), batch_size=BATCH
    )
    pattern = _card(Topic.objects.create(slug="pattern", title="Pattern", area=area, **TOPIC), source)
    _copy(
        pattern,
        "n",
        {"count": count, "first": topics[0].pk, "topic": CARDS_A_TOPIC},
        topic_id="%(first)s + n.number / %(topic)s",
        ref="'topic-' || (n.number / %(topic)s) || '/card-' || n.number",
        position="n.number %% %(topic)s",
        prompt="replace(t.prompt, 'one part', 'part ' || n.number)",
        prompt_html="replace(t.prompt_html, 'one part', 'part ' || n.number)",
    )
    return list(Card.objects.filter(topic__in=topics).order_by("pk").values_list("pk", flat=True))


def _topic(area: Area, number: int) -> Topic:
    return Topic(slug=f"topic-{number}", title=f"Topic {number}", area=area, **{**TOPIC, "position": number})


def _card(topic: Topic, source: Resource) -> Card:
    question = "What does one part of the system promise when its neighbour is slow?"
    return Card.objects.create(
        topic=topic,
        source=source,
        ref="pattern/card",
        kind=Kind.BASIC,
        tier=Tier.FOUNDATION,
        position=0,
        prompt=question,
        prompt_html=f"<p>{question}</p>",
        answer_html="<p>It answers within its <code>timeout</code> or says that it cannot.</p>",
        why_html="<p>A wait without an end passes the trouble on to whoever waits for you.</p>",
        passage="timeouts",
        digest="",
    )


@transaction.atomic
def learner(email: str, refs: Sequence[int], places: int, now: datetime, *, rows: int = ROWS_A_CARD) -> User:
    """A learner with so many rows on every card, all of them due, and so many with a place today."""
    user = User.objects.create_user(email, date_joined=now)
    Learner.objects.create(user=user, cap=places, pace=5, next_rollover_at=now)
    _history([user.pk], refs, now, rows)
    plans.build(user, now)
    return user


@transaction.atomic
def others(count: int, refs: Sequence[int], now: datetime) -> None:
    """So many other learners with a few cards each."""
    users = User.objects.bulk_create(
        (User(email=f"other-{uuid4()}@example.org", date_joined=now) for _ in range(count)),
        batch_size=BATCH,
    )
    Learner.objects.bulk_create((Learner(user=user) for user in users), batch_size=BATCH)
    _history([user.pk for user in users], refs[:OTHERS_CARDS], now, ROWS_A_CARD)


def _history(people: list[int], refs: Sequence[int], now: datetime, rows: int) -> None:
    """States that are due, and the rows they were folded from: a review every other day, the newest long enough ago."""
    state, answer = _patterns(now)
    day = plans.today_of(User.objects.get(pk=people[0]), now)  # before four in the morning that is yesterday
    days: dict[str, Any] = {"today": day, "ordinal": day.toordinal(), "count": rows}
    given = {"people": json.dumps(people), "refs": json.dumps(list(refs)), **days}
    whose = {"learner_id": "p.value", "card_id": "r.value"}
    _copy(
        state,
        "json_each(%(people)s) p, json_each(%(refs)s) r",
        given,
        **whose,
        repetitions="%(count)s",
        interval=INTERVAL,
        stability=f"0.5 + {INTERVAL}",
        sequence="%(count)s",
        last_review_on=f"date(%(today)s, '-' || ({INTERVAL} + {LATE}) || ' days')",
        last_review_day=f"%(ordinal)s - {INTERVAL} - {LATE}",
        due_on=f"date(%(today)s, '-' || {LATE} || ' days')",
    )
    ago = f"({INTERVAL} + {LATE} + 2 * (%(count)s - 1 - n.number))"
    _copy(
        answer,
        "json_each(%(people)s) p, json_each(%(refs)s) r, n",
        given,
        **whose,
        key="lower(hex(randomblob(16)))",
        sequence="n.number + 1",
        study_day=f"date(%(today)s, '-' || {ago} || ' days')",
        due_on=f"date(%(today)s, '-' || ({ago} - 6) || ' days')",
    )


def _patterns(now: datetime) -> tuple[CardState, Answer]:
    """A state and an answer of a learner whom nobody measures; made once."""
    user, created = User.objects.get_or_create(email="pattern@example.org", defaults={"date_joined": now})
    if created:
        Learner.objects.create(user=user)
        card, day = Card.objects.get(ref="pattern/card"), now.date()
        CardState.objects.create(learner_id=user.pk, card=card, difficulty=5.0)
        Answer.objects.create(
            learner_id=user.pk,
            card=card,
            key=uuid4(),
            sequence=1,
            grade=4,
            kind=Answer.Kind.REVIEW,
            study_day=day,
            answered_at=now,
            received_at=now,
            milliseconds=4_000,
            interval=6,
            due_on=day,
        )
    return CardState.objects.get(learner=user.pk), Answer.objects.get(learner=user.pk)


def _copy(pattern: Model, source: str, parameters: dict[str, Any], **columns: str) -> None:
    """Insert the pattern once for each row of `source`, the named columns being SQL over it; `n` counts from 0."""
    names = [field.column for field in pattern._meta.concrete_fields if not field.primary_key]
    unknown = columns.keys() - set(names)
    if unknown:
        raise ValueError(f"{pattern._meta.db_table} has no {', '.join(sorted(unknown))}")
    values = ", ".join(columns.get(name, f't."{name}"') for name in names)
    into = ", ".join(f'"{name}"' for name in names)
    table = pattern._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"{NUMBERS} INSERT INTO {table} ({into}) SELECT {values} FROM {table} t, {source} WHERE t.id = %(pattern)s",  # noqa: S608
            {"count": 1, **parameters, "pattern": pattern.pk},
        )
