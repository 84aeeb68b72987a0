"""A learner's own words on a card: plain, theirs alone, under the answer."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from study import queue, remarks, services
from study.models import Note

pytestmark = [pytest.mark.django_db]
ONE = "queues/card-01"
URL = f"/study/note/{ONE}/"


@pytest.fixture
def keep():
    """`keep(learner, "Mind the gap")`: on the first card, or on another."""
    return lambda user, text, card=ONE: remarks.keep_note(user=user, card=card, text=text, now=timezone.now())


def words(user):
    return list(Note.objects.for_user(user).values_list("card__ref", "text"))


@pytest.mark.both_databases
def test_a_note_is_kept_changed_and_dropped(learner, keep, clock):
    assert keep(learner, " Mind the gap. ").created
    assert words(learner) == [(ONE, "Mind the gap.")]
    clock.shift(60)
    changed = keep(learner, "Mind\nthe step.")
    assert (changed.created, changed.note.updated_at) == (False, timezone.now())
    assert words(learner) == [(ONE, "Mind\nthe step.")]
    assert keep(learner, "  \n ").note is None
    assert words(learner) == []
    remarks.drop_note(user=learner, card=ONE)


def test_it_has_at_most_2000_characters(learner, keep):
    keep(learner, "é" * 2_000)
    with pytest.raises(services.InvalidAnswer) as refusal:
        keep(learner, "x" * 2_001)
    assert refusal.value.where == "text"
    assert words(learner) == [(ONE, "é" * 2_000)]


@pytest.mark.parametrize("card", ["queues/card-99", "nothing"])
def test_an_unknown_card_takes_none(learner, keep, card):
    with pytest.raises(services.UnknownCard):
        keep(learner, "Here", card)
    with pytest.raises(services.UnknownCard):
        remarks.drop_note(user=learner, card=card)
    assert not Note.objects.exists()


@pytest.mark.both_databases
def test_the_queue_carries_the_learners_own_note_and_no_other(learner, bob, charlie, keep, cards):
    keep(bob, "Bob's")
    keep(charlie, "Charlie's")
    assert cards(learner)[0].note == ""
    keep(learner, "Alice's")
    card = cards(learner)[0]
    assert (card.note, queue.one(card.showing).note) == ("Alice's", "Alice's")
    assert cards(learner)[1].note == ""


# --- pages ----------------------------------------------------------------------------------------


@pytest.fixture
def page(learner, client_of):
    return client_of(learner)


def test_the_form_holds_the_note_as_a_page_and_alone(page, learner, keep):
    keep(learner, "<b>Mind</b> the gap")
    for headers in ({}, {"HX-Request": "true"}):
        text = page.get(URL, headers=headers).content.decode()
        assert "&lt;b&gt;Mind&lt;/b&gt; the gap</textarea>" in text
        assert ("<html" in text) == (not headers)


def test_it_is_saved_and_the_review_says_so(page, learner):
    response = page.post(URL, {"text": "One\r\ntwo", "session": "topic=queues"})
    assert (response.status_code, response["Location"]) == (302, "/study/?topic=queues")
    assert words(learner) == [(ONE, "One\ntwo")]
    text = page.get("/study/").content.decode()
    assert "Note kept." in text
    assert '<span class="own">One\ntwo</span>' in text


def test_as_a_fragment_the_note_comes_back(page, learner):
    text = page.post(URL, {"text": "a < b"}, headers={"HX-Request": "true"}).content.decode()
    assert "a &lt; b" in text
    assert "Note kept." in text
    text = page.post(URL, {"text": ""}, headers={"HX-Request": "true"}).content.decode()
    assert "No note is kept." in text
    assert words(learner) == []


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_too_long_a_note_stays_in_the_form_with_a_sentence(page, learner, headers):
    response = page.post(URL, {"text": "x" * 2_001}, headers=headers)
    assert response.status_code == 422
    assert "x" * 2_001 in response.content.decode()
    assert "at most 2000 characters" in response.content.decode()
    assert words(learner) == []


def test_line_ends_count_as_they_do_where_they_are_typed(page, learner):
    assert page.post(URL, {"text": "\r\n".join("x" * 1_000)}).status_code == 302
    assert len(words(learner)[0][1]) == 1_999


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_note_on_what_is_no_card_is_a_404(page, method):
    assert getattr(page, method)("/study/note/queues/card-99/").status_code == 404


def test_nobody_reads_the_note_of_another(learner, bob, charlie, keep, client_of):
    keep(learner, "Alice alone")
    for other in (bob, charlie):
        client = client_of(other)
        for path in (URL, "/study/", "/topics/queues/"):
            assert "Alice alone" not in client.get(path).content.decode()
        client.post(URL, {"text": ""})
    assert words(learner) == [(ONE, "Alice alone")]


def test_it_stands_under_a_checked_answer_as_well(page, learner, cards, keep):
    third = cards(learner)[2]
    keep(learner, "Count them", third.ref)
    given = {"card": third.ref, "shown": third.showing.sign(), "key": "8e0f7f0e-4f0e-4a8a-9d6e-0d8f3c1b2a11"}
    given |= {"kind": "choice", "response": "0"}
    assert "Count them" in page.post(reverse("check"), given, headers={"HX-Request": "true"}).content.decode()


@pytest.mark.parametrize(("method", "most"), [("get", 4), ("post", 7)])
def test_what_it_costs(page, keep, learner, count_statements, method, most):
    keep(learner, "before")
    with count_statements() as seen:
        getattr(page, method)(URL, {"text": "after"}, headers={"HX-Request": "true"})
    assert len(seen) == most, seen
