"""The landing page: what this is, for people who are not signed in."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def test_it_leads_to_sign_up_and_sign_in(client):
    page = client.get("/").content.decode()
    assert 'href="/accounts/signup/">Start a track' in page
    assert 'href="/accounts/login/">Sign in' in page


def test_it_asks_the_database_nothing(client, count_statements):
    with count_statements() as seen:
        client.get("/")
    assert seen == []


def test_signed_in_people_go_to_today(alice, client_of):
    response = client_of(alice).get("/")
    assert (response.status_code, response["Location"]) == (302, "/today/")
