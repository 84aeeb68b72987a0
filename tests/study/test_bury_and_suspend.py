"""Putting a card away and taking it back: for a day, until further notice, with and without a place in the queue."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from study import enrolment, plans, services, standing
from study.models import Answer, CardState, Learner

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)
ONE, TWO = "queues/card-01", "queues/card-02"
VERBS = {"bury": standing.bury, "suspend": standing.suspend, "restore": standing.restore}


@pytest.fixture
def do():
    """`do("bury", learner)`: say it of the first card, or of another."""
    return lambda verb, user, card=ONE: VERBS[verb](user=user, card=card, now=timezone.now())


@pytest.fixture
def refs(cards):
    """`refs(learner)`: what waits, in order."""
    return lambda user: [card.ref for card in cards(user)]


def state_of(user, ref=ONE):
    return CardState.objects.get(learner=user.pk, card__ref=ref)


def own(state):
    """The three columns that are the learner's own."""
    return state.suspended, state.buried_until, state.set_aside


@pytest.mark.parametrize(("verb", "then"), [("bury", (False, TOMORROW, False)), ("suspend", (True, None, False))])
def test_a_card_put_away_leaves_the_queue_at_once(learner, do, refs, verb, then):
    before = refs(learner)
    state = do(verb, learner)
    assert (state.card.ref, own(state)) == (ONE, then)
    assert refs(learner) == before[1:]


@pytest.mark.parametrize("verb", ["bury", "suspend"])
def test_taken_back_it_has_its_place_again(learner, do, refs, verb):
    before = refs(learner)
    do(verb, learner)
    assert own(do("restore", learner)) == (False, None, False)
    assert refs(learner) == before


@pytest.mark.parametrize("verb", VERBS)
def test_said_twice_it_is_the_same_as_once(learner, do, refs, verb):
    once = do(verb, learner)
    place = refs(learner)
    again = do(verb, learner)
    assert {**vars(once), "_state": None} == {**vars(again), "_state": None}
    assert refs(learner) == place


def test_a_buried_card_comes_back_the_next_day(learner, do, refs, clock):
    do("bury", learner)
    plans.build(learner, timezone.now())
    assert ONE not in refs(learner)
    clock.shift(24 * 3600)
    assert ONE in refs(learner)


def test_a_suspended_card_stays_away_until_it_is_taken_back(learner, do, refs, clock):
    do("suspend", learner)
    clock.shift(24 * 3600)
    assert ONE not in refs(learner)
    do("restore", learner)
    clock.shift(24 * 3600)
    assert ONE in refs(learner)


def test_a_due_card_put_away_is_neither_planned_nor_counted_as_due(learner, cards, answer, do, clock):
    for card in cards(learner)[:3]:
        answer(learner, card, 4)
    do("suspend", learner)
    clock.shift(24 * 3600)
    assert plans.current(learner, timezone.now()).due == 2
    assert ONE not in [card.ref for card in cards(learner)]


def test_a_card_finished_for_the_day_is_not_asked_again_when_taken_back(learner, cards, answer, do, refs):
    answer(learner, cards(learner)[0], 4)
    do("bury", learner)
    do("restore", learner)
    assert ONE not in refs(learner)
    assert state_of(learner).position < 0


def test_a_card_that_has_to_come_back_today_keeps_its_later_place(learner, cards, answer, do, refs):
    answer(learner, cards(learner)[0], 1)
    before = refs(learner)
    assert before.index(ONE) == 8
    do("bury", learner)
    assert ONE not in refs(learner)
    do("restore", learner)
    assert refs(learner) == before


def test_a_place_of_yesterday_is_not_taken_for_one_of_today(learner, do, clock):
    do("suspend", learner)
    clock.shift(24 * 3600)
    state = do("restore", learner)
    assert (state.queued_on, state.position) == (None, None)


def test_the_schedule_and_the_ledger_are_left_alone(learner, cards, answer, do):
    answer(learner, cards(learner)[0], 3)
    kept = ("repetitions", "ease", "interval", "lapses", "due_on", "sequence", "drill_open", "stability")
    before = [getattr(state_of(learner), name) for name in kept]
    for verb in ("bury", "suspend", "restore"):
        do(verb, learner)
        assert [getattr(state_of(learner), name) for name in kept] == before
    assert Answer.objects.count() == 1


