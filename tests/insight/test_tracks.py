"""Tracks: what there is to learn, and honestly how much of it exists."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from curriculum.models import Card
from study import enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(alice, curriculum, client_of) -> Client:
    return client_of(alice)


def page_of(client, path="/tracks/"):
    return client.get(path).content.decode()


def test_every_track_says_what_exists_of_it(client, curriculum):
    Card.objects.filter(topic=curriculum.second).update(retired=True)
    page = page_of(client)
    assert "1 of 2 topics has cards, 12 of 24 cards" in page
    assert "No cards yet. 1 topic to read" in page


def test_one_on_the_list_is_marked(client, alice, curriculum):
    assert "On your list" not in page_of(client)
    enrolment.enrol(user=alice, track=curriculum.track, now=timezone.now())
    assert page_of(client).count("On your list") == 1


def test_a_track_lists_its_topics_by_milestone_with_what_they_build_on(client):
    page = page_of(client, "/tracks/steady/")
    assert "Know queues" in page
    assert 'href="/topics/retries/">Retries' in page
    assert "Builds on Queues" in page
    assert page.count("12 cards") == 2


def test_it_can_be_started_and_then_is_on_the_list(client, alice, curriculum):
    assert "Start this track" in page_of(client, "/tracks/steady/")
    enrolment.enrol(user=alice, track=curriculum.track, now=timezone.now())
    page = page_of(client, "/tracks/steady/")
    assert "Start this track" not in page
    assert "On your list" in page


def test_a_track_without_cards_can_be_read_and_not_started(client):
    page = page_of(client, "/tracks/later/")
    assert "None of its 1 topic has cards yet, so there is nothing to start." in page
    assert "Start this track" not in page
    assert 'href="/topics/clocks/"' in page
    assert "No cards yet" in page


def test_cards_met_are_counted_for_their_learner_alone(client, alice, charlie, curriculum, client_of, grade_all):
    grade_all(alice, 2)
    assert "2 of 12 met" in page_of(client, "/tracks/steady/")
    assert "met</span>" not in page_of(client_of(charlie), "/tracks/steady/")


def test_an_unknown_track_is_a_404(client):
    assert client.get("/tracks/nothing/").status_code == 404


@pytest.mark.parametrize("path", ["/tracks/", "/tracks/steady/"])
def test_pages_take_few_statements_however_long_the_track(client, count_statements, path):
    with count_statements() as seen:
        client.get(path)
    assert len(seen) <= 8
