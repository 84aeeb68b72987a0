"""Holidays: days without capacity, chosen ahead, with what they cost; no due date moves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from scheduling.recall import retrievability
from study import capacity, plans
from study.models import CardState, DayPlan, Learner
from tests import samples

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = date(2026, 3, 2)


def ahead(number):
    return TODAY + timedelta(days=number)


def add(user, first, last):
    return capacity.add_holiday(user=user, first=ahead(first), last=ahead(last), now=timezone.now())


def foresee(user, first, last):
    return capacity.foresee(user=user, first=ahead(first), last=ahead(last), now=timezone.now())


def kept():
    return Learner.objects.get().holidays


@pytest.fixture
def known(learner, curriculum):
    """Alice with twelve cards due in three days; the stability of each is ten days."""
    CardState.objects.all().delete()
    samples.due_cards(learner.pk, curriculum.cards[:12], ahead(3))
    plans.build(learner, timezone.now())
    return learner


# --- what it costs --------------------------------------------------------------------------------


def test_a_holiday_from_today_is_foreseen_without_a_review_before_it(known):
    Learner.objects.update(cap=10)
    cost = foresee(known, 0, 9)
    assert (cost.on, cost.due, cost.level_on) == (ahead(10), 12, ahead(11))
    since = [20 + number - 3 for number in range(12)]
    assert cost.recall_before == pytest.approx(sum(retrievability(10.0, days) for days in since) / 12)
    assert cost.recall == pytest.approx(sum(retrievability(10.0, days + 10) for days in since) / 12)


def test_what_is_reviewed_before_the_holiday_is_not_due_after_it(known):
    cost = foresee(known, 4, 9)
    assert (cost.due, cost.level_on) == (0, None)
    assert cost.recall > foresee(known, 0, 9).recall


def test_a_longer_holiday_costs_more(known):
    recalls = [foresee(known, 0, last).recall for last in (0, 6, 30, 200)]
    assert recalls == sorted(recalls, reverse=True)


def test_looking_writes_nothing(known):
    before = list(Learner.objects.values()), list(DayPlan.objects.values()), list(CardState.objects.values())
    foresee(known, 0, 9)
    assert (list(Learner.objects.values()), list(DayPlan.objects.values()), list(CardState.objects.values())) == before


def test_somebody_who_never_studied_may_look_too(bob, clock):
    cost = foresee(bob, 0, 9)
    assert (cost.due, cost.recall, cost.recall_before) == (0, 1, 1)
    assert not Learner.objects.exists()


# --- what it does ---------------------------------------------------------------------------------


def test_no_due_date_moves(known):
    before = list(CardState.objects.order_by("pk").values_list("card", "due_on", "interval"))
    add(known, 1, 14)
    assert list(CardState.objects.order_by("pk").values_list("card", "due_on", "interval")) == before


def test_nothing_is_planned_on_a_day_off_and_everything_due_waits_for_the_return(known, clock, cards):
    add(known, 1, 5)
    for number in range(1, 6):
        clock.shift(timedelta(days=1))
        assert cards(known) == []
        plan = DayPlan.objects.latest("study_day")
        assert (plan.study_day, plan.capacity, plan.reviews, plan.new) == (ahead(number), 0, 0, 0)
    assert plan.level_on == ahead(6)
    clock.shift(timedelta(days=1))
    assert len(cards(known)) == 12 + 10


def test_a_holiday_from_today_on_empties_today_and_its_end_fills_it_again(learner, cards):
    assert len(cards(learner)) == 10
    add(learner, 0, 3)
    assert cards(learner) == []
    capacity.remove_holiday(user=learner, first=TODAY, now=timezone.now())
    assert len(cards(learner)) == 10
    assert kept() == []


def test_no_review_is_placed_on_a_day_off(known, clock, cards, answer):
    add(known, 50, 70)
    clock.shift(timedelta(days=3))
    reviews = [card for card in cards(known) if card.showing.memory.last_review_on]
    assert len(reviews) == 12
    for card in reviews:
        answer(known, card, 4)
    due = CardState.objects.filter(last_review_on=ahead(3)).values_list("due_on", flat=True)
    assert not [day for day in due if ahead(50) <= day <= ahead(70)]
    assert min(due) < ahead(50)
    assert max(due) > ahead(70)


def test_the_choice_of_a_comeback_outlasts_a_day_off(learner, curriculum, clock):
    samples.widen(curriculum, 8)
    CardState.objects.all().delete()
    samples.due_cards(learner.pk, curriculum.cards[:110], TODAY)
    capacity.change(user=learner, now=timezone.now(), comeback=60)
    add(learner, 1, 1)
    clock.shift(timedelta(days=1))
    assert plans.current(learner, timezone.now()).capacity == 0
    assert Learner.objects.get().comeback == 60


# --- which days -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "where", "said"),
    [
        (5, 4, "last", "before the first"),
        (-1, 4, "first", "today or later"),
        (0, 366, "last", "at most 366 days"),
        (367, 368, "first", "within the next year"),
        (20, 25, "first", "You already have 22 March 2026 to 26 March 2026 off"),
        (10, 20, "first", "You already have 22 March 2026"),
        (24, 40, "first", "You already have 22 March 2026"),
        (21, 23, "first", "You already have 22 March 2026"),
    ],
)
def test_days_that_cannot_be_taken_off_are_a_sentence_and_change_nothing(learner, first, last, where, said):
    add(learner, 20, 24)
    before = list(Learner.objects.values()), list(DayPlan.objects.values())
    for verb in (add, foresee):
        with pytest.raises(capacity.InvalidChoice, match=said) as refusal:
            verb(learner, first, last)
        assert refusal.value.where == where
    assert (list(Learner.objects.values()), list(DayPlan.objects.values())) == before


@pytest.mark.parametrize(("first", "last"), [(0, 0), (0, 365), (366, 400), (18, 19), (25, 30)])
def test_days_at_the_limits_may_be_taken_off(learner, first, last):
    if first in (18, 25):
        add(learner, 20, 24)
    assert add(learner, first, last)
    assert [ahead(first).isoformat(), ahead(last).isoformat()] in kept()


def test_the_same_days_twice_are_kept_once(learner):
    assert add(learner, 20, 24)
    assert not add(learner, 20, 24)
    assert kept() == [["2026-03-22", "2026-03-26"]]


def test_they_are_kept_in_order_and_go_once_they_are_over(learner, clock):
    for first, last in ((40, 44), (20, 24), (2, 3)):
        add(learner, first, last)
    assert kept() == [["2026-03-04", "2026-03-05"], ["2026-03-22", "2026-03-26"], ["2026-04-11", "2026-04-15"]]
    clock.shift(timedelta(days=22))
    assert [first for first, _ in capacity.holidays_from(Learner.objects.get(), ahead(22))] == [ahead(20), ahead(40)]
    add(learner, 50, 51)
    assert [first for first, _ in kept()] == ["2026-03-22", "2026-04-11", "2026-04-21"]


def test_a_holiday_that_is_not_there_cannot_be_removed(learner, bob):
    add(learner, 20, 24)
    for user, first in ((learner, 21), (bob, 20)):
        assert not capacity.remove_holiday(user=user, first=ahead(first), now=timezone.now())
    assert kept() == [["2026-03-22", "2026-03-26"]]
    assert not Learner.objects.for_user(bob).exists()
