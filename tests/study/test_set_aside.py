"""A card that slipped eight times is set aside, and then at every fourth slip; the learner is told why and chooses."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from study import plans, services, standing
from study.models import CardState

pytestmark = [pytest.mark.django_db]
ONE, TWO = "queues/card-01", "queues/card-02"
DAY = 24 * 3600


@pytest.fixture
def review(learner, clock):
    """`review(1)`: a new day, and today's review of the first card."""

    def give(grade):
        clock.shift(DAY)
        plans.current(learner, timezone.now())
        return services.grade(user=learner, card=ONE, grade=grade, key=uuid4(), now=timezone.now())

    return give


@pytest.fixture
def slip(review):
    """`slip(8)`: known and then missed, day after day, so many times; the last answer."""

    def times(count):
        for _ in range(count):
            review(4)
            graded = review(1)
        return graded

    return times


@pytest.fixture
def refs(cards):
    return lambda user: [card.ref for card in cards(user)]


def state(learner):
    return CardState.objects.get(learner=learner.pk, card__ref=ONE)


@pytest.mark.both_databases
def test_the_eighth_slip_sets_it_aside_and_it_is_not_asked_again(learner, slip, review, refs, clock):
    assert not slip(7).set_aside
    assert ONE in refs(learner)
    review(4)
    assert review(1).set_aside
    assert state(learner).set_aside
    assert ONE not in refs(learner)
    clock.shift(DAY)
    assert ONE not in refs(learner)


def test_somebody_who_keeps_studying_meets_it_again_today_and_is_asked_at_the_twelfth(learner, slip, refs):
    slip(8)
    standing.restore(user=learner, card=ONE, now=timezone.now())
    assert ONE in refs(learner)
    for count in (9, 10, 11):
        assert not slip(1).set_aside, count
    assert slip(1).set_aside


def test_an_undo_takes_the_setting_aside_back(learner, slip, refs):
    answer = slip(8).answer
    services.undo(user=learner, key=uuid4(), now=timezone.now(), answer=answer.pk)
    assert not state(learner).set_aside
    assert ONE in refs(learner)


def test_keep_studying_holds_when_the_slip_is_undone_and_given_again(learner, slip, refs):
    answer = slip(8).answer
    standing.restore(user=learner, card=ONE, now=timezone.now())
    services.undo(user=learner, key=uuid4(), now=timezone.now(), answer=answer.pk)
    assert ONE in refs(learner)
    again = services.grade(user=learner, card=ONE, grade=1, key=uuid4(), now=timezone.now())
    assert again.set_aside


# --- pages ----------------------------------------------------------------------------------------


@pytest.fixture
def post(learner, slip, review, cards, client_of, clock):
    """`post(htmx=True)`: the eighth slip of the first card, from the page."""
    slip(7)
    review(4)
    clock.shift(DAY)
    shown = next(card for card in cards(learner) if card.ref == ONE)
    client = client_of(learner)

    def send(*, htmx=True, **fields):
        headers = {"HX-Request": "true"} if htmx else {}
        given = {"card": ONE, "grade": 1, "key": str(uuid4()), "shown": shown.showing.sign(), **fields}
        return client.post(reverse("grade"), given, headers=headers)

    send.client = client
    return send


@pytest.mark.parametrize("htmx", [True, False])
def test_the_page_says_why_with_three_choices(post, htmx):
    text = post(htmx=htmx).content.decode()
    assert "“What is sample queues 1?” has slipped 8 times." in text
    assert f'action="{reverse("restore")}"' in text
    assert 'href="/study/" data-close' in text
    assert 'href="/topics/queues/#why-queues" data-passage="/topics/queues/passages/why-queues/"' in text
    assert f'data-ref="{ONE}"' not in text


def test_it_is_said_once(post):
    post(htmx=False)
    assert "has slipped" not in post.client.get("/study/").content.decode()


def test_it_is_said_before_the_summary_when_it_was_the_last_card(post, learner):
    CardState.objects.filter(learner=learner.pk).exclude(card__ref=ONE).update(queued_on=None, position=None)
    response = post()
    assert response.status_code == 200
    assert "has slipped 8 times" in response.content.decode()
    assert "See the summary" in response.content.decode()


def test_telling_costs_one_statement_more_than_a_grade(post, count_statements):
    with count_statements() as seen:
        post(held=TWO)
    assert len(seen) == 6, seen


def test_an_ordinary_slip_says_nothing(learner, cards, client_of):
    card = cards(learner)[0]
    given = {"card": card.ref, "grade": 1, "key": str(uuid4()), "shown": card.showing.sign()}
    text = client_of(learner).post(reverse("grade"), given, headers={"HX-Request": "true"}).content.decode()
    assert "set-aside" not in text
