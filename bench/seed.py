"""Learners with any number of cards, written straight into the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from curriculum.models import Area, Card, Kind, Resource, Tier, Topic
from study import plans
from study.models import Answer, CardState, Learner

CARDS_A_TOPIC = 25
ANSWERS_A_CARD = 3
OTHERS_CARDS = 10
BATCH = 5_000
INTERVALS = (6, 15, 38, 95)


@transaction.atomic
def cards(count: int) -> list[int]:
    """A curriculum of so many basic cards; their primary keys."""
    area = Area.objects.create(slug="bench", title="Bench", position=0)
    source = Resource.objects.create(slug="bench", title="Bench", kind="book")
    topics = Topic.objects.bulk_create(
        Topic(
            slug=f"topic-{number}",
            title=f"Topic {number}",
            area=area,
            difficulty=1,
            mastery="All of it",
            position=number,
            digest="",
        )
        for number in range(-(-count // CARDS_A_TOPIC))
    )
    made = Card.objects.bulk_create((_card(topics, source, number) for number in range(count)), batch_size=BATCH)
    return [card.pk for card in made]


def _card(topics: list[Topic], source: Resource, number: int) -> Card:
    topic = topics[number // CARDS_A_TOPIC]
    return Card(
        topic=topic,
        source=source,
        ref=f"{topic.slug}/card-{number}",
        kind=Kind.BASIC,
        tier=Tier.FOUNDATION,
        position=number % CARDS_A_TOPIC,
        prompt=f"What does part {number} of the system promise when its neighbour is slow?",
        prompt_html=f"<p>What does part {number} of the system promise when its neighbour is slow?</p>",
        answer_html="<p>It answers within its <code>timeout</code> or says that it cannot.</p>",
        why_html="<p>A wait without an end passes the trouble on to whoever waits for you.</p>",
        passage="timeouts",
        digest="",
    )


@transaction.atomic
def learner(email: str, refs: Iterable[int], queue: int, now: datetime) -> User:
    """A learner with a history on every card, all of them due, and so many with a place today."""
    user = User.objects.create_user(email, date_joined=now)
    person = Learner.objects.create(user=user, cap=queue, pace=5, next_rollover_at=now)
    _history([person], list(refs), now.date())
    plans.build(user, now)
    return user


@transaction.atomic
def others(count: int, refs: list[int], now: datetime) -> None:
    """So many other learners with a few cards each."""
    users = User.objects.bulk_create(
        (User(email=f"other-{uuid4()}@example.org", date_joined=now) for _ in range(count)),
        batch_size=BATCH,
    )
    people = Learner.objects.bulk_create((Learner(user=user) for user in users), batch_size=BATCH)
    _history(people, refs[:OTHERS_CARDS], now.date())


def _history(people: list[Learner], refs: list[int], today: date) -> None:
    CardState.objects.bulk_create(
        (_state(person, card, number, today) for person in people for number, card in enumerate(refs)),
        batch_size=BATCH,
    )
    Answer.objects.bulk_create(_answers(people, refs, today), batch_size=BATCH)


def _state(person: Learner, card: int, number: int, today: date) -> CardState:
    interval = INTERVALS[number % len(INTERVALS)]
    return CardState(
        learner=person,
        card_id=card,
        repetitions=ANSWERS_A_CARD,
        interval=interval,
        last_review_on=today - timedelta(days=interval + number % 7),
        due_on=today - timedelta(days=number % 7),
        sequence=ANSWERS_A_CARD,
    )


def _answers(people: list[Learner], refs: list[int], today: date) -> Iterator[Answer]:
    for person in people:
        for number, card in enumerate(refs):
            for sequence in range(1, ANSWERS_A_CARD + 1):
                day = today - timedelta(days=200 - 20 * sequence + number % 20)
                at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
                yield Answer(
                    learner=person,
                    card_id=card,
                    key=uuid4(),
                    sequence=sequence,
                    grade=4,
                    kind=Answer.Kind.REVIEW,
                    study_day=day,
                    answered_at=at,
                    received_at=at,
                    interval=6,
                    due_on=day + timedelta(days=6),
                )
