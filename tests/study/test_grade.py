"""A grade: what it writes, what a repeat or a late one is told, and what it costs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from study import services
from study.models import Answer, CardState
from study.services import AlreadyAnswered, InvalidAnswer, KeyReused, UnknownCard

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = date(2026, 3, 2)


def test_the_first_answer_writes_a_row_and_moves_the_state(learner, cards, answer):
    card = cards(learner)[0]
    graded = answer(learner, card, 4, milliseconds=3200)
    row, state = Answer.objects.get(), CardState.objects.get(card__ref=card.ref)
    assert not graded.repeated
    assert (row.kind, row.grade, row.sequence, row.study_day) == ("review", 4, 1, TODAY)
    assert (row.interval, row.due_on, row.milliseconds) == (1, TODAY + timedelta(days=1), 3200)
    assert (state.repetitions, state.ease, state.interval, state.sequence) == (1, 250, 1, 1)
    assert (state.due_on, state.last_review_on, state.drill_open) == (row.due_on, TODAY, False)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("2026-03-02T09:30:00.250Z", datetime(2026, 3, 2, 9, 30, 0, 250_000, UTC)),
        ("2026-03-02T09:30:00+02:00", datetime(2026, 3, 2, 7, 30, tzinfo=UTC)),
        ("1999-01-01T00:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2099-01-01T00:00:00Z", datetime(2026, 3, 2, 12, tzinfo=UTC)),
        *((text, datetime(2026, 3, 2, 12, tzinfo=UTC)) for text in ("", "2026-03-02T09:30:00", "+275760-09-13", "now")),
    ],
)
def test_a_page_may_say_when_it_was_answered_and_no_clock_costs_an_answer(learner, cards, client_of, said, kept):
    card = cards(learner)[0]
    body = {"card": card.ref, "grade": 4, "key": uuid4(), "shown": card.showing.sign(), "answered_at": said}
    for _ in range(2):
        assert client_of(learner).post("/study/grade/", body).status_code == 302
    assert Answer.objects.get().answered_at == kept


def test_a_card_graded_4_or_more_leaves_the_queue(learner, cards, answer):
    first, *others = cards(learner)
    answer(learner, first, 4)
    assert [card.ref for card in cards(learner)] == [card.ref for card in others]


@pytest.mark.parametrize("grade", [0, 1, 2, 3])
def test_a_card_graded_below_4_comes_back_later_the_same_day(learner, cards, answer, grade):
    first, *others = cards(learner)
    answer(learner, first, grade)
    refs = [card.ref for card in cards(learner)]
    assert refs.index(first.ref) == 8
    assert len(refs) == 1 + len(others)


def test_a_drill_ends_with_a_grade_of_4_and_leaves_the_schedule_alone(learner, cards, answer):
    first = cards(learner)[0]
    answer(learner, first, 1)
    again = next(card for card in cards(learner) if card.ref == first.ref)
    assert again.showing.kind == "drill"
    answer(learner, again, 3)
    again = next(card for card in cards(learner) if card.ref == first.ref)
    answer(learner, again, 5)
    state = CardState.objects.get(card__ref=first.ref)
    assert first.ref not in [card.ref for card in cards(learner)]
    assert (state.repetitions, state.ease, state.interval, state.sequence) == (0, 250, 1, 3)
    assert [row.kind for row in Answer.objects.order_by("sequence")] == ["review", "drill", "drill"]


def test_another_answer_on_the_same_day_is_practice_and_moves_nothing(learner, cards, answer):
    card = cards(learner)[0]
    answer(learner, card, 5)
    before = CardState.objects.get(card__ref=card.ref)
    answer(learner, card, 1, shown="")
    after = CardState.objects.get(card__ref=card.ref)
    assert Answer.objects.latest("sequence").kind == "practice"
    assert (after.repetitions, after.ease, after.due_on, after.lapses) == (1, 260, before.due_on, 0)
    assert after.sequence == 2


def test_a_card_ahead_of_its_day_is_practice(learner, cards, answer, clock):
    card = cards(learner)[0]
    answer(learner, card, 4)
    clock.shift(timedelta(days=1))
    answer(learner, card, 4, shown="")  # due on this day: a review, next due in 6 days
    clock.shift(timedelta(days=2))
    answer(learner, card, 4, shown="")
    assert [row.kind for row in Answer.objects.order_by("sequence")] == ["review", "review", "practice"]


def test_the_same_key_and_body_gets_the_stored_result_and_writes_nothing(learner, cards, answer):
    card, key = cards(learner)[0], uuid4()
    first = answer(learner, card, 4, key=key, milliseconds=900)
    again = answer(learner, card, 4, key=key, milliseconds=900)
    assert again.repeated
    assert again.answer == first.answer
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("change", [{"grade": 5}, {"milliseconds": 901}, {"response": "0"}])
def test_the_same_key_with_another_body_is_refused(learner, cards, change):
    card = next(card for card in cards(learner) if card.kind == "choice")
    body = {"card": card.ref, "grade": 4, "key": uuid4(), "shown": card.showing.sign(), "milliseconds": 900}
    services.grade(user=learner, now=timezone.now(), **body)
    with pytest.raises(KeyReused):
        services.grade(user=learner, now=timezone.now(), **{**body, **change})
    assert Answer.objects.count() == 1


def test_an_old_showing_with_another_key_is_told_what_stands(learner, cards, answer):
    card = cards(learner)[0]
    answer(learner, card, 4)
    with pytest.raises(AlreadyAnswered) as late:
        answer(learner, card, 1)
    assert late.value.answer.grade == 4
    assert late.value.state.sequence == 1
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("shown", ["nonsense", "W10:1abc:forged"])
def test_a_forged_showing_is_an_unknown_card(learner, cards, answer, shown):
    with pytest.raises(UnknownCard):
        answer(learner, cards(learner)[0], 4, shown=shown)
    assert not Answer.objects.exists()


def test_another_learners_or_another_cards_showing_is_an_unknown_card(learner, bob, cards, answer):
    first, second = cards(learner)[:2]
    with pytest.raises(UnknownCard):
        answer(bob, first, 4)
    with pytest.raises(UnknownCard):
        answer(learner, first, 4, shown=second.showing.sign())
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("grade", 6),
        ("grade", -1),
        ("grade", True),
        ("grade", "4"),
        ("milliseconds", -1),
        ("milliseconds", 10**9),
        ("response", "x" * 2001),
        ("response", {"a": 1}),
        ("response", "a\0b"),
    ],
)
def test_a_field_outside_its_limits_is_named_and_nothing_is_written(learner, cards, answer, field, value):
    card = cards(learner)[0]
    with pytest.raises(InvalidAnswer) as refusal:
        answer(learner, card, **{"grade": 4, field: value})
    assert refusal.value.where == field
    assert "Nothing was stored." in str(refusal.value)
    assert not Answer.objects.exists()


def test_a_response_that_is_no_choice_of_the_card_is_refused(learner, cards, answer):
    card = next(card for card in cards(learner) if card.kind == "choice")
    with pytest.raises(InvalidAnswer, match="0 to 2"):
        answer(learner, card, 4, response="3")
    assert answer(learner, card, 4, response="2").answer.response == "2"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (timedelta(hours=-5), timedelta(hours=-5)),
        (timedelta(days=-400), timedelta(days=-30)),
        (timedelta(days=3), timedelta(0)),
    ],
)
def test_the_clients_clock_is_held_between_30_days_back_and_now(learner, cards, answer, said, kept):
    now = timezone.now()
    row = answer(learner, cards(learner)[0], 4, answered_at=now + said).answer
    assert row.answered_at == now + kept
    assert row.study_day == TODAY


def test_a_card_outside_the_plan_can_be_answered_and_gets_its_state(learner, curriculum, answer):
    card = curriculum.cards[-1]
    assert not CardState.objects.filter(card=card).exists()
    services.grade(user=learner, card=card.ref, grade=1, key=uuid4(), now=timezone.now())
    state = CardState.objects.get(card=card)
    assert (state.sequence, state.interval, state.queued_on) == (1, 1, TODAY)


def test_somebody_who_never_opened_a_page_can_answer(bob, curriculum):
    graded = services.grade(user=bob, card=curriculum.cards[0].ref, grade=4, key=uuid4(), now=timezone.now())
    assert graded.answer.kind == "review"


def test_a_retired_card_is_unknown_but_one_already_shown_is_still_accepted(learner, cards, answer):
    card = cards(learner)[0]
    CardState.objects.get(card__ref=card.ref).card.__class__.objects.filter(ref=card.ref).update(retired=True)
    with pytest.raises(UnknownCard):
        answer(learner, card, 4, shown="")
    assert answer(learner, card, 4).answer.kind == "review"


def test_a_repeat_is_told_the_stored_result_even_when_its_card_has_been_retired(learner, curriculum):
    card, key = curriculum.cards[0], uuid4()
    body = {"user": learner, "card": card.ref, "grade": 4, "key": key, "now": timezone.now()}
    services.grade(**body)
    type(card).objects.filter(pk=card.pk).update(retired=True)
    assert services.grade(**body).repeated
    with pytest.raises(UnknownCard):
        services.grade(**{**body, "key": uuid4()})


def test_a_showing_from_yesterday_counts_for_today(learner, cards, answer, clock):
    card = cards(learner)[0]
    clock.shift(timedelta(days=1))
    row = answer(learner, card, 4).answer
    assert (row.study_day, row.due_on) == (TODAY + timedelta(days=1), TODAY + timedelta(days=2))


def test_a_study_day_never_runs_backwards_when_the_clock_does(learner, cards, answer, clock):
    card = cards(learner)[0]
    answer(learner, card, 4)
    clock.move_to(datetime(2026, 2, 27, 12, tzinfo=UTC))
    row = answer(learner, card, 4, shown="").answer
    assert (row.study_day, row.kind) == (TODAY, "practice")


def test_the_page_path_writes_and_reads_next_in_five_statements(learner, cards, client_of, count_statements):
    client = client_of(learner)
    client.get("/study/")
    card = cards(learner)[0]
    body = {"card": card.ref, "grade": "4", "key": str(uuid4()), "shown": card.showing.sign(), "held": card.ref}
    with count_statements() as seen:
        response = client.post("/study/grade/", body, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert [statement.split()[0] for statement in seen] == ["SELECT", "SELECT", "INSERT", "UPDATE", "SELECT"]


def test_a_repeat_on_the_page_costs_at_most_seven_statements(learner, cards, client_of, count_statements):
    client, card = client_of(learner), cards(learner)[0]
    body = {"card": card.ref, "grade": "4", "key": str(uuid4()), "shown": card.showing.sign()}
    client.post("/study/grade/", body, headers={"HX-Request": "true"})
    with count_statements() as seen:
        assert client.post("/study/grade/", body, headers={"HX-Request": "true"}).status_code == 200
    assert len(seen) <= 7
    assert Answer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_equal_answers_at_once_make_one_row(learner, cards):
    card, key = cards(learner)[0], uuid4()
    shown = card.showing.sign()

    def give(_: int) -> bool:
        try:
            return services.grade(
                user=learner, card=card.ref, grade=4, key=key, now=timezone.now(), shown=shown
            ).repeated
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        repeated = list(pool.map(give, range(32)))
    assert sorted(repeated) == [False] + [True] * 31
    assert Answer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_tabs_with_one_showing_the_first_counts_and_the_others_are_told(learner, cards):
    card = cards(learner)[0]
    shown = card.showing.sign()

    def give(grade: int) -> int | None:
        try:
            services.grade(user=learner, card=card.ref, grade=grade % 6, key=uuid4(), now=timezone.now(), shown=shown)
        except AlreadyAnswered as late:
            return late.answer.grade
        else:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(give, range(24)))
    stored = Answer.objects.get()
    assert told.count(None) == 1
    assert set(told) - {None} == {stored.grade}
    assert CardState.objects.get(card__ref=card.ref).sequence == 1
