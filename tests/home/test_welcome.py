"""Welcome: a track, a pace and a time zone on one page."""

from __future__ import annotations

import pytest
from django.test import Client

from study.models import Enrolment, Learner

pytestmark = pytest.mark.django_db
CHOICE = {"track": "steady", "pace": "10", "time_zone": "Europe/Stockholm"}


@pytest.fixture
def client(alice, curriculum, client_of, clock) -> Client:
    return client_of(alice)


def test_it_offers_every_track_and_only_those_with_cards_can_be_picked(client):
    page = client.get("/welcome/").content.decode()
    assert 'value="steady" checked' in page
    assert 'value="later" disabled' in page
    assert "No cards yet. 1 topic to read" in page
    assert "2 topics, 24 cards" in page


def test_the_first_choice_makes_a_learner_with_cards_to_study(client, alice):
    response = client.post("/welcome/", CHOICE)
    assert (response.status_code, response["Location"]) == (302, "/study/")
    alice.refresh_from_db()
    assert alice.time_zone == "Europe/Stockholm"
    assert Learner.objects.get(pk=alice.pk).pace == 10
    assert Enrolment.objects.get(learner=alice.pk).track.slug == "steady"
    assert "queues 1" in client.get("/study/").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("track", "", "Choose a track."),
        ("track", "later", "Choose a track that has cards."),
        ("track", "nothing", "Choose a track that has cards."),
        ("pace", "7", "Choose 5, 10, 15 or 20 new cards a day."),
        ("pace", "many", "Choose 5, 10, 15 or 20 new cards a day."),
        ("time_zone", "Mars/Olympus", "Choose a time zone from the list."),
        ("time_zone", "", "Choose a time zone."),
    ],
)
def test_a_wrong_choice_is_named_twice_and_nothing_is_written(client, field, value, sentence):
    response = client.post("/welcome/", {**CHOICE, field: value})
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count(sentence) == 2
    assert f'href="#id_{field}"' in page
    assert not Learner.objects.exists()


def test_what_was_picked_stays_picked_beside_the_error(client):
    page = client.post("/welcome/", {**CHOICE, "pace": "20", "time_zone": ""}).content.decode()
    assert 'value="20" checked' in page
    assert "data-guess-zone" not in page


def test_the_line_follows_track_and_pace_as_a_fragment(client):
    slow = client.get("/welcome/", {"track": "steady", "pace": "5"}, headers={"HX-Request": "true"})
    fast = client.get("/welcome/", {"track": "steady", "pace": "20"}, headers={"HX-Request": "true"})
    assert slow.content.decode().strip() == "About 5 new cards a day. You would have seen every card by Friday."
    assert fast.content.decode().strip() == "About 20 new cards a day. You would have seen every card by tomorrow."
    assert "HX-Request" in slow["Vary"]


def test_the_same_line_is_in_the_page_for_the_choice_made_beforehand(client):
    assert (
        "About 10 new cards a day. You would have seen every card by Wednesday."
        in client.get("/welcome/").content.decode()
    )


def test_a_line_for_nonsense_is_the_one_for_the_choice_made_beforehand(client):
    line = client.get("/welcome/", {"track": "zzz", "pace": "-1"}, headers={"HX-Request": "true"})
    assert line.content.decode().startswith("About 10 new cards a day.")


def test_nothing_can_be_started_while_no_card_is_written(alice, client_of):
    page = client_of(alice).get("/welcome/").content.decode()
    assert "disabled>Start with the first cards" in page
    assert "seen every card" not in page


def test_it_takes_few_statements(client, count_statements):
    with count_statements() as seen:
        client.get("/welcome/")
    assert len(seen) == 6  # session, user, two for what exists, tracks, the days they may have chosen before
