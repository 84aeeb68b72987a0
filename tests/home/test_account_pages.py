"""Sign-up, verification and reset as pages; where mail stays on the machine, they show it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail

from accounts.adapter import AccountAdapter
from accounts.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = {"email": "dora@example.org", "password1": "a-long-sesame-7"}


def link_in(page: str, part: str) -> str:
    """The path of the first link of the page that contains `part`."""
    found = re.search(rf'href="(http[^"]*{part}[^"]*)"', page)
    assert found, page
    return urlsplit(found.group(1)).path


def sign_up(client) -> str:
    return client.post("/accounts/signup/", NEW, follow=True).content.decode()


def test_sign_up_leads_over_the_shown_message_to_welcome(client):
    page = sign_up(client)
    assert "<dd>dora@example.org</dd>" in page
    path = link_in(page, "confirm-email")
    assert "Is <b>dora@example.org</b> yours?" in client.get(path).content.decode()
    response = client.post(path)
    assert (response.status_code, response["Location"]) == (302, "/welcome/")


def test_the_message_says_in_plain_words_what_to_do(client):
    sign_up(client)
    [message] = mail.outbox
    assert message.subject == "Confirm your email address"
    assert message.body.startswith("You signed up for Recall with dora@example.org.")
    assert "!" not in message.body


def test_a_message_that_was_really_sent_is_not_shown(client, settings):
    settings.MAIL_IS_LOCAL = False
    page = sign_up(client)
    assert "We have sent you a message." in page
    assert "confirm-email/" not in page.partition("<main")[2]


def test_nobody_sees_the_message_of_another(client, client_of, charlie):
    sign_up(client)
    assert "dora@example.org" not in client_of(charlie).get("/accounts/confirm-email/").content.decode()


def test_a_known_address_gets_the_same_answer_as_an_unknown_one(client, alice):
    response = client.post("/accounts/signup/", {**NEW, "email": "alice@example.org"})
    assert response["Location"] == "/accounts/confirm-email/"
    assert mail.outbox[0].subject == "You already have an account"
    assert User.objects.count() == 1


@pytest.mark.both_databases
def test_a_second_click_on_sign_up_is_told_where_the_message_is(client, monkeypatch):
    save = AccountAdapter.save_user

    def too_late(self, request, user, form, commit=True):
        User.objects.create_user(NEW["email"])
        return save(self, request, user, form, commit)

    monkeypatch.setattr(AccountAdapter, "save_user", too_late)
    response = client.post("/accounts/signup/", NEW)
    assert (response.status_code, response["Location"]) == (302, "/accounts/confirm-email/")
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [("email", "dora", "Enter a valid email address."), ("password1", "dora", "This password is too short.")],
)
def test_a_mistake_is_named_at_the_top_and_at_its_field(client, field, value, sentence):
    page = client.post("/accounts/signup/", {**NEW, field: value}).content.decode()
    assert page.count(sentence) == 2
    assert f'href="#id_{field}"' in page
    assert f'id="id_{field}-error"' in page
    assert not User.objects.exists()


def test_a_wrong_password_says_the_same_as_an_unknown_address(client, alice):
    wrong = client.post("/accounts/login/", {"login": "alice@example.org", "password": "x"}).content.decode()
    unknown = client.post("/accounts/login/", {"login": "zoe@example.org", "password": "x"}).content.decode()
    sentence = "That email and password do not belong together. Try again, or reset the password."
    assert sentence in wrong
    assert sentence in unknown
    assert 'value="alice@example.org"' in wrong


def test_signing_in_leads_back_to_the_page_asked_for(client, alice):
    page = client.get("/tracks/", follow=True).content.decode()
    assert '<input type="hidden" name="next" value="/tracks/">' in page
    sent = {"login": "alice@example.org", "password": PASSWORD, "next": "/tracks/"}
    assert client.post("/accounts/login/", sent)["Location"] == "/tracks/"


def test_fields_tell_password_managers_what_they_are(client):
    sign_in = client.get("/accounts/login/").content.decode()
    assert 'autocomplete="username"' in sign_in
    assert 'autocomplete="current-password"' in sign_in
    assert 'autocomplete="new-password"' in client.get("/accounts/signup/").content.decode()


def test_a_forgotten_password_is_replaced_over_the_shown_message(client, alice):
    page = client.post("/accounts/password/reset/", {"email": "alice@example.org"}, follow=True).content.decode()
    form = client.get(link_in(page, "password/reset/key"), follow=True)
    path = form.redirect_chain[-1][0]
    response = client.post(path, {"password1": "another-sesame-7", "password2": "another-sesame-7"})
    assert (response.status_code, response["Location"]) == (302, "/today/")
    alice.refresh_from_db()
    assert alice.check_password("another-sesame-7")


@pytest.mark.parametrize("path", ["/accounts/confirm-email/zzz/", "/accounts/password/reset/key/1-set-password/"])
def test_a_link_that_no_longer_works_says_so(client, path):
    page = client.get(path).content.decode()
    assert "<h1>This link no longer works</h1>" in page


def test_signing_out_is_asked_for_and_confirmed(alice, client_of):
    client = client_of(alice)
    assert "<h1>Sign out?</h1>" in client.get("/accounts/logout/").content.decode()
    page = client.post("/accounts/logout/", follow=True).content.decode()
    assert "You are signed out." in page
    assert "Know it when production asks." in page


@pytest.mark.parametrize("path", ["email/", "inactive/", "reauthenticate/", "password/change/", "logout/"])
def test_every_other_page_wears_our_clothes(alice, client_of, path):
    page = client_of(alice).get(f"/accounts/{path}").content.decode()
    assert 'class="brand"' in page
    assert page.count("<h1>") == 1
    assert "style=" not in page
