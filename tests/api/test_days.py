"""Days over REST: how much somebody studies, catching up, and holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from study import plans
from study.models import CardState, Learner
from tests import samples

pytestmark = pytest.mark.django_db
ME, TODAY, HOLIDAYS = "/api/v1/me/", "/api/v1/today/", "/api/v1/holidays/"
COST = f"{HOLIDAYS}cost/"
DAY = date(2026, 3, 2)
DAYS = {"first": "2026-03-09", "last": "2026-03-20"}


@pytest.fixture
def crowded(learner, curriculum):
    """112 cards are due today, and sixty fit."""
    samples.widen(curriculum, 10)
    CardState.objects.all().delete()
    samples.due_cards(learner.pk, curriculum.cards[:112], DAY)
    plans.build(learner, timezone.now())


def patch(api, **body):
    return api.patch(ME, body, format="json")


def post(api, **body):
    return api.post(HOLIDAYS, body, format="json")


# --- me -------------------------------------------------------------------------------------------


def test_what_is_sent_is_changed_and_the_rest_stays(api):
    weekdays = [100, 75, 50, 25, 0, 0, 100]
    changed = patch(api, pace=5, weekdays=weekdays)
    assert changed.status_code == 200
    assert (changed.json()["pace"], changed.json()["cap"], changed.json()["weekdays"]) == (5, 60, weekdays)
    assert patch(api, cap=20).json()["weekdays"] == weekdays
    assert api.get(ME).json() == patch(api).json()


def test_today_is_planned_again_with_it(api, crowded):
    assert api.get(TODAY).json()["counts"]["waiting"] == 60
    patch(api, cap=20)
    assert api.get(TODAY).json()["counts"]["waiting"] == 20


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("pace", value) for value in (7, "5", 5.0, None, True)],
        *[("cap", value) for value in (9, 201, "60", None)],
        *[("weekdays", value) for value in ([100] * 6, [100] * 8, [0] * 7, [33] * 7, ["100"] * 7, "full", None)],
        *[("comeback", value) for value in (0, 70, "60", None)],
        *[("time_zone", "UTC"), ("email", "new@example.org"), ("holidays", [])],
    ],
)
def test_what_cannot_be_chosen_is_a_422_that_names_it(api, rows, field, value):
    before = rows()
    response = patch(api, **{field: value})
    assert response.status_code == 422
    assert list(response.json()["errors"]) == [field]
    assert rows() == before


# --- catching up ----------------------------------------------------------------------------------


def test_today_offers_the_ways_to_catch_up(api, crowded):
    today = api.get(TODAY).json()
    ways = [(way["comeback"], way["chosen"], way["cards"], way["level_on"]) for way in today["comeback"]]
    assert ways == [
        (60, False, 36, "2026-03-04"),
        (100, True, 60, "2026-03-03"),
        (150, False, 90, "2026-03-03"),
    ]
    assert all(0 < way["recall"] < 1 for way in today["comeback"])
    assert (today["away_days"], today["level_on"]) == (0, "2026-03-03")


def test_a_way_is_chosen_with_me(api, crowded):
    assert patch(api, comeback=60).json()["comeback"] == 60
    today = api.get(TODAY).json()
    assert (today["capacity"], today["level_on"]) == (36, "2026-03-04")
    assert [way["chosen"] for way in today["comeback"]] == [True, False, False]


def test_without_need_there_is_no_way_and_a_choice_is_not_kept(api):
    assert api.get(TODAY).json()["comeback"] == []
    assert patch(api, comeback=150).json()["comeback"] == 100


def test_after_a_long_absence_today_says_how_long(api, crowded, learner, clock):
    plans.current(learner, timezone.now())
    clock.shift(timedelta(days=20))
    today = api.get(TODAY).json()
    assert (today["away_days"], today["capacity"], today["counts"]["waiting"]) == (20, 10, 10)


# --- holidays -------------------------------------------------------------------------------------


def test_a_holiday_is_kept_with_what_it_costs_and_again_it_is_a_200(api, crowded):
    first, second = post(api, **DAYS), post(api, **DAYS)
    assert (first.status_code, second.status_code) == (201, 200)
    cost = first.json()["cost"]
    assert {**DAYS, "cost": cost} == first.json() == second.json()
    assert (cost["on"], cost["level_on"]) == ("2026-03-21", None)
    assert 0 < cost["recall"] < cost["recall_before"] < 1
    assert api.get(HOLIDAYS).json() == api.get(ME).json()["holidays"] == [DAYS]


@pytest.mark.parametrize(
    "days", [DAYS, {"first": "2026-03-02", "last": "2026-03-02"}, {"first": "2026-06-01", "last": "2026-12-31"}]
)
def test_what_a_holiday_would_cost_is_what_it_costs_when_taken_and_asking_stores_nothing(api, crowded, rows, days):
    before = rows()
    asked = api.get(COST, days)
    assert (asked.status_code, api.get(COST, days).json()) == (200, asked.json())
    assert rows() == before
    assert post(api, **days).json()["cost"] == asked.json()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        *[({"first": value}, "first") for value in ("", "soon", "2026-02-30", "2026-03-01", "\0")],
        *[({"last": value}, "last") for value in ("", "2026-03-08", "2027-03-10")],
        ({"why": "sun"}, "why"),
        ({"first": "2026-05-02", "last": "2026-05-02"}, "first"),
        ({"first": "2028-03-09", "last": "2028-03-09"}, "first"),
    ],
)
def test_the_cost_of_days_that_cannot_be_taken_off_is_a_422_that_names_the_parameter(api, rows, change, field):
    post(api, first="2026-05-01", last="2026-05-03")
    before = rows()
    response = api.get(COST, {**DAYS, **change})
    assert response.status_code == 422
    assert list(response.json()["errors"]) == [field]
    assert rows() == before


def test_the_cost_needs_both_days(api):
    assert sorted(api.get(COST).json()["errors"]) == ["first", "last"]


def test_a_strangers_holiday_costs_what_theirs_does(api, crowded, charlie, api_of):
    assert api.get(COST, DAYS).json()["recall"] < 1
    nothing = {"on": "2026-03-21", "recall_before": 1, "recall": 1, "due": 0, "level_on": None}
    assert api_of(charlie).get(COST, DAYS).json() == nothing


def test_no_due_date_moves_and_nothing_is_planned_on_a_day_off(api, crowded):
    due = list(CardState.objects.order_by("pk").values_list("due_on"))
    post(api, first="2026-03-02", last="2026-03-04")
    assert list(CardState.objects.order_by("pk").values_list("due_on")) == due
    today = api.get(TODAY).json()
    assert (today["capacity"], today["counts"]["waiting"], today["tomorrow"], today["comeback"]) == (0, 0, 0, [])
    assert [day["cards"] for day in today["week"]] == [0, 0, 0, 60, 52, 0, 0]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"last": "2026-03-08"}, "last"),
        ({"first": "2026-03-01"}, "first"),
        ({"last": "2027-03-10"}, "last"),
        ({"first": "2028-03-09", "last": "2028-03-09"}, "first"),
        ({"first": "2026-05-02", "last": "2026-05-02"}, "first"),
        ({"first": "soon"}, "first"),
        ({"last": None}, "last"),
        ({"why": "sun"}, "why"),
    ],
)
def test_days_that_cannot_be_taken_off_are_a_422_that_names_the_field(api, rows, change, field):
    post(api, first="2026-05-01", last="2026-05-03")
    before = rows()
    response = post(api, **{**DAYS, **change})
    assert response.status_code == 422
    assert list(response.json()["errors"]) == [field]
    assert rows() == before


def test_a_holiday_is_given_back_by_its_first_day(api):
    post(api, **DAYS)
    assert api.delete(f"{HOLIDAYS}2026-03-09/").status_code == 204
    assert api.get(HOLIDAYS).json() == []


@pytest.mark.parametrize("first", ["2026-03-10", "2026-02-30", "0000-00-00"])
def test_one_that_is_not_there_is_a_404(api, rows, first):
    post(api, **DAYS)
    before = rows()
    assert api.delete(f"{HOLIDAYS}{first}/").status_code == 404
    assert rows() == before


def test_a_stranger_neither_reads_nor_removes_it(api, charlie, api_of):
    post(api, **DAYS)
    stranger = api_of(charlie)
    assert stranger.get(HOLIDAYS).json() == []
    assert stranger.delete(f"{HOLIDAYS}2026-03-09/").status_code == 404
    assert Learner.objects.get().holidays == [["2026-03-09", "2026-03-20"]]
