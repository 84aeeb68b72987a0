"""The day on which a track ends: new cards come on it as the plan gives them out, on Today and on Welcome."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from study import capacity, plans, reading
from study.models import CardState, Learner
from tests import samples

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = date(2026, 3, 2)  # a Monday
UNEVEN = [50, 0, 100, 100, 25, 0, 100]


@pytest.fixture
def steady(learner, curriculum):
    """Alice, ten new cards a day, on a track of sixty cards without prerequisites."""
    samples.widen(curriculum, 3)
    curriculum.second.prerequisites.clear()
    return learner


def finish(user):
    [track] = reading.today(user, timezone.now()).enrolments
    return track.finish_on


def meet(user, day):
    """Every new card with a place is met, and comes back long after the track."""
    new = CardState.objects.filter(learner=user.pk, queued_on=day, last_review_on=None)
    return new.update(last_review_on=day, due_on=day + timedelta(days=365), position=None, queued_on=None)


def change(user, weekdays, off):
    capacity.change(user=user, now=timezone.now(), weekdays=weekdays)
    for first, last in off:
        days = {"first": TODAY + timedelta(days=first), "last": TODAY + timedelta(days=last)}
        capacity.add_holiday(user=user, now=timezone.now(), **days)


@pytest.mark.parametrize("weekdays", [[100] * 7, UNEVEN, [0, 0, 0, 0, 0, 25, 0]])
@pytest.mark.parametrize("off", [[], [(0, 3)], [(2, 12), (20, 29)]])
def test_it_is_the_day_on_which_the_plan_gives_out_the_last_card(steady, clock, weekdays, off):
    change(steady, weekdays, off)
    promised, day, left = finish(steady), TODAY, 60
    while left:
        day = plans.build(steady, timezone.now()).study_day
        left -= meet(steady, day)
        clock.shift(timedelta(days=1))
    assert promised == day


def test_days_off_put_it_off_and_their_end_brings_it_back(steady):
    assert finish(steady) == TODAY + timedelta(days=5)
    change(steady, [100] * 7, [(1, 7)])
    assert finish(steady) == TODAY + timedelta(days=12)
    capacity.remove_holiday(user=steady, first=TODAY + timedelta(days=1), now=timezone.now())
    assert finish(steady) == TODAY + timedelta(days=5)


def test_it_stays_the_same_while_the_cards_of_a_day_are_met(steady, cards, answer):
    before = finish(steady)
    for card in cards(steady)[:3]:
        answer(steady, card, 4)
        assert finish(steady) == before
    for card in cards(steady):
        answer(steady, card, 4)
    assert finish(steady) == before == TODAY + timedelta(days=5)


def test_today_says_it_and_that_a_pace_on_uneven_days_is_an_upper_limit(steady, client_of):
    client = client_of(steady)
    assert "At 10 new cards a day you will have met every card by Saturday." in client.get("/today/").content.decode()
    change(steady, [100, 100, 100, 100, 0, 0, 100], [])
    page = client.get("/today/").content.decode()
    assert "At up to 10 new cards a day you will have met every card by 9 March." in page


def test_welcome_says_it_for_the_days_that_somebody_has_chosen_before(steady, client_of):
    client = client_of(steady)
    said = "About {} new cards a day. You would have seen every card by {}."
    assert said.format(10, "Saturday") in client.get("/welcome/").content.decode()
    change(steady, [100, 100, 100, 100, 0, 0, 100], [(2, 3)])
    assert said.format(10, "11 March") in client.get("/welcome/").content.decode()
    line = client.get("/welcome/", {"track": "steady", "pace": "20"}, headers={"HX-Request": "true"})
    assert line.content.decode().strip() == said.format(20, "Sunday")
    assert Learner.objects.get().pace == 10
