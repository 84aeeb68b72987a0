"""Comeback: more due than fits is shared out over days, slower or faster, and starts small after a long absence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curriculum.models import Card
from scheduling import forecast
from study import capacity, outlook, plans, reading, standing
from study.models import CardState, DayPlan, Learner
from tests import samples

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = date(2026, 3, 2)
SLOWER, AS_IS, FASTER = Learner.Comeback


@pytest.fixture
def crowded(learner, curriculum):
    """`crowded(112)`: Alice, sixty reviews a day, with so many cards due today."""

    def make(count):
        samples.widen(curriculum, 10)
        CardState.objects.all().delete()
        samples.due_cards(learner.pk, curriculum.cards[:count], TODAY)
        plans.build(learner, timezone.now())
        return learner

    return make


def coming(user):
    return reading.today(user, timezone.now()).coming


def choose(user, comeback):
    return capacity.change(user=user, now=timezone.now(), comeback=comeback)


def level_days(user):
    return [(option.cards, option.level_on) for option in coming(user).options]


# --- the three ways -------------------------------------------------------------------------------


def test_each_way_says_its_cards_a_day_and_when_one_is_level_again(crowded):
    user = crowded(112)
    days = [
        TODAY + timedelta(days=number) for number in (2, 1, 1)
    ]  # slower: 36, 36, and the last 40 fit in a usual day
    assert level_days(user) == list(zip((36, 60, 90), days, strict=True))
    assert coming(user).waiting == 112
    assert coming(user).option.comeback == AS_IS


@pytest.mark.parametrize("comeback", Learner.Comeback)
@pytest.mark.parametrize("count", [61, 85, 112, 130])
def test_what_a_way_promises_is_what_the_plan_says_once_it_is_chosen(crowded, comeback, count):
    user = crowded(count)
    promised = next(option for option in coming(user).options if option.comeback == comeback)
    plan = choose(user, comeback)
    assert plan.capacity == promised.cards
    assert plan.reviews == min(count, promised.cards)
    assert (plan.level_on or TODAY) == promised.level_on
    assert coming(user).option == promised._replace(chosen=True)


@pytest.mark.parametrize("comeback", Learner.Comeback)
@pytest.mark.parametrize("count", [85, 112, 130])
def test_the_day_a_way_names_is_the_day_on_which_everything_fits(crowded, clock, comeback, count):
    user = crowded(count)
    plan = choose(user, comeback)
    promised, week = coming(user).option.level_on, [cards for _, cards in reading.today(user, timezone.now()).week]
    done = []
    while plan.held_back:
        done.append(plan.reviews)
        CardState.objects.filter(queued_on=plan.study_day).update(
            last_review_on=plan.study_day, due_on=TODAY + timedelta(days=90), position=None, queued_on=None
        )
        clock.shift(timedelta(days=1))
        plan = plans.build(user, timezone.now())
    assert plan.study_day == promised
    assert week[: len(done) + 1] == [*done, plan.reviews + (0 if done else plan.new)]


def test_slower_costs_recall_and_faster_saves_some(crowded):
    slower, as_is, faster = (option.recall for option in coming(crowded(130)).options)
    assert 0 < slower < as_is < faster < 1


def test_the_day_one_is_level_stays_the_same_while_the_day_goes_on(crowded, cards, answer):
    user = crowded(112)
    before = level_days(user)
    for card in cards(user)[:12]:
        answer(user, card, 4)
    after = coming(user)
    assert after.waiting == 100
    assert [(option.cards, option.level_on) for option in after.options] == before
    plan = plans.build(user, timezone.now())
    assert (plan.reviews, plan.level_on) == (48, before[1][1])


def test_a_buried_card_does_not_wait(crowded, curriculum):
    user = crowded(112)
    standing.bury(user=user, card=curriculum.cards[0].ref, now=timezone.now())
    assert coming(user).waiting == plans.build(user, timezone.now()).due == 111


def test_weekdays_without_capacity_put_the_level_day_off(crowded):
    user = crowded(112)
    capacity.change(user=user, now=timezone.now(), weekdays=[100, 0, 0, 50, 100, 100, 100])
    assert level_days(user)[1] == (60, date(2026, 3, 6))


def test_what_fits_needs_no_way_to_catch_up(crowded):
    found = coming(crowded(60))
    assert (found.options, found.waiting, found.option) == ([], 0, None)


# --- many cards -----------------------------------------------------------------------------------


def exactly(learner, day, room, fits):
    """The forecast out of each waiting card by itself."""
    rows = CardState.objects.filter(learner=learner).values_list("interval", "stability", "last_review_day")
    singly = [forecast.Alike(*memory, day.toordinal() - reviewed) for *memory, reviewed in rows]
    return forecast.comeback(day, singly, {}, room, fits)


waits = st.tuples(st.sampled_from([1, 6, 15, 16]) | st.integers(6, 400), st.floats(0.2, 5), st.integers(0, 200))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=st.lists(waits, min_size=1, max_size=60), room=st.integers(1, 20))
def test_cards_taken_together_say_the_same_day_and_the_same_recall_but_for_a_five_hundredth(
    learner, curriculum, some, room
):
    if len(curriculum.cards) < 60:
        samples.widen(curriculum, 3)
    CardState.objects.all().delete()
    CardState.objects.bulk_create(
        CardState(
            learner_id=learner.pk,
            card=card,
            interval=interval,
            stability=interval * share,
            last_review_day=TODAY.toordinal() - interval - late,
            due_on=TODAY - timedelta(days=late),
        )
        for card, (interval, share, late) in zip(curriculum.cards, some, strict=False)
    )
    known = outlook.known_on(TODAY, learner.pk)
    found = forecast.comeback(TODAY, known.waiting, {}, room, lambda day, left: room)
    exact = exactly(learner.pk, TODAY, room, lambda day, left: room)
    assert known.cards == len(some)
    assert (found.level_on, found.days) == (exact.level_on, exact.days)
    assert found.recall == pytest.approx(exact.recall, abs=0.002)


def test_what_is_read_does_not_grow_with_the_cards_that_wait(crowded, curriculum):
    user = crowded(120)
    CardState.objects.update(interval=15, stability=20.0, last_review_day=TODAY.toordinal() - 20)
    many = outlook.known_on(TODAY, user.pk)
    CardState.objects.filter(card__in=curriculum.cards[30:]).delete()
    few = outlook.known_on(TODAY, user.pk)
    assert (many.cards, len(many.waiting)) == (120, 1)
    assert (few.cards, len(few.waiting)) == (30, 1)


def test_a_card_whose_memory_or_last_review_is_not_known_waits_with_the_others(crowded):
    user = crowded(112)
    CardState.objects.filter(interval__lt=40).update(stability=None, last_review_day=None)
    CardState.objects.filter(interval=50).update(stability=0)
    assert outlook.known_on(TODAY, user.pk).cards == 112
    assert 0 < coming(user).option.recall < 1


def test_a_retired_card_does_not_wait(crowded, curriculum):
    user = crowded(112)
    Card.objects.filter(pk=curriculum.cards[0].pk).update(retired=True)
    assert coming(user).waiting == plans.build(user, timezone.now()).due == 111


# --- how long it holds ----------------------------------------------------------------------------


def test_the_choice_ends_when_one_is_level_again_and_new_cards_come_back(crowded, cards, answer, clock):
    user = crowded(100)
    assert choose(user, SLOWER).new == 0
    for card in cards(user):
        answer(user, card, 4)
    clock.shift(timedelta(days=1))
    assert len(cards(user)) == 36
    for card in cards(user):
        answer(user, card, 4)
    assert Learner.objects.get().comeback == SLOWER
    clock.shift(timedelta(days=1))
    plan = plans.current(user, timezone.now())
    assert (plan.due, plan.reviews, plan.new, plan.level_on) == (28, 28, 10, None)
    assert Learner.objects.get().comeback == AS_IS


def test_a_choice_without_need_is_not_kept(crowded):
    user = crowded(20)
    assert choose(user, FASTER).capacity == 60
    assert Learner.objects.get().comeback == AS_IS


def test_faster_may_be_taken_back_even_when_everything_fits_with_it(crowded):
    user = crowded(80)
    assert choose(user, FASTER).level_on is None
    assert coming(user).option.level_on == TODAY
    assert choose(user, AS_IS).level_on == TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("comeback", 0, "Choose 60"),
        ("comeback", 61, "Choose 60"),
        ("pace", 7, "Choose 5, 10, 15 or 20"),
        ("cap", 9, "Choose 10 to 200"),
        ("cap", 201, "Choose 10 to 200"),
        ("weekdays", [100] * 6, "Give seven weekdays"),
        ("weekdays", [100] * 8, "Give seven weekdays"),
        ("weekdays", [], "Give seven weekdays"),
        ("weekdays", [33] + [100] * 6, "Give seven weekdays"),
        ("weekdays", [0] * 7, "Leave at least one weekday"),
    ],
)
def test_what_cannot_be_chosen_is_a_sentence_and_changes_nothing(crowded, field, value, said):
    user = crowded(112)
    before = list(Learner.objects.values()), list(DayPlan.objects.values())
    with pytest.raises(capacity.InvalidChoice, match=said) as refusal:
        capacity.change(user=user, now=timezone.now(), **{"cap": 30, field: value})
    assert refusal.value.where == field
    assert (list(Learner.objects.values()), list(DayPlan.objects.values())) == before


# --- after a long absence -------------------------------------------------------------------------


@pytest.fixture
def back(crowded, clock):
    """`back(112, days=20)`: Alice on her first visit after so many days."""

    def make(count, days):
        user = crowded(count)
        plans.current(user, timezone.now())
        clock.shift(timedelta(days=days))
        return user

    return make


def test_the_first_session_after_14_days_is_the_ten_easiest_cards(back, cards, curriculum):
    user = back(112, days=14)
    shown = cards(user)
    assert {card.ref for card in shown} == {card.ref for card in curriculum.cards[102:112]}
    plan = DayPlan.objects.latest("study_day")
    assert (plan.away_days, plan.capacity, plan.reviews, plan.new) == (14, 10, 10, 0)


def test_after_13_days_it_is_a_day_like_any_other(back):
    plan = plans.current(back(112, days=13), timezone.now())
    assert (plan.away_days, plan.capacity, plan.reviews) == (0, 60, 60)


def test_only_the_first_day_is_small_and_the_level_day_knows_it(back, clock):
    user = back(112, days=20)
    day = TODAY + timedelta(days=20)
    plan = plans.current(user, timezone.now())
    assert plan.level_on == day + timedelta(days=2)  # 10, 60, 42
    assert coming(user).option.level_on == plan.level_on
    clock.shift(timedelta(days=1))
    tomorrow = plans.current(user, timezone.now())
    assert (tomorrow.away_days, tomorrow.capacity) == (0, 60)


def test_settings_saved_on_the_first_day_keep_it_small(back):
    user = back(112, days=20)
    plans.current(user, timezone.now())
    plan = choose(user, FASTER)
    assert (plan.away_days, plan.capacity, plan.reviews) == (20, 10, 10)
    assert plan.level_on == TODAY + timedelta(days=22)  # 10, 90, 12


def test_somebody_back_with_nothing_due_gets_new_cards(learner, clock, cards):
    plans.current(learner, timezone.now())
    clock.shift(timedelta(days=20))
    assert len(cards(learner)) == 10
    assert DayPlan.objects.latest("study_day").away_days == 20
