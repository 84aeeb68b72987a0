"""Settings: how somebody studies."""

from __future__ import annotations

import pytest
from django.test import Client

from study.models import Learner

pytestmark = pytest.mark.django_db
SETTINGS = {
    "time_zone": "Asia/Tokyo",
    "rollover_hour": "5",
    "pace": "15",
    "cap": "80",
    "theme": "dark",
    "keys": "on",
}


@pytest.fixture
def client(alice, client_of, clock) -> Client:
    return client_of(alice)


def test_it_shows_what_holds_before_anything_was_set(client):
    page = client.get("/settings/").content.decode()
    assert 'value="60"' in page
    assert 'name="pace" value="10" checked' in page
    assert '<option value="4" selected>04:00' in page
    assert "alice@example.org" in page


def test_everything_is_saved_and_shown_again(client, alice):
    response = client.post("/settings/", SETTINGS, follow=True)
    page = response.content.decode()
    assert "Saved." in page
    alice.refresh_from_db()
    assert (alice.time_zone, alice.rollover_hour, alice.theme, alice.keys) == ("Asia/Tokyo", 5, "dark", True)
    learner = Learner.objects.get(pk=alice.pk)
    assert (learner.pace, learner.cap) == (15, 80)
    assert '<option value="Asia/Tokyo" selected>Tokyo' in page
    assert 'data-theme="dark"' in page


def test_single_keys_are_off_when_the_box_is_empty(client, alice):
    page = client.post("/settings/", {**SETTINGS, "keys": ""}, follow=True).content.decode()
    alice.refresh_from_db()
    assert alice.keys is False
    assert 'data-keys="off"' in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("cap", "9", "Choose 10 or more"),
        ("cap", "201", "Choose 200 or fewer"),
        ("cap", "lots", "Give a whole number from 10 to 200."),
        ("cap", "", "Give a number from 10 to 200."),
        ("pace", "0", "Choose 5, 10, 15 or 20 new cards a day."),
        ("rollover_hour", "24", "Choose a full hour from 00:00 to 23:00."),
        ("time_zone", "../etc/passwd", "Choose a time zone from the list."),
        ("theme", "neon", "Select a valid choice"),
    ],
)
def test_a_value_outside_its_limits_changes_nothing(client, alice, field, value, sentence):
    response = client.post("/settings/", {**SETTINGS, field: value})
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count(sentence) == 2
    assert f'href="#id_{field}"' in page
    alice.refresh_from_db()
    assert alice.time_zone == "UTC"
    assert not Learner.objects.exists()


def test_a_change_is_only_for_the_person_who_makes_it(client, charlie):
    client.post("/settings/", SETTINGS)
    charlie.refresh_from_db()
    assert charlie.time_zone == "UTC"


def test_sign_out_is_a_form_that_can_ask_about_unsent_answers(client, alice):
    page = client.get("/settings/").content.decode()
    assert 'action="/accounts/logout/" data-sign-out' in page
    assert f'data-learner="{alice.pk}"' in page


def test_it_takes_three_statements(client, count_statements):
    with count_statements() as seen:
        client.get("/settings/")
    assert len(seen) == 3
