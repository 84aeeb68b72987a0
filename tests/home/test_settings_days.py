"""Settings of the days: what each weekday takes, and days off with what they cost before they are kept."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from home.forms import WEEKDAYS
from study import capacity, enrolment, plans, queue, services
from study.models import CardState, Learner
from tests import samples
from tests.home.test_settings import SETTINGS

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
HOLIDAYS, REMOVE = "/settings/holidays/", "/settings/holidays/remove/"
DAYS = {"first": "2026-03-09", "last": "2026-03-20"}
SPAN = "9 March 2026 to 20 March 2026"


@pytest.fixture
def learner(alice, curriculum, clock):
    """Alice, with twelve cards due in ten days."""
    enrolment.start_learning(user=alice, track=curriculum.track, pace=10, time_zone="UTC", now=timezone.now())
    CardState.objects.all().delete()
    samples.due_cards(alice.pk, curriculum.cards[:12], TODAY + timedelta(days=10))
    plans.build(alice, timezone.now())
    return alice


@pytest.fixture
def client(learner, client_of):
    return client_of(learner)


def text_of(response):
    return " ".join(response.content.decode().split())


def kept():
    return Learner.objects.get().holidays


# --- weekdays -------------------------------------------------------------------------------------


def test_every_weekday_is_asked_for_in_one_fieldset(client):
    page = text_of(client.get("/settings/"))
    part = page[page.index('id="weekdays"') : page.index("</fieldset>", page.index('id="weekdays"'))]
    assert [name for name in WEEKDAYS if f'<select class="input" name="{name}"' in part] == [*WEEKDAYS]
    assert part.count('<option value="100" selected>Full') == 7


def test_what_a_weekday_takes_is_saved_shown_again_and_planned_at_once(client, learner):
    shares = dict(zip(WEEKDAYS, ("0", "25", "50", "75", "100", "100", "100"), strict=True))
    page = text_of(
        client.post("/settings/", {**SETTINGS, "time_zone": "UTC", "rollover_hour": "4", **shares}, follow=True)
    )
    assert "Saved." in page
    for label in ("None", "25%", "Half", "75%"):
        assert f" selected>{label}</option>" in page
    assert Learner.objects.get().weekdays == [0, 25, 50, 75, 100, 100, 100]
    assert plans.current(learner, timezone.now()).capacity == 0


def test_a_page_without_weekdays_leaves_them(client, learner):
    capacity.change(user=learner, now=timezone.now(), weekdays=[0, 25, 50, 75, 100, 100, 100])
    client.post("/settings/", SETTINGS)
    assert Learner.objects.get().weekdays == [0, 25, 50, 75, 100, 100, 100]


def test_one_weekday_at_least_is_left_for_cards(client, alice):
    response = client.post("/settings/", {**SETTINGS, **dict.fromkeys(WEEKDAYS, "0")})
    page = text_of(response)
    assert response.status_code == 422
    assert "<li>Leave at least one weekday for cards.</li>" in page
    assert page.count(" selected>None</option>") == 7
    alice.refresh_from_db()
    assert (alice.time_zone, Learner.objects.get().weekdays) == ("UTC", [100] * 7)


@pytest.mark.parametrize("value", ["33", "-1", "101", "lots"])
def test_another_share_is_refused_at_its_field(client, value):
    response = client.post("/settings/", {**SETTINGS, **dict.fromkeys(WEEKDAYS, "100"), "friday": value})
    assert response.status_code == 422
    assert text_of(response).count("Choose how much of a day this weekday takes.") == 2
    assert 'href="#id_friday"' in text_of(response)
    assert Learner.objects.get().cap == 60


# --- days off -------------------------------------------------------------------------------------


def test_the_settings_ask_for_days_with_a_form_that_writes_nothing(client):
    page = text_of(client.get("/settings/"))
    assert f'<form class="stack g3" method="get" action="{HOLIDAYS}"' in page
    assert 'type="date" name="first" id="id_first" min="2026-03-02"' in page


def test_before_anything_is_kept_one_sees_what_it_costs(client):
    page = text_of(client.get(HOLIDAYS, DAYS))
    cost = capacity.foresee(
        user=Learner.objects.get().user, first=date(2026, 3, 9), last=date(2026, 3, 20), now=timezone.now()
    )
    assert SPAN in page
    assert f"you would recall about {round(100 * cost.recall)}% of your cards" in page
    assert f"on the day you leave it is {round(100 * cost.recall_before)}%." in page
    assert "On Saturday 21 March, 12 cards would be due." in page
    assert "Due dates stay where they are" in page
    assert kept() == []


def test_when_more_would_be_due_than_fits_it_names_the_day_one_is_level(client):
    Learner.objects.update(cap=10)
    page = text_of(client.get(HOLIDAYS, DAYS))
    assert "12 cards would be due, and you would be level again on 22 March." in page


def test_days_are_kept_by_a_post_and_listed(client):
    due = list(CardState.objects.order_by("pk").values_list("due_on"))
    response = client.post(HOLIDAYS, DAYS, follow=True)
    assert response.redirect_chain == [("/settings/#holidays", 302)]
    assert "Your days off are kept, and no card comes on them." in text_of(response)
    assert f'<span class="grow">{SPAN} </span>' in text_of(response)
    assert kept() == [["2026-03-09", "2026-03-20"]]
    assert list(CardState.objects.order_by("pk").values_list("due_on")) == due


@pytest.mark.parametrize("missed", [True, False])
def test_a_holiday_from_today_says_whether_a_missed_card_still_waits(client, missed):
    user = Learner.objects.get().user
    day = plans.current(user, timezone.now()).study_day
    card = queue.upcoming(learner=user.pk, day=day, count=1).cards[0]
    given = {"user": user, "card": card.ref, "key": uuid4(), "now": timezone.now(), "shown": card.showing.sign()}
    services.grade(grade=1 if missed else 4, **given)
    page = text_of(client.post(HOLIDAYS, {"first": day.isoformat(), "last": "2026-03-20"}, follow=True))
    assert ("What you missed today still waits; no other card comes on them." in page) == missed
    assert ("Your days off are kept, and no card comes on them." in page) == (not missed)
    assert queue.upcoming(learner=user.pk, day=day, count=1).waiting == missed


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"last": "2026-03-08"}, "last", "The last day lies before the first."),
        ({"first": "2026-03-01"}, "first", "A holiday starts today or later."),
        ({"last": "2027-03-10"}, "last", "A holiday has at most 366 days."),
        ({"first": "9999-12-30", "last": "9999-12-31"}, "first", "A holiday starts within the next year."),
        ({"first": "2026-02-30"}, "first", "Give a day, as in 2026-08-31."),
        ({"last": ""}, "last", "Give a day, as in 2026-08-31."),
        ({"last": "soon"}, "last", "Give a day, as in 2026-08-31."),
        ({"first": "2026-05-02", "last": "2026-05-02"}, "first", "You already have 1 May 2026 to 3 May 2026 off"),
    ],
)
def test_days_that_cannot_be_taken_off_are_said_at_their_field(client, learner, method, change, field, said):
    capacity.add_holiday(user=learner, first=date(2026, 5, 1), last=date(2026, 5, 3), now=timezone.now())
    response = getattr(client, method)(HOLIDAYS, {**DAYS, **change})
    assert response.status_code == 422
    assert text_of(response).count(said) == 2
    assert f'href="#id_{field}"' in text_of(response)
    assert "Take these days off" not in text_of(response)
    assert kept() == [["2026-05-01", "2026-05-03"]]


def test_days_off_can_be_given_back(client):
    client.post(HOLIDAYS, DAYS)
    response = client.post(REMOVE, {"first": "2026-03-09"}, follow=True)
    assert "Removed. Cards come on those days again." in text_of(response)
    assert SPAN not in text_of(response)
    assert kept() == []


@pytest.mark.parametrize("first", ["2026-03-10", "soon", ""])
def test_a_holiday_that_is_not_there_is_a_sentence(client, first):
    client.post(HOLIDAYS, DAYS)
    assert "There is no such holiday. Nothing was changed." in text_of(
        client.post(REMOVE, {"first": first}, follow=True)
    )
    assert kept() == [["2026-03-09", "2026-03-20"]]


def test_a_stranger_neither_sees_nor_removes_them(client, charlie, client_of):
    client.post(HOLIDAYS, DAYS)
    stranger = client_of(charlie)
    assert SPAN not in text_of(stranger.get("/settings/"))
    stranger.post(REMOVE, {"first": "2026-03-09"})
    assert kept() == [["2026-03-09", "2026-03-20"]]


def test_a_look_at_the_cost_takes_four_statements(client, count_statements):
    with count_statements() as seen:
        assert client.get(HOLIDAYS, DAYS).status_code == 200
    assert len(seen) == 4
