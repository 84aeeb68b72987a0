"""Putting a track on one's list."""

from __future__ import annotations

import pytest

from study.models import Enrolment

pytestmark = pytest.mark.django_db


def test_it_goes_on_the_list_once(alice, curriculum, client_of):
    client = client_of(alice)
    assert "is now on your list" in client.post("/tracks/steady/start/", follow=True).content.decode()
    assert "is already on your list" in client.post("/tracks/steady/start/", follow=True).content.decode()
    assert Enrolment.objects.filter(learner=alice.pk).count() == 1


def test_a_track_without_cards_is_refused_with_a_sentence(alice, curriculum, client_of):
    page = client_of(alice).post("/tracks/later/start/", follow=True).content.decode()
    assert "“Not written yet” has no cards yet, so there is nothing to start." in page
    assert 'class="notice problem"' in page
    assert not Enrolment.objects.exists()


def test_an_unknown_track_is_a_404(alice, client_of):
    assert client_of(alice).post("/tracks/nothing/start/").status_code == 404


def test_nobody_starts_a_track_without_signing_in(client, curriculum):
    assert client.post("/tracks/steady/start/")["Location"].startswith("/accounts/login/")
    assert not Enrolment.objects.exists()
