"""Today when more is due than fits, after a long absence, and on a day off."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from study import capacity, enrolment, plans
from study.models import CardState, Learner
from tests import samples

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
COMEBACK = "/today/comeback/"


@pytest.fixture
def learner(alice, curriculum, clock):
    """Alice on the sample track since noon on Monday, 2 March 2026."""
    enrolment.start_learning(user=alice, track=curriculum.track, pace=10, time_zone="UTC", now=timezone.now())
    return alice


@pytest.fixture
def crowded(learner, curriculum):
    """`crowded(112)`: so many cards are due today, and sixty fit."""

    def make(count):
        samples.widen(curriculum, 10)
        CardState.objects.all().delete()
        samples.due_cards(learner.pk, curriculum.cards[:count], TODAY)
        plans.build(learner, timezone.now())
        return learner

    return make


@pytest.fixture
def client(learner, client_of):
    return client_of(learner)


def page_of(client):
    return " ".join(client.get("/today/").content.decode().split())


# --- more than fits -------------------------------------------------------------------------------


def test_more_than_fits_is_said_with_the_day_one_is_level_again(crowded, client):
    crowded(112)
    page = page_of(client)
    assert "<h1>60 cards, about 20 minutes</h1>" in page
    assert "112 cards are due, more than one day holds. At 60 a day you are level again tomorrow." in page
    assert page.count("more than one day holds") == 1


def test_each_speed_says_cards_a_day_the_day_and_what_it_costs(crowded, client):
    crowded(112)
    page = page_of(client)
    for name, words in (
        ("Slower", "36 cards a day, level again on Wednesday. You would recall about"),
        ("As it is", "60 cards a day, level again tomorrow. You would recall about"),
        ("Faster", "90 cards a day, level again tomorrow. You would recall about"),
    ):
        assert f'<b>{name}</b><span class="muted sm">{words} ' in page
    assert f'action="{COMEBACK}"' in page
    assert 'value="100" checked' in page


def test_a_speed_is_chosen_with_a_form_and_today_follows(crowded, client):
    crowded(112)
    response = client.post(COMEBACK, {"comeback": "60"}, follow=True)
    page = " ".join(response.content.decode().split())
    assert response.redirect_chain == [("/today/", 302)]
    assert "<h1>36 cards, about 12 minutes</h1>" in page
    assert "At 36 a day you are level again on Wednesday." in page
    assert 'value="60" checked' in page


def test_faster_that_fits_in_today_says_so_and_can_be_taken_back(crowded, client):
    crowded(80)
    page = client.post(COMEBACK, {"comeback": "150"}, follow=True).content.decode()
    assert "80 cards are due, more than one day holds. At 90 a day you are level again today." in " ".join(page.split())
    assert "<h1>90 cards" in page  # ten of them new: everything due fits


@pytest.mark.parametrize("given", [{}, {"comeback": ""}, {"comeback": "70"}, {"comeback": "lots"}])
def test_another_speed_is_refused_with_a_sentence(crowded, client, given):
    crowded(112)
    page = client.post(COMEBACK, given, follow=True).content.decode()
    assert "Choose slower, as it is or faster. Nothing was changed." in page
    assert Learner.objects.get().comeback == 100


def test_with_uneven_weekdays_the_cap_is_an_upper_limit(crowded, client):
    user = crowded(112)
    capacity.change(user=user, now=timezone.now(), weekdays=[100, 50, 0, 100, 100, 100, 100])
    assert "At up to 60 a day you are level again on Thursday." in page_of(client)


def test_the_week_shows_what_joins_on_the_days_after(crowded, client):
    user = crowded(112)
    assert "Cards due: Monday 60, Tuesday 52 (52 moved), Wednesday 0" in page_of(client)
    capacity.change(user=user, now=timezone.now(), weekdays=[100, 0, 50, 100, 100, 100, 100])
    assert "Cards due: Monday 60, Tuesday 0, Wednesday 30 (30 moved), Thursday 22 (22 moved), Friday 0" in page_of(
        client
    )


@pytest.mark.parametrize("comeback", Learner.Comeback)
def test_it_takes_eight_statements_however_much_waits(crowded, client, count_statements, comeback):
    user = crowded(112)
    capacity.change(user=user, now=timezone.now(), comeback=comeback)
    client.get("/today/")
    with count_statements() as seen:
        client.get("/today/")
    assert len(seen) == 8


def test_nobody_else_is_slowed_down(crowded, charlie, client_of):
    user = crowded(112)
    client_of(charlie).post(COMEBACK, {"comeback": "60"})
    assert Learner.objects.get(pk=user.pk).comeback == 100


# --- after a long absence -------------------------------------------------------------------------


def test_the_first_day_back_is_ten_cards_and_says_why_once(crowded, client, clock):
    plans.current(crowded(112), timezone.now())
    clock.shift(timedelta(days=20))
    page = page_of(client)
    assert "<h1>10 cards, about 4 minutes</h1>" in page
    said = "</b> After 20 days away, today is a short one: 10 cards that you know well.</p>"
    assert page.count(said) == 1
    assert "112 cards are due, more than one day holds. At 60 a day you are level again on Tuesday." in page


def test_what_would_have_fitted_in_a_day_is_only_said_to_wait(crowded, client, clock):
    plans.current(crowded(40), timezone.now())
    clock.shift(timedelta(days=20))
    page = page_of(client)
    assert "10 cards that you know well, and the other 30 from tomorrow on." in page
    assert "more than one day holds" not in page


# --- a day off ------------------------------------------------------------------------------------


def test_a_weekday_without_capacity_is_a_day_off_that_says_when_the_next_cards_come(learner, client):
    capacity.change(user=learner, now=timezone.now(), weekdays=[0, 0, 100, 100, 100, 100, 100])
    page = page_of(client)
    assert "<h1>A day off</h1> <p>The next cards come on Wednesday.</p>" in page
    assert "Start review" not in page
    assert 'href="/settings/#weekdays">Change' in page


def test_a_holiday_says_how_long_it_lasts(learner, client):
    capacity.add_holiday(user=learner, first=TODAY, last=date(2026, 3, 14), now=timezone.now())
    page = page_of(client)
    assert "<p>Your holiday lasts until 14 March. The next cards come on 15 March.</p>" in page
    assert 'href="/settings/#holidays">Change' in page


def test_what_is_due_on_a_day_off_is_not_called_too_much(crowded, client):
    user = crowded(112)
    capacity.add_holiday(user=user, first=TODAY, last=TODAY, now=timezone.now())
    page = page_of(client)
    assert "<h1>A day off</h1> <p>The next cards come tomorrow.</p>" in page
    assert "wait, more than" not in page


def test_a_day_before_a_day_off_names_the_next_day_with_cards(learner, client):
    capacity.change(user=learner, now=timezone.now(), weekdays=[100, 0, 0, 100, 100, 100, 100])
    CardState.objects.filter(position__gt=0).update(due_on=TODAY + timedelta(days=1), last_review_on=TODAY)
    CardState.objects.update(queued_on=None, position=None)
    assert "Thursday: 10 cards to review, about 4 minutes." in page_of(client)


def test_a_day_off_takes_eight_statements_too(learner, client, count_statements):
    capacity.change(user=learner, now=timezone.now(), weekdays=[0, 0, 100, 100, 100, 100, 100])
    client.get("/today/")
    with count_statements() as seen:
        client.get("/today/")
    assert len(seen) == 8


def test_somebody_without_a_track_is_offered_one_on_a_day_off_too(bob, curriculum, client_of, clock):
    capacity.change(user=bob, now=timezone.now(), weekdays=[0, 0, 100, 100, 100, 100, 100])
    assert "<h1>No track yet</h1>" in page_of(client_of(bob))
