"""Placement in the loop: the date on the button is the date stored, days off are skipped, and load is evened out."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.utils import timezone

from curriculum.models import Card
from scheduling import placement
from study import capacity, services
from study.checkup import findings
from study.fold import BUTTONS
from study.models import Answer, CardState
from study.services import AlreadyAnswered
from tests.study.test_kinds import KINDS, SCENARIO, fields

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = date(2026, 3, 9)  # a Monday; Good gives 15 days, to Tuesday the 24th, and may be moved by one
SIDES = {
    **{kind: sides for kind, (sides, *_) in KINDS.items()},
    "basic": {},
    "reversed": {},
    "scenario": SCENARIO,
    "cloze": {"prompt": "Waits in {{line}}.", "prompt_html": "<p>Waits in …</p>", "answer_html": "<p>line</p>"},
    "choice": {"data": {"choices": KINDS["choices"][0]["data"]["choices"][:2]}},
}


@pytest.fixture
def seasoned(learner, cards, answer, clock):
    """Alice with ten cards that were recalled twice and are due again."""
    for wait in (1, 6):
        for card in cards(learner)[:10]:
            answer(learner, card, 4)
        clock.shift(timedelta(days=wait))
    return learner


@pytest.fixture
def due(cards):
    """`due(learner)`: the shown cards that are reviewed again today."""
    return lambda user: [card for card in cards(user) if card.showing.memory.last_review_on]


def promised(card, grade):
    return TODAY + timedelta(days={BUTTONS[name]: days for name, days in card.showing.days().items()}[grade])


def stored(card):
    return CardState.objects.get(card__ref=card.ref).due_on


# --- the date on the button -----------------------------------------------------------------------


@pytest.mark.parametrize("grade", [3, 4, 5])
def test_what_the_showing_says_is_what_is_stored(seasoned, due, answer, grade):
    for card in due(seasoned):
        row = answer(seasoned, card, grade).answer
        assert row.due_on == stored(card) == promised(card, grade)


@pytest.mark.parametrize("grade", BUTTONS.values())
@pytest.mark.parametrize("kind", sorted(SIDES))
def test_the_page_says_it_for_every_kind_and_grade(seasoned, due, client_of, kind, grade):
    card = due(seasoned)[0]
    Card.objects.filter(ref=card.ref).update(kind=kind, **SIDES[kind])
    client = client_of(seasoned)
    page = client.get("/study/").content.decode()
    if 'class="check"' in page.partition('id="ahead"')[0]:
        page = client.post("/study/check/", {**fields(page, "check"), "giveup": "1"}).content.decode()
    dock = page[page.index('class="dock grade"') :]
    said = dict(re.findall(r'name="grade" value="(\d)".*?<small>(.*?)</small>', dock[: dock.index("</form>")]))
    worth = 2 if kind == "scenario" and grade == 1 else grade  # beside a rubric the first button is a near miss
    sent = {**fields(page, "dock grade"), "grade": str(worth)}
    assert client.post("/study/grade/", sent).status_code == 302
    days = (stored(card) - TODAY).days
    assert unescape(said[str(worth)]) == ("today" if grade == 1 else f"{days} days")
    assert days == 1 if grade == 1 else days >= 13


def test_a_showing_held_ahead_keeps_its_date_whatever_is_answered_before_it(seasoned, due, answer):
    held = due(seasoned)
    for card in reversed(held):
        again = next(one for one in due(seasoned) if one.ref == card.ref)
        assert again.showing.days() == card.showing.days()
        answer(seasoned, card, 4)
        assert stored(card) == promised(card, 4)


def test_after_an_undo_the_buttons_say_what_they_said_before(seasoned, due, answer):
    before = due(seasoned)
    for card, grade in zip(before[:4], (4, 5, 3, 1), strict=True):
        answer(seasoned, card, grade)
    for _ in range(4):
        services.undo(user=seasoned, key=uuid4(), now=timezone.now())
    after = due(seasoned)
    assert [card.showing.days() for card in after] == [card.showing.days() for card in before]
    answer(seasoned, after[0], 5)
    assert stored(before[0]) == promised(before[0], 5)


def test_two_tabs_show_one_date_and_the_first_answer_is_the_one_stored(seasoned, due, answer):
    first_tab, second_tab = due(seasoned)[0], due(seasoned)[0]
    assert first_tab.showing.days() == second_tab.showing.days()
    answer(seasoned, first_tab, 5)
    with pytest.raises(AlreadyAnswered):
        answer(seasoned, second_tab, 3)
    assert stored(first_tab) == promised(first_tab, 5)


def test_a_page_opened_before_a_weekday_was_taken_off_stores_what_it_shows(seasoned, due, answer):
    card = due(seasoned)[0]
    assert promised(card, 4) == date(2026, 3, 24)
    capacity.change(user=seasoned, now=timezone.now(), weekdays=[100, 0, 100, 100, 100, 100, 100])
    answer(seasoned, card, 4)
    assert stored(card) == date(2026, 3, 24)


def test_a_card_outside_the_plan_is_placed_like_one_in_it(seasoned, due):
    card = due(seasoned)[0]
    CardState.objects.filter(card__ref=card.ref).update(queued_on=None, position=None)
    before = services.as_it_stands(seasoned, card.ref, timezone.now())
    given = services.grade(user=seasoned, card=card.ref, grade=4, key=uuid4(), now=timezone.now()).answer
    assert given.due_on == TODAY + timedelta(days=before.days()["good"])


# --- a grade that comes on a later day ------------------------------------------------------------


@pytest.mark.parametrize("grade", [3, 4, 5])
def test_graded_after_the_rollover_the_date_on_the_button_stands_where_it_may(seasoned, due, answer, clock, grade):
    cards = due(seasoned)
    clock.shift(timedelta(days=1))
    later = TODAY + timedelta(days=1)
    for card in cards:
        given = answer(seasoned, card, grade).answer
        first, last = placement.window(later, given.interval)
        assert given.study_day == later
        assert first <= given.due_on <= last
        assert given.due_on == promised(card, grade) or promised(card, grade) < first
    assert any(stored(card) == promised(card, grade) for card in cards)
    assert list(findings()) == []


@pytest.mark.parametrize("days", [1, 9])
def test_a_grade_of_a_later_day_never_lands_on_a_day_off(seasoned, due, answer, clock, days):
    cards = due(seasoned)
    assert promised(cards[0], 4) == date(2026, 3, 24)
    clock.shift(timedelta(days=days))
    weekdays = [100, 0, 100, 100, 100, 100, 100]
    capacity.change(user=seasoned, now=timezone.now(), weekdays=weekdays)
    for card in cards:
        given = answer(seasoned, card, 4).answer
        assert weekdays[given.due_on.weekday()]
        first, last = placement.window(TODAY + timedelta(days=days), given.interval)
        assert first <= given.due_on <= last
    assert list(findings()) == []


def test_a_drill_shown_before_the_rollover_is_a_review_with_a_date_of_its_own(seasoned, due, answer, clock):
    ref = due(seasoned)[0].ref
    answer(seasoned, due(seasoned)[0], 1)
    drill = next(card for card in due(seasoned) if card.ref == ref)
    assert drill.showing.kind == "drill"
    clock.shift(timedelta(days=1))
    given = answer(seasoned, drill, 4).answer
    assert (given.kind, given.interval, given.due_on) == ("review", 1, TODAY + timedelta(days=2))
    assert list(findings()) == []


# --- where the cards go ---------------------------------------------------------------------------


def test_cards_of_one_interval_are_spread_evenly_over_their_window(seasoned, due, answer):
    for card in due(seasoned):
        answer(seasoned, card, 4)
    days = Counter(Answer.objects.filter(study_day=TODAY, kind="review").values_list("due_on", flat=True))
    assert days == {date(2026, 3, 23): 3, date(2026, 3, 24): 4, date(2026, 3, 25): 3}


def test_the_interval_itself_is_never_moved(seasoned, due, answer):
    for card in due(seasoned):
        answer(seasoned, card, 4)
    assert set(Answer.objects.filter(study_day=TODAY).values_list("interval", flat=True)) == {15}


@pytest.mark.parametrize(
    ("weekdays", "days"),
    [
        ([100, 0, 100, 100, 100, 100, 100], {date(2026, 3, 23): 5, date(2026, 3, 25): 5}),
        ([0, 0, 100, 100, 100, 100, 100], {date(2026, 3, 25): 10}),
        ([0, 0, 0, 100, 100, 100, 100], {date(2026, 3, 22): 10}),
        ([50, 25, 100, 100, 100, 100, 100], {date(2026, 3, 23): 3, date(2026, 3, 24): 1, date(2026, 3, 25): 6}),
    ],
)
def test_a_weekday_takes_its_share_and_one_without_capacity_is_skipped(seasoned, weekdays, days):
    capacity.change(user=seasoned, now=timezone.now(), weekdays=weekdays)
    for ref in list(CardState.objects.filter(due_on=TODAY).values_list("card__ref", flat=True)):
        services.grade(user=seasoned, card=ref, grade=4, key=uuid4(), now=timezone.now())
    assert Counter(Answer.objects.filter(study_day=TODAY, kind="review").values_list("due_on", flat=True)) == days
