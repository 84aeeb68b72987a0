"""What went wrong: what happened, what was kept, what to do."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from config.middleware import unavailable
from home import errors

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.forged_form, 403),
        (errors.not_found, 404),
        (errors.server_error, 500),
        (unavailable, 503),
    ],
)
def test_each_says_what_happened_and_leads_on_without_a_database(view, status, count_statements):
    with count_statements() as seen:
        response = view(RequestFactory().get("/"))
    page = response.content.decode()
    assert response.status_code == status
    assert "<h1>" in page
    assert 'href="/"' in page
    assert seen == []


def test_a_lost_database_is_a_503_that_asks_to_come_back(alice, client_of, monkeypatch):
    def lost():
        raise OperationalError("database is locked")

    monkeypatch.setattr("home.views.offers", lost)
    response = client_of(alice).get("/welcome/")
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert "answers of a review are kept" in response.content.decode()


def test_a_fault_of_ours_is_a_500_without_names_or_details(alice, client_of, monkeypatch):
    def broken():
        raise ValueError("a secret detail")

    monkeypatch.setattr("home.views.offers", broken)
    client = client_of(alice, raise_request_exception=False)
    response = client.get("/welcome/")
    assert response.status_code == 500
    assert b"secret" not in response.content
    assert b"alice" not in response.content


def test_an_old_form_is_told_that_nothing_was_saved(alice, client_of):
    response = client_of(alice, enforce_csrf_checks=True).post("/settings/", {"pace": 5})
    assert response.status_code == 403
    assert "Nothing was saved" in response.content.decode()


def test_the_unknown_page_looks_the_same_to_everybody(alice, client_of):
    mine, nobodys = client_of(alice).get("/nothing/"), Client().get("/nothing/")
    assert mine.status_code == nobodys.status_code == 404
    assert "There is nothing here" in mine.content.decode()
    assert "There is nothing here" in nobodys.content.decode()
