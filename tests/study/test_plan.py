"""The day's plan: cap, pace, prerequisites, places."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from study import enrolment, plans, reading
from study.enrolment import TrackWithoutCards
from study.models import CardState, DayPlan, Enrolment, Learner

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = date(2026, 3, 2)


def test_the_first_day_holds_as_many_new_cards_as_the_pace_in_file_order(learner, curriculum, cards):
    refs = [card.ref for card in curriculum.cards_of(curriculum.first)]
    assert [card.ref for card in cards(learner)] == refs[:10]
    plan = DayPlan.objects.get()
    assert (plan.study_day, plan.due, plan.reviews, plan.new, plan.level_on) == (TODAY, 0, 0, 10, None)


def test_the_next_day_holds_what_sm2_promised_and_more_new_cards(learner, curriculum, cards, answer, clock):
    for card in cards(learner):
        answer(learner, card, 4)
    clock.shift(timedelta(days=1))
    refs = [card.ref for card in cards(learner)]
    first, second = curriculum.cards_of(curriculum.first), curriculum.cards_of(curriculum.second)
    assert sorted(refs[:10]) == sorted(card.ref for card in first[:10])
    assert refs[10:] == [card.ref for card in (*first[10:], *second[:8])]


def test_a_topic_waits_until_the_foundation_cards_of_its_prerequisite_were_recalled(learner, cards, answer, clock):
    for number, card in enumerate(cards(learner)):
        answer(learner, card, 1 if number == 0 else 4)
    clock.shift(timedelta(days=1))
    assert {card.topic for card in cards(learner)} == {"queues"}


def test_new_cards_nobody_looked_at_lose_their_place_with_the_next_plan(learner, cards, clock):
    yesterday = [card.ref for card in cards(learner)]
    clock.shift(timedelta(days=1))
    assert [card.ref for card in cards(learner)] == yesterday
    assert CardState.objects.filter(queued_on=TODAY).count() == 0


def due(learner, curriculum, number, interval=6, days_ago=1):
    """Make the first cards due, as a restored database would have them."""
    CardState.objects.all().delete()
    CardState.objects.bulk_create(
        CardState(
            learner_id=learner.pk,
            card=card,
            repetitions=2,
            interval=interval + place,
            last_review_on=TODAY - timedelta(days=interval + days_ago),
            due_on=TODAY - timedelta(days=days_ago),
        )
        for place, card in enumerate(curriculum.cards[:number])
    )


def test_more_due_than_the_cap_means_shortest_intervals_first_and_no_new_cards(learner, curriculum, cards):
    due(learner, curriculum, 20)
    Learner.objects.update(cap=15)
    plan = plans.build(learner, timezone.now())
    assert (plan.due, plan.reviews, plan.new) == (20, 15, 0)
    assert plan.level_on == TODAY + timedelta(days=1)
    assert {card.ref for card in cards(learner)} == {card.ref for card in curriculum.cards[:15]}


def test_what_is_due_and_fits_comes_before_the_new_cards(learner, curriculum, cards):
    due(learner, curriculum, 5)
    plans.build(learner, timezone.now())
    kinds = [card.showing.memory.last_review_on is None for card in cards(learner)]
    assert kinds == [False] * 5 + [True] * 10


def test_building_again_the_same_day_keeps_what_was_answered_and_the_number_of_new_cards(learner, cards, answer):
    first, second, third = cards(learner)[:3]
    answer(learner, first, 4)
    answer(learner, second, 1)
    before = [card.ref for card in cards(learner)]
    plans.build(learner, timezone.now())
    after = [card.ref for card in cards(learner)]
    assert sorted(after) == sorted(before)
    assert after[0] == third.ref


def test_building_any_number_of_times_changes_nothing(learner, cards):
    before = list(CardState.objects.order_by("card").values())
    for _ in range(3):
        plans.build(learner, timezone.now())
    assert list(CardState.objects.order_by("card").values()) == before
    assert DayPlan.objects.count() == 1


def test_a_track_without_cards_cannot_be_started(learner, curriculum):
    with pytest.raises(TrackWithoutCards, match="no cards yet"):
        enrolment.enrol(user=learner, track=curriculum.empty_track, now=timezone.now())
    assert Enrolment.objects.count() == 1


def test_the_first_visit_plans_the_day_once(alice, curriculum, clock, count_statements):
    first = {"track": curriculum.track, "pace": 15, "time_zone": "Asia/Tokyo", "now": timezone.now()}
    with count_statements() as seen:
        enrolment.start_learning(user=alice, **first)
    assert len([sql for sql in seen if "study_dayplan" in sql and not sql.startswith("SELECT")]) == 1
    plan = DayPlan.objects.get()
    assert (plan.study_day, plan.new) == (TODAY, 12)  # the second topic waits for the first


def test_a_first_visit_to_a_track_without_cards_changes_nothing(alice, curriculum, clock):
    with pytest.raises(TrackWithoutCards):
        enrolment.start_learning(
            user=alice, track=curriculum.empty_track, pace=15, time_zone="Asia/Tokyo", now=timezone.now()
        )
    alice.refresh_from_db()
    assert (alice.time_zone, Learner.objects.count(), DayPlan.objects.count()) == ("UTC", 0, 0)


def test_taking_up_a_track_twice_is_taking_it_up_once(learner, curriculum):
    _, created = enrolment.enrol(user=learner, track=curriculum.track, now=timezone.now())
    assert not created
    assert Enrolment.objects.count() == 1


def test_going_west_keeps_the_study_day_and_no_card_gains_a_review(learner, cards, answer, clock):
    clock.move_to(datetime(2026, 3, 3, 5, tzinfo=UTC))
    card = cards(learner)[0]
    answer(learner, card, 4)
    enrolment.update_settings(
        user=learner,
        now=timezone.now(),
        time_zone="Pacific/Honolulu",
        rollover_hour=4,
        pace=10,
        theme="system",
        keys=True,
    )
    learner.refresh_from_db()
    assert plans.today_of(learner, timezone.now()) == date(2026, 3, 3)
    assert card.ref not in [shown.ref for shown in cards(learner)]


def test_today_costs_at_most_eight_statements(learner, client_of, count_statements):
    client = client_of(learner)
    client.get("/today/")
    with count_statements() as seen:
        assert client.get("/today/").status_code == 200
    assert len(seen) <= 8


def test_the_study_page_costs_four_statements(learner, client_of, count_statements):
    client = client_of(learner)
    client.get("/study/")
    with count_statements() as seen:
        assert client.get("/study/").status_code == 200
    assert len(seen) == 4


def test_progress_counts_what_exists(learner, cards, answer):
    for card in cards(learner)[:3]:
        answer(learner, card, 4)
    [track] = reading.today(learner, timezone.now()).enrolments
    assert (track.topics, track.topics_with_cards, track.topics_started) == (2, 2, 1)
    assert (track.cards, track.cards_seen, track.target) == (24, 3, 24)
    assert track.finish_on == TODAY + timedelta(days=2)
