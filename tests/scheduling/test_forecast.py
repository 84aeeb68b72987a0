"""What a comeback and a holiday cost in recall."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from operator import itemgetter
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling import planning
from scheduling.forecast import Alike, Outlook, Waiting, absence, comeback
from scheduling.recall import retrievability

DAY = date(2026, 3, 2)
stabilities = st.none() | st.floats(0.01, 2_000)
cards = st.builds(Waiting, st.integers(1, 400), stabilities, st.integers(0, 500))
groups = st.lists(st.builds(Alike, st.integers(1, 400), stabilities, st.floats(0, 500), st.integers(1, 9)), max_size=30)
waitings = st.lists(cards, max_size=60)
upcomings = st.dictionaries(st.integers(1, 400).map(lambda number: ahead(number)), st.integers(0, 20), max_size=40)


def ahead(number: int) -> date:
    return DAY + timedelta(days=number)


def each_day(count: int):
    return lambda day, waiting: count


def due_of(memory) -> dict[date, int]:
    due: dict[date, int] = {}
    for card in memory:
        on = ahead(card.interval - card.since)
        due[on] = due.get(on, 0) + 1
    return due


def total(waiting) -> int:
    return sum(alike.cards for alike in waiting)


# --- comeback -------------------------------------------------------------------------------------


def test_the_shortest_interval_comes_first_and_each_card_fades_until_its_turn():
    waiting = [Alike(30, 30.0, 40), Alike(6, 5.0, 9), Alike(10, 12.0, 20)]
    chances = [retrievability(5.0, 9), retrievability(12.0, 21), retrievability(30.0, 42)]
    outlook = comeback(DAY, waiting, {}, 1, each_day(1))
    assert outlook == Outlook(ahead(2), pytest.approx(fmean(chances)), 2)


def test_cards_of_one_interval_come_in_any_order():
    waiting = [Alike(6, 3.0, 6), Alike(6, 300.0, 6)]
    chances = [retrievability(stability, days) for stability in (3.0, 300.0) for days in (6, 7)]
    assert comeback(DAY, waiting, {}, 1, each_day(1)).recall == pytest.approx(fmean(chances))


def test_what_fits_today_needs_no_days():
    waiting = [Alike(6, 5.0, 9), Alike(10, 12.0, 20)]
    chances = [retrievability(5.0, 9), retrievability(12.0, 20)]
    assert comeback(DAY, waiting, {ahead(1): 90}, 2, each_day(2)) == Outlook(None, pytest.approx(fmean(chances)), 0)


def test_nothing_waiting_costs_nothing():
    assert comeback(DAY, [], {}, 0, each_day(0)) == Outlook(None, 1.0, 0)


def test_what_falls_due_on_the_way_puts_the_level_day_off_but_waits_behind():
    waiting = [Alike(6, 5.0, 9)] * 4
    joined = comeback(DAY, waiting, {ahead(1): 2, ahead(2): 1}, 2, each_day(2))
    alone = comeback(DAY, waiting, {}, 2, each_day(2))
    assert (joined.days, alone.days) == (3, 1)
    assert joined.recall == alone.recall


def test_days_without_capacity_cost_recall():
    waiting = [Alike(6, 5.0, 9)] * 4
    rested = comeback(DAY, waiting, {}, 0, lambda day, left: 0 if day < ahead(3) else 4)
    assert rested == Outlook(ahead(3), pytest.approx(retrievability(5.0, 12)), 3)


def test_when_a_year_is_not_enough_there_is_no_level_day_and_the_rest_counts_at_its_end():
    outlook = comeback(DAY, [Alike(6, 5.0, 9), Alike(7, 8.0, 9)], {}, 0, each_day(0))
    chances = [retrievability(5.0, 9 + 365), retrievability(8.0, 9 + 365)]
    assert outlook == Outlook(None, pytest.approx(fmean(chances)), 365)


def test_a_card_whose_memory_is_not_known_takes_a_place_and_stays_out_of_the_mean():
    outlook = comeback(DAY, [Alike(1, None, 3), Alike(6, 5.0, 9)], {}, 1, each_day(1))
    assert outlook == Outlook(ahead(1), pytest.approx(retrievability(5.0, 10)), 1)


def test_what_is_left_is_reviewed_on_the_first_day_on_which_a_usual_day_suffices():
    waiting = [Alike(6, 5.0, 9)] * 7
    outlook = comeback(DAY, waiting, {}, 2, lambda day, left: 4 if left <= 4 else 2)
    chances = [retrievability(5.0, 9 + days) for days in (0, 0, 1, 1, 2, 2, 2)]
    assert outlook == Outlook(ahead(2), pytest.approx(fmean(chances)), 2)


@given(groups, upcomings, st.integers(0, 30))
def test_the_level_day_is_the_plans_own(waiting, upcoming, count):
    outlook = comeback(DAY, waiting, upcoming, count, each_day(count))
    assert outlook.level_on == planning.level_day(DAY, total(waiting), count, each_day(count), upcoming)
    assert (outlook.days == 0) == (total(waiting) <= count)
    assert outlook.level_on in (None, ahead(outlook.days))


@given(groups, upcomings, st.integers(1, 20), st.integers(0, 20))
def test_going_faster_is_level_no_later_and_never_recalls_less(waiting, upcoming, count, more):
    slow = comeback(DAY, waiting, upcoming, count, each_day(count))
    fast = comeback(DAY, waiting, upcoming, count + more, each_day(count + more))
    assert fast.days <= slow.days
    assert slow.recall - 1e-12 <= fast.recall <= 1


@given(
    st.lists(st.builds(Alike, st.integers(6, 8), stabilities, st.integers(1, 90), st.just(1)), max_size=5),
    st.integers(1, 3),
)
def test_the_recall_is_the_mean_over_every_order_of_cards_of_one_interval(waiting, count):
    orders = [order for order in permutations(waiting) if [*order] == sorted(order, key=itemgetter(0))]
    chances = [
        retrievability(card.stability, card.since + number // count)
        for order in orders
        for number, card in enumerate(order)
        if card.stability
    ]
    exact = fmean(chances) if chances else 1.0
    assert comeback(DAY, waiting, {}, count, each_day(count)).recall == pytest.approx(exact, abs=1e-12)


@given(groups, upcomings, st.integers(0, 30))
def test_cards_alike_cost_what_they_cost_one_by_one(waiting, upcoming, count):
    singly = [alike._replace(cards=1) for alike in waiting for _ in range(alike.cards)]
    together, alone = (comeback(DAY, cards, upcoming, count, each_day(count)) for cards in (waiting, singly))
    assert (together.level_on, together.days) == (alone.level_on, alone.days)
    assert together.recall == pytest.approx(alone.recall, abs=1e-12)


# --- holiday --------------------------------------------------------------------------------------


def test_a_holiday_from_tomorrow_fades_what_today_does_not_reach():
    memory = [Waiting(20, 20.0, 3), Waiting(9, 8.0, 4)]
    cost = absence(DAY, ahead(1), ahead(14), memory, due_of(memory), each_day(60))
    assert cost.on == ahead(15)
    assert cost.recall_before == pytest.approx(fmean([retrievability(20.0, 4), retrievability(8.0, 5)]))
    assert cost.recall == pytest.approx(fmean([retrievability(20.0, 18), retrievability(8.0, 19)]))
    assert (cost.due, cost.level_on) == (1, None)


def test_what_falls_due_before_leaving_is_reviewed_by_then():
    memory = [Waiting(20, 20.0, 18)]
    cost = absence(DAY, ahead(5), ahead(9), memory, due_of(memory), each_day(60))
    assert cost.recall_before == pytest.approx(retrievability(20.0, 3))
    assert cost.recall == pytest.approx(retrievability(20.0, 8))
    assert cost.due == 0


def test_a_card_reviewed_before_leaving_waits_again_when_its_interval_ends_by_the_return():
    memory = [Waiting(6, 20.0, 6)]
    assert absence(DAY, ahead(1), ahead(5), memory, due_of(memory), each_day(60)).due == 1
    assert absence(DAY, ahead(1), ahead(4), memory, due_of(memory), each_day(60)).due == 0


def test_its_interval_counts_from_the_day_it_was_reviewed():
    memory = [Waiting(6, 20.0, 3)]  # reviewed again 3 days ahead, due 9 days ahead
    assert absence(DAY, ahead(4), ahead(7), memory, due_of(memory), each_day(60)).due == 0
    assert absence(DAY, ahead(4), ahead(8), memory, due_of(memory), each_day(60)).due == 1


def test_a_day_without_capacity_before_leaving_reviews_nothing():
    memory = [Waiting(6, 20.0, 5)]  # falls due tomorrow
    cost = absence(DAY, ahead(2), ahead(4), memory, due_of(memory), lambda day, waiting: 0 if day == ahead(1) else 60)
    assert cost.recall_before == pytest.approx(retrievability(20.0, 7))
    assert cost.due == 1


def test_a_short_interval_comes_round_several_times_before_leaving():
    memory = [Waiting(2, 20.0, 2)]
    cost = absence(DAY, ahead(6), ahead(6), memory, due_of(memory), each_day(60))
    assert cost.recall_before == pytest.approx(retrievability(20.0, 2))  # reviewed today, and 2 and 4 days ahead
    assert cost.due == 1


def test_more_than_fits_before_leaving_still_waits_on_return_longest_interval_last():
    memory = [Waiting(30, 30.0, 40), Waiting(20, 25.0, 30), Waiting(25, 28.0, 25)]
    cost = absence(DAY, ahead(2), ahead(8), memory, due_of(memory), each_day(1))
    chances = [retrievability(30.0, 42), retrievability(25.0, 2), retrievability(28.0, 1)]
    assert cost.recall_before == pytest.approx(fmean(chances))
    assert (cost.due, cost.level_on) == (1, None)


def test_what_falls_due_while_away_and_on_the_day_of_return_waits_then():
    due = {DAY - timedelta(days=3): 1, DAY: 2, ahead(1): 4, ahead(7): 8, ahead(8): 16, ahead(9): 32}
    cost = absence(DAY, DAY, ahead(7), [], due, each_day(20))
    assert (cost.on, cost.due, cost.level_on) == (ahead(8), 31, ahead(11))
    assert (cost.recall_before, cost.recall) == (1.0, 1.0)


def test_a_holiday_that_begins_today_leaves_today_undone():
    memory = [Waiting(6, 5.0, 9)]
    cost = absence(DAY, DAY, DAY, memory, due_of(memory), each_day(60))
    assert cost.recall_before == pytest.approx(retrievability(5.0, 9))
    assert cost.recall == pytest.approx(retrievability(5.0, 10))
    assert cost.due == 1


def test_cards_that_the_counts_leave_out_never_make_less_than_nothing_due():
    assert absence(DAY, ahead(1), ahead(2), [Waiting(90, 5.0, 90)], {}, each_day(60)).due == 0


@given(waitings, st.integers(0, 40), st.integers(0, 40), st.integers(0, 20))
def test_a_holiday_never_gains_recall_and_asks_the_capacity_of_no_day_away(memory, wait, length, count):
    first, last = ahead(wait), ahead(wait + length)
    asked: list[date] = []

    def fits(day: date, waiting: int) -> int:
        asked.append(day)
        return count

    cost = absence(DAY, first, last, memory, due_of(memory), fits)
    assert cost.recall <= cost.recall_before
    assert not [day for day in asked if first <= day <= last]


@given(waitings, st.integers(0, 30), st.integers(0, 40), st.integers(1, 40), st.integers(0, 20))
def test_a_longer_holiday_never_costs_less(memory, wait, length, more, count):
    due = due_of(memory)
    short = absence(DAY, ahead(wait), ahead(wait + length), memory, due, each_day(count))
    long = absence(DAY, ahead(wait), ahead(wait + length + more), memory, due, each_day(count))
    assert long.recall <= short.recall
    assert long.recall_before == short.recall_before
    assert short.due <= long.due <= len(memory)
