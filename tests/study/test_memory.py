"""What is remembered: the same in study days and in SQL, and rolled up once a day whoever plans it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from curriculum.models import Card
from scheduling import recall
from study import memory, plans, services
from study.fold import fold
from study.memory import Mastery
from study.models import Answer, CardState, DayPlan, Learner, TopicRecall

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def study(cards, answer):
    """`study(alice, 4, 4, 1)`: answer what the queue shows, one grade after the other, five seconds each."""

    def give(user, *grades):
        return [answer(user, cards(user)[0], grade, milliseconds=5000) for grade in grades]

    return give


def by_job(clock, days=1) -> None:
    """Move the clock, and let the rollover job plan the day."""
    clock.shift(timedelta(days=days))
    assert plans.sweep(timezone.now()) == 1


def rows(day) -> dict[str, tuple]:
    """What is stored for a study day: topic to recall, cards seen, answers, missed, seconds."""
    found = TopicRecall.objects.filter(study_day=day).values_list(
        "topic__slug", "recall", "seen", "answers", "missed", "seconds"
    )
    return {topic: tuple(values) for topic, *values in found}


# --- a card's memory ------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [22, 24])
def test_answers_22_and_24_hours_apart_over_one_rollover_give_the_same_memory(learner, cards, answer, clock, hours):
    clock.move_to(datetime(2026, 3, 2, 10, tzinfo=UTC))
    card = cards(learner)[0]
    answer(learner, card, 4)
    clock.shift(timedelta(hours=hours))
    again = answer(learner, next(shown for shown in cards(learner) if shown.ref == card.ref), 4)
    assert again.memory.trace == recall.after(recall.after(None, 0, 4), 1, 4)
    assert again.answer.study_day == TUESDAY


def test_a_state_holds_the_trace_of_its_ledger(learner, study, clock):
    study(learner, 4, 1, 3, 5)
    clock.shift(timedelta(days=1))
    study(learner, 4, 1)
    for state in CardState.objects.seen():
        trace = fold(services.Row(*row) for row in _ledger(state)).trace
        assert (state.stability, state.difficulty) == pytest.approx(trace, rel=1e-12)


def _ledger(state):
    return Answer.objects.filter(card=state.card_id).values_list(*services.Row._fields)


def test_an_undo_gives_back_the_memory_there_was(learner, study, cards, answer, clock):
    study(learner, 3)
    clock.shift(timedelta(days=1))
    before = CardState.objects.get(sequence=1)
    card = next(shown for shown in cards(learner) if shown.showing.card == before.card_id)
    answer(learner, card, 1)
    assert CardState.objects.get(pk=before.pk).stability != before.stability
    services.undo(user=learner, key=uuid4(), now=timezone.now())
    after = CardState.objects.get(pk=before.pk)
    assert (after.stability, after.difficulty, after.last_review_day) == (
        before.stability,
        before.difficulty,
        before.last_review_day,
    )


@pytest.mark.parametrize("days", [-1, 0, 1, 6, 40, 400, 36_500])
def test_the_chance_in_sql_is_the_one_in_python(learner, curriculum, days):
    stabilities = (0.001, 0.2, 1.0, 8.5, 123.456, 36_500.0)
    CardState.objects.filter(learner=learner.pk).delete()
    CardState.objects.bulk_create(
        CardState(learner_id=learner.pk, card=card, last_review_day=MONDAY.toordinal(), stability=stability)
        for card, stability in zip(curriculum.cards, stabilities, strict=False)
    )
    states = CardState.objects.annotate(chance=memory.retrievability(MONDAY + timedelta(days=days)))
    found = dict(states.values_list("stability", "chance"))
    assert found == pytest.approx({one: recall.retrievability(one, days) for one in stabilities}, rel=1e-12)


# --- the roll-up ----------------------------------------------------------------------------------


def test_the_job_writes_what_each_topic_is_remembered_to_as_the_day_begins(learner, study, clock):
    study(learner, 4, 4, 1)
    assert rows(MONDAY) == {}
    by_job(clock)
    fresh = [recall.retrievability(recall.after(None, 0, grade).stability, 1) for grade in (4, 4, 1)]
    assert rows(TUESDAY) == {"queues": (pytest.approx(sum(fresh) / 3), 3, 0, 0, 0)}


def test_it_is_written_once_a_day(learner, study, clock, client_of):
    study(learner, 4, 4)
    by_job(clock)
    before = list(TopicRecall.objects.order_by("pk").values())
    assert plans.sweep(timezone.now()) == 0
    study(learner, 1, 4, 5)
    client_of(learner).get("/today/")
    plans.build(learner, timezone.now())
    assert list(TopicRecall.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("hours", [1, 20])
@pytest.mark.parametrize("first", ["page", "api"])
def test_it_is_the_same_when_the_page_comes_first(learner, study, clock, client_of, api_of, first, hours):
    study(learner, 4, 4, 1)
    clock.move_to(datetime(2026, 3, 3, 4, tzinfo=UTC) + timedelta(hours=hours))
    if first == "page":
        client_of(learner).get("/today/")
    else:
        api_of(learner).get("/api/v1/study/next/")
    by_page = (rows(MONDAY), rows(TUESDAY))
    DayPlan.objects.filter(study_day=TUESDAY).delete()
    TopicRecall.objects.all().delete()
    Learner.objects.update(next_rollover_at=timezone.now())
    assert plans.sweep(timezone.now()) == 1
    assert (rows(MONDAY), rows(TUESDAY)) == by_page
    assert by_page[1]["queues"][1] == 3


def test_answers_given_before_the_day_was_planned_change_nothing_of_its_start(learner, study, clock):
    study(learner, 4, 4, 1)
    by_job(clock)
    planned = rows(TUESDAY)
    DayPlan.objects.filter(study_day=TUESDAY).delete()
    TopicRecall.objects.filter(study_day=TUESDAY).delete()
    for ref in ("queues/card-01", "queues/card-12", "retries/card-01"):  # one met before, two new
        services.grade(user=learner, card=ref, grade=1, key=uuid4(), now=timezone.now())
    plans.build(learner, timezone.now())
    assert rows(TUESDAY) == {
        "queues": (pytest.approx(planned["queues"][0], rel=1e-12), *planned["queues"][1:]),
    }


def test_the_day_after_closes_a_day_with_its_answers_misses_and_seconds(learner, study, clock):
    study(learner, 4, 1, 2, 5)
    by_job(clock)
    assert rows(MONDAY) == {"queues": (0, 0, 4, 2, 20)}
    study(learner, 4, 1)
    by_job(clock)
    assert rows(TUESDAY)["queues"][2:] == (2, 1, 10)
    by_job(clock)  # a day without answers
    assert rows(TUESDAY)["queues"][2:] == (2, 1, 10)
    assert rows(TUESDAY + timedelta(days=1))["queues"][2:] == (0, 0, 0)


def test_closing_a_day_keeps_what_it_began_with(learner, study, clock):
    study(learner, 4, 4)
    by_job(clock)
    began = rows(TUESDAY)["queues"][:2]
    study(learner, 4)
    by_job(clock)
    assert rows(TUESDAY)["queues"] == (*began, 1, 0, 5)


def test_an_answer_taken_back_is_neither_seen_nor_counted(learner, study, clock):
    study(learner, 4, 1)
    services.undo(user=learner, key=uuid4(), now=timezone.now())
    by_job(clock)
    assert rows(MONDAY)["queues"][2:] == (1, 0, 5)
    assert rows(TUESDAY)["queues"][1] == 1


def test_a_day_whose_every_answer_was_taken_back_is_not_closed(learner, study, clock):
    study(learner, 4)
    services.undo(user=learner, key=uuid4(), now=timezone.now())
    by_job(clock)
    assert not TopicRecall.objects.exists()


def test_retired_cards_are_left_out(learner, study, clock):
    given = study(learner, 4, 4, 1)
    Card.objects.filter(pk=given[2].answer.card_id).update(retired=True)
    by_job(clock)
    assert rows(TUESDAY)["queues"][:2] == (
        pytest.approx(recall.retrievability(recall.after(None, 0, 4).stability, 1)),
        2,
    )


def test_the_last_day_before_an_absence_is_closed_on_return(learner, study, clock):
    study(learner, 4, 4)
    clock.shift(timedelta(days=40))
    plans.current(learner, timezone.now())
    assert rows(MONDAY)["queues"][2:] == (2, 0, 10)
    [(chance, seen, *_)] = rows(MONDAY + timedelta(days=40)).values()
    assert (chance, seen) == (pytest.approx(recall.retrievability(recall.after(None, 0, 4).stability, 40)), 2)


@pytest.mark.parametrize("answers", [0, 200])
def test_it_takes_six_statements_however_long_the_history(learner, study, clock, count_statements, answers):
    study(learner, 4, 4, 4)
    card = Answer.objects.values_list("card", flat=True).first()
    Answer.objects.bulk_create(
        Answer(learner_id=learner.pk, card_id=card, key=f"{n:032x}", sequence=n, grade=4, kind="practice",
               study_day=MONDAY, answered_at=timezone.now(), received_at=timezone.now())
        for n in range(2, 2 + answers)
    )  # fmt: skip
    with count_statements() as seen:
        memory.roll_up(learner.pk, TUESDAY)
    assert [sql.split()[0] for sql in seen] == ["SELECT", "SELECT", "INSERT", "SELECT", "SELECT", "INSERT"]
    with count_statements() as seen:
        memory.roll_up(learner.pk, MONDAY)  # whose answers were given before it was planned
    assert len(seen) == 4


# --- what pages read ------------------------------------------------------------------------------


def test_the_newest_rows_are_those_of_the_last_planned_day(learner, study, curriculum, clock):
    study(learner, 4, 4)
    by_job(clock)
    by_job(clock)
    newest = memory.mastery(learner.pk, MONDAY + timedelta(days=9), {curriculum.first.pk: 12, curriculum.second.pk: 12})
    assert newest[curriculum.first.pk].recall == rows(MONDAY + timedelta(days=2))["queues"][0]
    assert newest[curriculum.second.pk] == Mastery(0.0, 0, 12)
    assert memory.mastery(learner.pk, MONDAY, {curriculum.first.pk: 12})[curriculum.first.pk].seen == 0


def test_a_topic_whose_met_cards_have_all_left_is_not_met(learner, study, answer, curriculum, clock):
    study(learner, 4)
    services.grade(user=learner, card="retries/card-01", grade=4, key=uuid4(), now=timezone.now())
    by_job(clock)
    Card.objects.filter(ref="queues/card-01").update(retired=True)
    by_job(clock)
    newest = memory.mastery(learner.pk, MONDAY + timedelta(days=2), {curriculum.first.pk: 11, curriculum.second.pk: 12})
    assert [newest[topic.pk].seen for topic in (curriculum.first, curriculum.second)] == [0, 1]


def test_nobody_reads_what_another_remembers(learner, study, charlie, curriculum, clock):
    study(learner, 4)
    by_job(clock)
    assert not TopicRecall.objects.for_user(charlie).exists()
    assert memory.mastery(charlie.pk, TUESDAY, {curriculum.first.pk: 12})[curriculum.first.pk].seen == 0


@pytest.mark.parametrize(
    ("recalled", "seen", "cards", "percent", "step"),
    [
        (0.0, 0, 12, 0, 0), (0.9, 0, 0, 0, 0), (0.9, 1, 400, 0, 1), (0.395, 10, 10, 40, 2), (0.39, 10, 10, 39, 1),
        (0.8, 8, 10, 64, 2), (0.65, 10, 10, 65, 3), (0.84, 10, 10, 84, 3), (0.85, 10, 10, 85, 4), (1.0, 12, 10, 100, 4),
    ],
)  # fmt: skip
def test_a_share_is_of_all_cards_and_has_a_step_of_the_ramp(recalled, seen, cards, percent, step):
    found = Mastery(recalled, seen, cards)
    assert (found.percent, found.step) == (percent, step)


def test_topics_together_weigh_by_their_cards():
    both = memory.together([Mastery(1.0, 1, 10), Mastery(0.5, 4, 10), Mastery(0.0, 0, 10)])
    assert (both.recall, both.seen, both.cards) == (pytest.approx(0.6), 5, 30)
    assert both.share == pytest.approx(0.1)
    assert memory.together([]).percent == 0