def test_a_showing_from_before_still_takes_its_answer_after_the_card_was_taken_back(learner, cards, answer, do):
    shown = cards(learner)[0]
    do("bury", learner)
    do("restore", learner)
    answer(learner, shown, 4)
    assert state_of(learner).repetitions == 1


def test_an_undo_does_not_bring_back_a_card_put_away_since(learner, cards, answer, do, refs):
    given = answer(learner, cards(learner)[0], 4).answer
    do("suspend", learner)
    services.undo(user=learner, key=given.key.__class__(int=7), now=timezone.now(), answer=given.pk)
    assert ONE not in refs(learner)
    do("restore", learner)
    assert refs(learner)[0] == ONE


def put_away(learner, how):
    """Away until it is taken back, or set aside by its slips."""
    if how == "set aside":
        CardState.objects.filter(card__ref=ONE).update(set_aside=True, position=-F("position"))
    else:
        VERBS[how](user=learner, card=ONE, now=timezone.now())


@pytest.mark.parametrize("how", ["bury", "suspend", "set aside"])
@pytest.mark.parametrize("grade", [1, 3, 4])
def test_an_older_showing_of_a_card_put_away_does_not_bring_it_back_and_undo_restores_all(
    learner, cards, answer, do, refs, how, grade
):
    shown, before = cards(learner)[0], refs(learner)
    put_away(learner, how)
    away = {**vars(state_of(learner)), "_state": None}
    answer(learner, shown, grade)
    assert refs(learner) == before[1:]
    services.undo(user=learner, key=uuid4(), now=timezone.now())
    assert {**vars(state_of(learner)), "_state": None, "sequence": 0} == away
    do("restore", learner)
    assert refs(learner) == before


@pytest.mark.parametrize("how", ["bury", "suspend"])
def test_missed_while_it_was_away_it_comes_back_later_the_same_day_when_taken_back(
    learner, cards, answer, do, refs, how
):
    shown = cards(learner)[0]
    put_away(learner, how)
    answer(learner, shown, 1)
    do("restore", learner)
    assert refs(learner).index(ONE) == 8


@pytest.mark.parametrize("grades", [(1,), (3, 1), (3, 2, 1)])
def test_missed_put_away_undone_and_taken_back_it_has_its_first_place_again(learner, cards, answer, do, refs, grades):
    before = refs(learner)
    for grade in grades:
        answer(learner, next(card for card in cards(learner) if card.ref == ONE), grade)
    do("bury", learner)
    for _ in grades:
        services.undo(user=learner, key=uuid4(), now=timezone.now())
    assert state_of(learner).position == -10
    do("restore", learner)
    assert refs(learner) == before


@pytest.mark.parametrize("grade", [1, 3])
def test_a_card_away_and_without_a_place_gets_none_by_a_miss(learner, do, refs, grade):
    last = "retries/card-12"
    do("suspend", learner, last)
    services.grade(user=learner, card=last, grade=grade, key=uuid4(), now=timezone.now())
    assert last not in refs(learner)
    assert (state_of(learner, last).queued_on, state_of(learner, last).position) == (None, None)


def test_a_card_never_met_gets_its_state(learner, do):
    last = "retries/card-12"
    assert not CardState.objects.filter(card__ref=last).exists()
    do("suspend", learner, last)
    assert state_of(learner, last).suspended
    assert state_of(learner, last).sequence == 0


def test_somebody_who_never_opened_a_page_can_suspend(bob, curriculum, clock, do):
    do("suspend", bob)
    assert Learner.objects.for_user(bob).exists()
    enrolment.enrol(user=bob, track=curriculum.track, now=timezone.now())
    assert state_of(bob).position is None


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("card", ["queues/card-99", "nothing", ""])
def test_an_unknown_card_is_refused_and_nothing_is_written(learner, do, verb, card):
    before = list(CardState.objects.values())
    with pytest.raises(services.UnknownCard):
        do(verb, learner, card)
    assert list(CardState.objects.values()) == before


