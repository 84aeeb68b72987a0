"""Today: a number that can be finished."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from curriculum.models import Card, Topic, TrackTopic
from study import enrolment, plans, queue, services
from study.models import CardState, TopicRecall

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


# --- worth a look ---------------------------------------------------------------------------------


def card_fields(card):
    return {name: getattr(card, name) for name in ("source", "kind", "tier", "prompt", "prompt_html", "digest")}


@pytest.fixture
def remembered(start, alice, curriculum, clock):
    """`remembered(queues=0.5, retries=0.8)`: the recall of met topics on the second morning."""

    def write(**recalls):
        start(pace=5)
        study(alice, 4)
        clock.shift(timedelta(days=1))
        plans.current(alice, timezone.now())
        TopicRecall.objects.all().delete()
        for slug, recall in recalls.items():
            topic = Topic.objects.get(slug=slug)
            TopicRecall.objects.create(
                learner_id=alice.pk, topic=topic, study_day=date(2026, 3, 3), recall=recall, seen=4
            )

    return write


def looks(client):
    return re.findall(r'<a class="cover strong" href="/topics/([a-z0-9-]+)/">', page_of(client))


def test_the_met_topics_remembered_least_come_first(remembered, client):
    remembered(queues=0.8, retries=0.5)
    assert looks(client) == ["retries", "queues"]
    assert "You would recall 2 of the 4 cards you have met. 8 cards not met yet" in page_of(client)


def test_three_are_named_and_a_topic_without_cards_is_none(remembered, client, curriculum, alice):
    fourth = [Topic.objects.create(slug=f"t{n}", title=f"T{n}", area=curriculum.first.area, difficulty=1, position=9)
              for n in range(2)]  # fmt: skip
    for number, topic in enumerate([curriculum.bare, *fourth]):
        TrackTopic.objects.create(track=curriculum.track, topic=topic, tiers=["foundation"], position=5 + number)
    for number, topic in enumerate(fourth):
        card = Card.objects.filter(topic=curriculum.first).last()
        Card.objects.create(**{**card_fields(card), "topic": topic, "ref": f"{topic.slug}/one", "position": number})
    remembered(queues=0.8, retries=0.5, clocks=0.1, t0=0.6, t1=0.7)
    assert looks(client) == ["retries", "t0", "t1"]


def test_what_is_remembered_well_needs_no_look_and_the_next_topic_of_the_track_is_named(remembered, client):
    remembered(queues=0.9, retries=0.95)
    assert looks(client) == ["queues"]
    assert "Next on your track. 8 cards not met yet" in page_of(client)


def test_a_topic_all_of_whose_cards_are_met_is_not_the_next(remembered, client, alice, curriculum):
    remembered(queues=0.9)
    met = {"last_review_on": date(2026, 3, 2), "due_on": date(2026, 4, 1)}
    for card in Card.objects.filter(topic=curriculum.first):
        CardState.objects.update_or_create(learner_id=alice.pk, card=card, defaults=met)
    assert looks(client) == ["retries"]


ROW = re.compile(r'href="/topics/([a-z0-9-]+)/">[^<]*</a><br>.*?(?:<a class="btn small"[^>]*>|<button [^>]*>)([^<]*)<')


def test_each_has_the_one_thing_that_can_be_done_about_it(remembered, client, alice, curriculum):
    remembered(queues=0.5, retries=0.6)
    assert ROW.findall(page_of(client)) == [("queues", "Review 1"), ("retries", "Learn 5 new")]
    for card in Card.objects.filter(topic=curriculum.second):
        met = {"last_review_on": date(2026, 3, 2), "due_on": date(2026, 4, 1)}
        CardState.objects.update_or_create(learner_id=alice.pk, card=card, defaults=met)
    assert ("retries", "Open") in ROW.findall(page_of(client))


def test_its_review_holds_the_cards_it_names(remembered, client):
    remembered(queues=0.5)
    page = client.get("/study/?topic=queues").content.decode()
    assert "What is sample queues" in page


def test_on_the_first_day_nothing_is_worth_a_look(start, client):
    start()
    assert "Worth a look" not in page_of(client)
