"""Today: a number that can be finished."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from study import enrolment, plans, queue, services
from study.models import CardState, Learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def start(alice, curriculum, clock):
    """`start(pace=5)`: Alice takes up the sample track."""

    def begin(pace=5):
        now = timezone.now()
        enrolment.start_learning(user=alice, track=curriculum.track, pace=pace, time_zone="UTC", now=now)

    return begin


@pytest.fixture
def client(alice, client_of) -> Client:
    return client_of(alice)


def study(user, *grades):
    """Answer what the queue shows, one grade after the other."""
    for grade in grades:
        day = plans.current(user, timezone.now()).study_day
        card = queue.upcoming(learner=user.pk, day=day, count=1).cards[0]
        services.grade(user=user, card=card.ref, grade=grade, key=uuid4(), now=timezone.now(), milliseconds=4000)


def page_of(client):
    return client.get("/today/").content.decode()


def test_the_day_is_a_number_of_cards_and_minutes(start, client):
    start(pace=5)
    page = page_of(client)
    assert "<h1>5 cards, about 2 minutes</h1>" in page
    assert "Monday 2 March" in page
    assert "Days roll over at 04:00" in page


def test_the_queue_tells_reviews_drills_and_new_cards_apart(start, client, alice, clock):
    start(pace=5)
    study(alice, 4, 4, 1)
    clock.shift(timedelta(days=1))
    study(alice, 1)
    page = page_of(client)
    for figure, name in (("2", "to review"), ("1", "still learning"), ("5", "new")):
        assert f'<dd class="figure">{figure}</dd><dt class="muted sm">{name}</dt>' in page
    assert "1 answer given today" in page


def test_the_week_is_a_drawing_with_its_numbers_in_words(start, client, alice):
    start(pace=5)
    study(alice, 4, 4)
    assert 'aria-label="Cards due: Monday 3, Tuesday 2, Wednesday 0' in page_of(client)


def test_the_track_says_how_far_it_is_and_when_it_ends(start, client, alice):
    start(pace=10)
    study(alice, 4)
    page = page_of(client)
    assert "1 of 2 topics started" in page
    assert "1 of 24 cards" in page
    assert "At 10 new cards a day you will have met every card by Wednesday." in page


def test_more_than_fits_is_said_in_one_sentence_with_a_way_to_change_it(start, client, alice, clock):
    start(pace=20)
    study(alice, *[4] * 12)
    Learner.objects.filter(pk=alice.pk).update(cap=10)
    clock.shift(timedelta(days=1))
    page = page_of(client)
    assert "2 more cards came due than fit in a day: they join your queue until tomorrow," in page
    assert 'href="/settings/#id_cap">Change' in page


def test_a_day_in_which_everything_fits_says_nothing_of_catching_up(start, client):
    start()
    assert "Catching up" not in page_of(client)


def test_a_finished_day_says_so_and_names_tomorrow(start, client, alice):
    start(pace=5)
    study(alice, *[4] * 5)
    page = page_of(client)
    assert "<h1>That’s today done</h1>" in page
    assert "You recalled 5 of 5 cards at first sight." in page
    assert "Tomorrow: 5 cards to review" in page
    assert "Start review" not in page


def test_a_day_without_cards_is_not_called_done(start, client, alice, curriculum, clock):
    start()
    today, later = date(2026, 3, 2), date(2026, 4, 1)
    CardState.objects.filter(learner=alice.pk).delete()
    CardState.objects.bulk_create(
        CardState(learner_id=alice.pk, card=card, last_review_on=today, due_on=later) for card in curriculum.cards
    )
    clock.shift(timedelta(days=1))
    page = page_of(client)
    assert "<h1>Nothing is due today</h1>" in page
    assert "You have met" not in page
    assert "Nothing to review is due tomorrow." in page


def test_somebody_without_a_track_is_offered_those_with_cards(curriculum, client):
    page = page_of(client)
    assert "<h1>No track yet</h1>" in page
    assert 'action="/tracks/steady/start/"' in page
    assert "Not written yet" not in page
    assert 'href="/tracks/"' in page


def test_a_track_can_be_started_from_here(curriculum, client, clock):
    client.post("/tracks/steady/start/")
    assert "<h1>10 cards, about 4 minutes</h1>" in page_of(client)


@pytest.mark.parametrize("answered", [0, 2, 5])
def test_it_takes_eight_statements_once_the_day_is_planned(start, client, alice, count_statements, answered):
    start(pace=5)
    study(alice, *[4] * answered)
    client.get("/today/")
    with count_statements() as seen:
        client.get("/today/")
    assert len(seen) == 8


def test_without_a_track_it_takes_no_more_than_eight_either(curriculum, client, count_statements):
    client.get("/today/")
    with count_statements() as seen:
        client.get("/today/")
    assert len(seen) <= 8


def test_nobody_sees_the_day_of_another(start, charlie, client_of):
    start()
    assert "No track yet" in page_of(client_of(charlie))
