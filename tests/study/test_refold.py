"""`manage.py refold` after a change of rules: says what moves, writes only what is older, goes on where it stopped."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from itertools import groupby
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from scheduling import sm2
from study import cram, enrolment, folding, plans, scope, services
from study.checkup import findings
from study.fold import BUTTONS
from study.models import CardState

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
OWN = ("suspended", "buried_until", "set_aside")
PLACES = ("queued_on", "position")
DAYS = ("hard_days", "good_days", "easy_days")
FOLDED = ("ease", "interval", "due_on", "rules", "repetitions", "stability")


def refold(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("refold", *arguments, stdout=out)
    return out.getvalue().splitlines()


def stored(*columns: str, **where: object) -> list[tuple]:
    return list(CardState.objects.filter(**where).order_by("learner", "card").values_list(*columns))


@pytest.fixture
def studied(learner, cards, answer, clock):
    """Two mornings of Good and Easy: intervals of 1 and 6 days; some new cards have only a place."""
    for days, count in ((1, 6), (0, 4)):
        for card in cards(learner, count):
            answer(learner, card, 5 if card.ref.endswith("1") else 4)
        clock.shift(timedelta(days=days))
    assert sorted(stored("interval", sequence__gt=0)) == [(1,)] * 2 + [(6,)] * 4
    assert CardState.objects.filter(sequence=0).exists()
    return learner


@pytest.fixture
def new_rules(monkeypatch):
    """`new_rules()`: from now on the second interval is 9 days, and Easy adds 15 hundredths to the ease."""
    review = sm2.review

    def changed(state, grade):
        after = review(state, grade)
        interval = 9 if state.repetitions == 1 and grade >= sm2.PASS else after.interval
        return after._replace(interval=interval, ease=after.ease + (5 if grade == 5 else 0))

    def change():
        monkeypatch.setattr(sm2, "review", changed)
        monkeypatch.setattr(folding, "RULES", folding.RULES + 1)

    return change


def test_without_older_rules_there_is_nothing_to_do(studied):
    before = stored(*FOLDED)
    assert refold() == refold("--write") == ["No card was folded by older rules."]
    assert stored(*FOLDED) == before


def test_a_dry_run_says_how_many_move_and_by_how_much_and_writes_nothing(studied, new_rules):
    before = stored(*FOLDED, *PLACES, *DAYS)
    six = CardState.objects.filter(repetitions=2, interval=6).count()
    easy = CardState.objects.filter(ease__gt=250).count()
    assert (six, easy) == (4, 1)
    new_rules()
    assert refold() == [
        f"Cards folded by older rules: {len(before)}.",
        "Due dates that move: 4, by 3 days in the median and 3 at most.",
        "Intervals that change: 4. Eases that change: 1.",
        "Nothing was written. To write it, add --write.",
    ]
    assert stored(*FOLDED, *PLACES, *DAYS) == before


def test_writing_makes_every_state_what_the_new_rules_say_and_a_second_run_finds_nothing(studied, new_rules):
    new_rules()
    said = refold()
    written = refold("--write")
    assert written[:-1] == said[:-1]
    assert written[-1] == "All of it is written."
    assert list(findings()) == []
    assert {rules for (rules,) in stored("rules")} == {folding.RULES}
    assert refold() == refold("--write") == ["No card was folded by older rules."]


def test_rules_that_move_nothing_are_written_too(studied, monkeypatch):
    before = stored(*FOLDED[:3])
    monkeypatch.setattr(folding, "RULES", folding.RULES + 1)
    assert refold("--write")[1:3] == ["No due date moves.", "Intervals that change: 0. Eases that change: 0."]
    assert stored(*FOLDED[:3]) == before
    assert refold() == ["No card was folded by older rules."]


def test_places_and_what_the_learner_chose_stay_as_they_are(studied, new_rules):
    CardState.objects.update(suspended=True, set_aside=True, buried_until="2026-03-20")
    before = stored(*PLACES, *OWN)
    new_rules()
    refold("--write")
    assert stored(*PLACES, *OWN) == before


def test_states_of_the_present_rules_are_not_touched(studied, new_rules):
    new_rules()
    refold("--write")
    state = CardState.objects.filter(repetitions=2).first()
    CardState.objects.filter(pk=state.pk).update(ease=999)
    refold("--write")
    assert CardState.objects.get(pk=state.pk).ease == 999


def test_it_can_be_narrowed_to_one_learner(studied, new_rules, bob, curriculum):
    enrolment.enrol(user=bob, track=curriculum.track, now=timezone.now())
    services.grade(user=bob, card="queues/card-01", grade=4, key=uuid4(), now=timezone.now())
    new_rules()
    theirs = stored("rules", learner=studied.pk)
    refold("--write", "--learner", bob.email.upper())
    assert {rules for (rules,) in stored("rules", learner=bob.pk)} == {folding.RULES}
    assert stored("rules", learner=studied.pk) == theirs


def test_an_unknown_learner_is_named_and_nothing_is_changed(studied, new_rules):
    new_rules()
    before = stored(*FOLDED)
    with pytest.raises(CommandError, match=r"no account with the address nobody@example\.org"):
        refold("--write", "--learner", "nobody@example.org")
    assert stored(*FOLDED) == before


def test_a_run_that_breaks_off_leaves_the_rest_for_the_next(studied, new_rules, monkeypatch):
    monkeypatch.setattr(folding, "BATCH", 2)
    new_rules()
    whole = int(refold()[0].removesuffix(".").rpartition(" ")[2])
    write, batches = folding._write, []

    def breaks(learner, memories):
        write(learner, memories)
        batches.append(len(memories))
        if len(batches) == 3:
            raise KeyboardInterrupt  # the third batch is written and not committed

    with monkeypatch.context() as patch:
        patch.setattr(folding, "_write", breaks)
        with pytest.raises(KeyboardInterrupt):
            refold("--write")
    assert CardState.objects.filter(rules=folding.RULES).count() == sum(batches[:2]) == 4
    assert refold()[0] == f"Cards folded by older rules: {whole - 4}."
    refold("--write")
    assert list(findings()) == []
    assert refold() == ["No card was folded by older rules."]


# --- today's queue --------------------------------------------------------------------------------


@pytest.fixture
def queued(studied, cards, clock):
    """`queued()`: six days on, the four cards known twice, in the order in which they wait today."""
    clock.shift(timedelta(days=6))
    return lambda: [card for card in cards(studied) if card.showing.memory.schedule.repetitions == 2]


@pytest.mark.parametrize("batch", [1, 500])
@pytest.mark.parametrize("grade", ["hard", "good", "easy"])
def test_the_buttons_of_todays_queue_say_what_the_new_rules_will_store(
    queued, studied, answer, new_rules, monkeypatch, batch, grade
):
    monkeypatch.setattr(folding, "BATCH", batch)
    before, places = queued(), stored(*PLACES)
    new_rules()
    refold("--write")
    after = queued()
    assert [card.ref for card in after] == [card.ref for card in before]
    assert stored(*PLACES) == places
    for old, card in zip(before, after, strict=True):
        assert card.showing.days()[grade] > old.showing.days()[grade] + 2  # 9 days times the ease, not 6
        row = answer(studied, card, BUTTONS[grade]).answer
        assert (row.due_on - row.study_day).days == card.showing.days()[grade]
    assert list(findings()) == []


def test_a_card_answered_before_the_refold_and_undone_after_it_has_the_days_of_the_new_rules(
    queued, studied, answer, new_rules
):
    first, last = queued()[0], queued()[-1]
    answer(studied, first, 4)
    answer(studied, last, 1)
    new_rules()
    refold("--write")
    for card in (last, first):
        services.undo(user=studied, key=uuid4(), now=timezone.now())
        again = next(one for one in queued() if one.ref == card.ref)
        assert again.showing.days()["good"] > card.showing.days()["good"] + 2
        row = answer(studied, again, 4).answer
        assert (row.due_on - row.study_day).days == again.showing.days()["good"]
        services.undo(user=studied, key=uuid4(), now=timezone.now())
    assert list(findings()) == []


def test_a_queue_that_no_rule_touched_keeps_its_days(queued, new_rules):
    queued()
    CardState.objects.update(hard_days=3, good_days=4, easy_days=5)
    refold("--write")
    assert set(stored(*DAYS)) == {(3, 4, 5)}


def test_a_batch_costs_the_same_whatever_the_history(studied, new_rules, count_statements):
    new_rules()
    with count_statements() as seen:
        refold("--write")
    verbs = [verb for verb, _ in groupby(sql.split()[0] for sql in seen)]
    assert verbs == ["SELECT", "INSERT", "SELECT", "INSERT"]  # the states, then the days of today's queue
    assert len([sql for sql in seen if sql.startswith("SELECT")]) <= 8


def test_a_card_shown_before_and_answered_after_a_refold_is_judged_by_the_new_rules(
    studied, cards, answer, new_rules, clock
):
    clock.shift(timedelta(days=1))
    shown = next(card for card in cards(studied) if card.showing.kind == "review")
    new_rules()
    refold("--write")
    given = answer(studied, shown, 4).answer
    assert (given.kind, given.sequence) == ("review", shown.showing.memory.sequence + 1)
    assert list(findings()) == []


def test_practice_shown_before_and_graded_after_a_refold_is_still_practice(studied, answer, new_rules, clock):
    clock.shift(timedelta(days=10))
    day = plans.current(studied, timezone.now()).study_day
    shown = cram.upcoming(user=studied, day=day, count=1, scope=scope.read("cram=1")).cards[0]
    assert shown.showing.memory.due_on <= day
    new_rules()
    refold("--write")
    before = stored(*FOLDED)
    given = answer(studied, shown, 4).answer
    assert (given.kind, given.interval, given.due_on) == ("practice", None, None)
    assert stored(*FOLDED) == before


def test_an_answer_after_the_change_leaves_its_state_to_be_folded_anew(studied, cards, answer, new_rules, clock):
    clock.shift(timedelta(days=1))
    shown = next(card for card in cards(studied) if card.showing.kind == "review")
    new_rules()
    answer(studied, shown, 4)  # folded on top of what older rules made
    assert CardState.objects.get(card=shown.showing.card).rules < folding.RULES
    refold("--write")
    assert list(findings()) == []