def test_a_retired_card_is_an_unknown_one(learner, curriculum, do):
    curriculum.cards[0].retired = True
    curriculum.cards[0].save()
    with pytest.raises(services.UnknownCard):
        do("bury", learner)


def test_nobody_touches_the_cards_of_another(learner, bob, charlie, curriculum, do):
    enrolment.enrol(user=bob, track=curriculum.track, now=timezone.now())
    before = own(state_of(learner)), state_of(learner).position
    for other in (bob, charlie):
        do("suspend", other)
        do("bury", other)
    assert (own(state_of(learner)), state_of(learner).position) == before


# --- pages ----------------------------------------------------------------------------------------


@pytest.fixture
def post(learner, client_of):
    """`post("bury", card=…)`: as the page of the owner does; `htmx=False` as without scripts."""
    client = client_of(learner)
    client.get("/study/")

    def send(name, *, htmx=True, **fields):
        headers = {"HX-Request": "true"} if htmx else {}
        return client.post(reverse(name), {"card": ONE, **fields}, headers=headers)

    send.client = client
    return send


@pytest.mark.parametrize(("name", "said"), [("bury", "Buried until tomorrow."), ("suspend", "Suspended.")])
def test_a_fragment_brings_the_next_card_and_the_way_back(post, name, said):
    text = post(name, held=TWO).content.decode()
    assert 'data-ref="queues/card-03"' in text
    assert "of 9" in text
    assert said in text
    assert f'action="{reverse("restore")}"' in text
    assert f'value="{ONE}"' in text


@pytest.mark.parametrize(("name", "said"), [("bury", "Buried until tomorrow."), ("suspend", "Suspended.")])
def test_without_scripts_it_leads_back_to_the_review_which_says_it_once(post, name, said):
    response = post(name, htmx=False)
    assert (response.status_code, response["Location"]) == (302, "/study/")
    page = post.client.get("/study/").content.decode()
    assert said in page
    assert "Take back" in page
    assert said not in post.client.get("/study/").content.decode().replace(f'data-said="{said}"', "")


def test_restore_brings_the_card_back_to_the_front(post):
    post("bury")
    assert f'data-ref="{ONE}"' in post("restore").content.decode()
    post("bury")
    assert post("restore", htmx=False)["Location"] == "/study/"
    assert f'data-ref="{ONE}"' in post.client.get("/study/").content.decode()


def test_restore_from_the_topic_leads_back_to_it(post):
    post("suspend")
    assert post("restore", htmx=False, page="topic")["Location"] == "/topics/queues/#cards"
    assert "It is asked again." in post.client.get("/topics/queues/").content.decode()


def test_the_last_card_leads_to_the_summary_which_says_what_happened(post, cards, learner):
    for card in cards(learner):
        response = post("suspend", card=card.ref)
    assert (response.status_code, response["HX-Redirect"]) == (204, "/study/done/")
    page = post.client.get("/study/done/").content.decode()
    assert "Suspended." in page
    assert "Take back" in page


def test_the_rest_of_a_session_from_a_query_is_kept(post):
    assert post("bury", htmx=False, session="topic=queues")["Location"] == "/study/?topic=queues"
    assert 'name="session" value="topic=queues"' in post("bury", session="topic=queues").content.decode()


def test_a_card_put_away_is_not_practised_either(post):
    text = post("bury", session="topic=queues&cram=1&since=0").content.decode()
    assert f'data-ref="{ONE}"' not in text
    assert "of 11" in text


@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize(("card", "status"), [("queues/card-99", 404), ("no ref", 422), ("", 422)])
@pytest.mark.parametrize("htmx", [True, False])
def test_what_is_no_card_is_said(post, name, card, status, htmx):
    response = post(name, card=card, htmx=htmx)
    assert response.status_code == status
    assert "Nothing was stored" in response.content.decode()


@pytest.mark.parametrize("name", VERBS)
def test_it_costs_at_most_six_statements(post, count_statements, name):
    with count_statements() as seen:
        assert post(name, held=TWO).status_code == 200
    assert len(seen) == (6 if name == "restore" else 5), seen
