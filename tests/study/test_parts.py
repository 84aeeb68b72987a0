"""A visit to a part of the cards: one topic, area or document, a few minutes, five new ones, practice."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from curriculum.models import Card, Document
from study import cram, enrolment, plans, queue, scope
from study.checkup import findings
from study.models import Answer, CardState, Learner

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HTMX = {"HX-Request": "true"}


def queued(user, query="", count=50):
    day = plans.current(user, timezone.now()).study_day
    return queue.upcoming(learner=user.pk, day=day, count=count, scope=scope.read(query))


def refs(found):
    return [card.ref for card in found.cards]


@pytest.fixture
def both_topics(learner, curriculum):
    """Ten cards of the first topic wait, and five of the second beside them."""
    plans.current(learner, timezone.now())
    enrolment.learn_more(user=learner, now=timezone.now(), count=5, key=uuid4(), scope=scope.read("topic=retries"))
    return curriculum


def practise(client, grade, query):
    page = client.get("/study/?" + query, follow=True)
    face = page.context["face"]
    scoped = page.context["scope"]
    body = {"card": face.card.ref, "grade": grade, "key": face.key, "shown": face.shown, "session": scoped}
    return face.card.ref, client.post("/study/grade/", body), scoped


# --- parts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["topic=retries", "area=systems", "document=sample-list"])
def test_only_cards_of_the_part_are_asked_and_counted(learner, both_topics, query):
    found = queued(learner, query)
    expected = 5 if query == "topic=retries" else 15
    if query == "document=sample-list":
        expected = Card.objects.filter(points__document__slug="sample-list", states__queued_on__isnull=False).count()
    assert (len(found.cards), found.waiting, found.fresh) == (expected, expected, expected)


def test_a_grade_leads_to_the_next_card_of_the_same_part(client_of, learner, both_topics):
    client = client_of(learner)
    page = client.get("/study/?topic=retries")
    face = page.context["face"]
    body = {"card": face.card.ref, "grade": 4, "key": face.key, "shown": face.shown, "session": "topic=retries"}
    response = client.post("/study/grade/", {**body, "held": page.context["ahead"][0].card.ref}, headers=HTMX)
    fragment = response.content.decode()
    assert 'data-ref="retries/card-03"' in fragment
    assert 'value="1" max="5"' in fragment
    plain = client.post("/study/grade/", {**body, "key": uuid4()})
    assert plain.status_code == 409 or plain["Location"] == "/study/?topic=retries"


def test_the_whole_queue_is_still_there_beside_a_part(learner, both_topics):
    assert len(queued(learner).cards) == 15


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("topic=none", "There is no topic “none”."),
        ("area=none", "There is no area “none”."),
        ("document=none", "There is no document “none”."),
        ("missed=yesterday", "Only cards missed today"),
        ("topic=queues&area=systems", "Choose one of topic and area"),
        ("minutes=soon", "“minutes” is a whole number."),
        ("cram=1&since=-4", "“since” is a whole number."),
        *((f"{by}=a%00b", "There is no such part of the cards.") for by in ("topic", "area", "document", "missed")),
    ],
)
def test_a_part_that_does_not_exist_is_a_404_with_a_sentence(client_of, learner, query, said):
    response = client_of(learner).get(f"/study/?{query}")
    assert response.status_code == 404
    assert said in response.content.decode()


@pytest.mark.parametrize("by", ["topic", "area", "document"])
def test_no_post_takes_a_part_that_no_database_could_look_for(client_of, learner, cards, by):
    client, card, scoped = client_of(learner), cards(learner)[0], f"{by}=a%00b"
    fields = {"card": card.ref, "grade": 4, "key": uuid4(), "shown": card.showing.sign(), "session": scoped}
    for name in ("more", "grade", "check", "bury"):
        assert client.post(f"/study/{name}/", {**fields, "count": 5}).status_code == 422
    assert client.get(f"/study/done/?{scoped}").status_code == 302
    assert not Answer.objects.exists()


def test_a_part_is_handed_on_as_it_came():
    for query in ("", "topic=http", "missed=today&cram=1&since=3", "area=data&until=12", "cram=1&document=staff-2026"):
        assert scope.read(str(scope.read(query))) == scope.read(query)


# --- a few minutes --------------------------------------------------------------------------------


def test_minutes_become_a_number_of_cards_by_the_learners_own_speed(client_of, learner):
    client = client_of(learner)
    plans.current(learner, timezone.now())
    response = client.get("/study/?minutes=1")  # 20 seconds a card for somebody without answers
    assert response["Location"] == "/study/?until=3"
    assert client.get("/study/?until=3").context["queue"].total == 3


def test_the_visit_ends_after_so_many_cards_and_keeps_the_rest(client_of, learner):
    client = client_of(learner)
    client.get("/today/")
    for _ in range(2):
        page = client.get("/study/?until=2")
        face = page.context["face"]
        body = {"card": face.card.ref, "grade": 4, "key": face.key, "shown": face.shown, "session": "until=2"}
        response = client.post("/study/grade/", body, headers=HTMX)
    assert (response.status_code, response["HX-Redirect"]) == (204, "/study/done/?until=2")
    assert queued(learner).waiting == 8
    assert b"still wait" in client.get("/study/done/?until=2").content


def test_the_page_never_holds_a_card_beyond_the_last(client_of, learner):
    client = client_of(learner)
    client.get("/today/")
    assert len(client.get("/study/?until=1").context["ahead"]) == 0
    assert len(client.get("/study/?until=2").context["ahead"]) == 1


# --- five new -------------------------------------------------------------------------------------


def test_learn_five_new_adds_five_to_the_end_of_today(client_of, learner):
    client = client_of(learner)
    before = refs(queued(learner))
    response = client.post("/study/more/", {"count": 5, "key": uuid4()})
    assert response["Location"] == "/study/"
    after = refs(queued(learner))
    assert (after[:10], len(after)) == (before, 12)  # the next topic builds on this one, which is not learned yet


def test_five_new_of_a_topic_come_even_where_its_prerequisites_are_open(learner, both_topics):
    assert refs(queued(learner, "topic=retries")) == [f"retries/card-{number:02}" for number in range(1, 6)]


def test_a_topic_brings_its_due_cards_above_the_cap_too(learner, curriculum, cards, answer, clock):
    for card in cards(learner):
        answer(learner, card, 4)
    learner.learner.cap = 4
    learner.learner.save()
    clock.shift(timedelta(days=1))
    assert queued(learner).waiting == 4
    added = enrolment.learn_more(
        user=learner, now=timezone.now(), count=1, key=uuid4(), scope=scope.read("topic=queues")
    )
    assert (added, queued(learner).waiting) == (7, 11)


@pytest.fixture
def narrow(curriculum):
    """The document asks the second card of each topic alone."""
    document = Document.objects.get(slug="sample-list")
    for point in document.points.all():
        point.cards.set([card for card in curriculum.cards if card.ref == f"{point.item}/card-02"])
    return ["queues/card-02", "retries/card-02"]


def test_a_document_brings_new_cards_of_its_own_alone(learner, narrow):
    before = refs(queued(learner))
    added = enrolment.learn_more(
        user=learner, now=timezone.now(), count=5, key=uuid4(), scope=scope.read("document=sample-list")
    )
    assert (added, refs(queued(learner))) == (1, [*before, "retries/card-02"])


def test_a_document_brings_due_cards_of_its_own_alone(learner, narrow, cards, answer, clock):
    for card in cards(learner):
        answer(learner, card, 5 if card.ref in narrow else 4)
    Learner.objects.update(cap=4)
    clock.shift(timedelta(days=1))
    CardState.objects.filter(card__ref="queues/card-02").update(interval=3)  # the last by interval: above the cap
    assert "queues/card-02" not in refs(queued(learner))
    enrolment.learn_more(
        user=learner, now=timezone.now(), count=1, key=uuid4(), scope=scope.read("document=sample-list")
    )
    assert refs(queued(learner))[4:] == ["queues/card-02", "retries/card-02"]


def test_when_nothing_is_left_nothing_is_added(learner, curriculum):
    for _ in range(3):
        enrolment.learn_more(user=learner, now=timezone.now(), count=20, key=uuid4())
    assert queued(learner).waiting == 24
    assert enrolment.learn_more(user=learner, now=timezone.now(), count=5, key=uuid4()) == 0


@pytest.mark.parametrize("count", ["0", "21", "many", ""])
def test_a_number_of_new_cards_outside_its_limits_is_refused(client_of, learner, count):
    before = queued(learner).waiting
    assert client_of(learner).post("/study/more/", {"count": count, "key": uuid4()}).status_code == 422
    assert queued(learner).waiting == before


# --- practice -------------------------------------------------------------------------------------


def states():
    folded = ("card", "repetitions", "ease", "interval", "due_on", "stability")
    return list(CardState.objects.order_by("pk").values(*folded))


def test_practice_moves_no_schedule_whatever_the_grade(client_of, learner, cards, answer):
    client = client_of(learner)
    for card in cards(learner)[:4]:
        answer(learner, card, 4)
    before = states()
    query = "topic=queues&cram=1"
    for grade in (1, 3, 4, 5, 0, 2):
        practise(client, grade, query)
    assert Answer.objects.filter(kind="practice").count() == 6
    assert [row for row in states() if row in before] == before
    assert list(findings()) == []


def test_practice_of_a_card_never_met_promises_no_date(client_of, learner):
    page = client_of(learner).get("/study/?topic=queues&cram=1", follow=True)
    assert set(page.context["face"].back.values()) == {"stays new"}
    assert page.content.count(b"<small>stays new</small>") == 3 * 2  # of the card in front and of the one behind it


def test_practice_asks_each_card_until_it_was_known_once(client_of, learner, curriculum):
    client, met, query = client_of(learner), [], "topic=queues&cram=1"
    for turn in range(40):
        ref, response, query = practise(client, 1 if turn == 0 else 4, query)
        met.append(ref)
        if client.get(response["Location"]).status_code == 302:
            break
    assert met[0] == met[-1] == "queues/card-01"
    assert len(met) == 13
    assert sorted(set(met)) == [card.ref for card in curriculum.cards_of(curriculum.first)]
    assert b"Your schedule is as it was" in client.get(response["Location"], follow=True).content


def test_practice_again_starts_anew(client_of, learner):
    client = client_of(learner)
    _, _, first = practise(client, 4, "topic=queues&cram=1")
    page = client.get("/study/?topic=queues&cram=1", follow=True)
    assert page.context["scope"] != first
    assert (page.context["queue"].waiting, page.context["queue"].answered) == (12, 0)


def test_cards_missed_today_can_be_practised(client_of, learner, cards, answer):
    waiting = cards(learner)
    answer(learner, waiting[0], 1)
    answer(learner, waiting[1], 4)
    page = client_of(learner).get("/study/?missed=today", follow=True)
    assert page.context["face"].card.ref == waiting[0].ref
    assert page.context["queue"].waiting == 1


def test_a_practice_answer_can_be_undone(client_of, learner):
    client = client_of(learner)
    ref, _, query = practise(client, 4, "topic=queues&cram=1")
    client.post("/study/undo/", {"undoes": Answer.objects.get().key, "key": uuid4(), "session": query})
    assert client.get(f"/study/?{query}").context["face"].card.ref == ref
    assert list(findings()) == []


def test_a_practised_card_is_still_due(client_of, learner, cards, answer, clock):
    for card in cards(learner):
        answer(learner, card, 4)
    clock.shift(timedelta(days=1))
    before = queued(learner).waiting
    practise(client_of(learner), 5, "topic=queues&cram=1")
    assert queued(learner).waiting == before


def test_practice_of_everything_takes_what_was_met(learner, cards, answer):
    answer(learner, cards(learner)[0], 4)
    day = plans.today_of(learner, timezone.now())
    found = cram.upcoming(user=learner, day=day, count=5, scope=scope.read("cram=1"))
    assert refs(found) == ["queues/card-01"]


def test_a_page_of_practice_needs_eight_statements(client_of, learner, count_statements):
    client = client_of(learner)
    plans.current(learner, timezone.now())
    client.get("/study/?topic=queues&cram=1&since=0")
    with count_statements() as statements:
        client.get("/study/?topic=queues&cram=1&since=0")
    assert len(statements) <= 8


# --- siblings -------------------------------------------------------------------------------------


@pytest.fixture
def siblings(curriculum):
    front, back = Card.objects.filter(ref__in=["queues/card-01", "queues/card-02"]).order_by("position")
    Card.objects.filter(pk=back.pk).update(front=front)
    return front.ref, back.ref


def test_both_directions_of_a_term_are_never_new_on_one_day(alice, curriculum, siblings, clock, cards, answer):
    enrolment.start_learning(user=alice, track=curriculum.track, pace=10, time_zone="UTC", now=timezone.now())
    first = [card.ref for card in cards(alice)]
    assert siblings[0] in first
    assert siblings[1] not in first
    for card in cards(alice):
        answer(alice, card, 4)
    enrolment.learn_more(user=alice, now=timezone.now(), count=5, key=uuid4())
    assert siblings[1] not in [card.ref for card in cards(alice)]
    clock.shift(timedelta(days=2))
    assert len({siblings[0], siblings[1]} & {card.ref for card in cards(alice)}) == 1


@pytest.mark.parametrize("reviewed", [True, False])
def test_more_of_a_topic_never_brings_the_sibling_of_a_card_of_today(learner, siblings, cards, answer, clock, reviewed):
    for card in [card for card in cards(learner) if card.ref in siblings]:
        answer(learner, card, 4)
    clock.shift(timedelta(days=1))
    front = cards(learner)[0]
    assert {front.ref} == {card.ref for card in cards(learner)} & {*siblings}
    if reviewed:
        answer(learner, front, 4)
    enrolment.learn_more(user=learner, now=timezone.now(), count=5, key=uuid4(), scope=scope.read("topic=queues"))
    assert {card.ref for card in cards(learner)} & {*siblings} == (set() if reviewed else {front.ref})
    assert len(cards(learner)) >= 10


def test_siblings_due_on_the_same_day_are_asked_on_different_days(learner, siblings, cards, answer, clock):
    today = plans.today_of(learner, timezone.now())
    for ref in siblings:
        CardState.objects.get_or_create(learner=learner.learner, card=Card.objects.get(ref=ref))
    for card in [card for card in cards(learner) if card.ref in siblings]:
        answer(learner, card, 4)
    for _ in range(4):
        clock.shift(timedelta(days=1))
        met = [card for card in cards(learner) if card.ref in siblings]
        assert len(met) <= 1
        for card in met:
            answer(learner, card, 4)
            assert not [other for other in cards(learner) if other.ref in siblings]
    assert Answer.objects.filter(card__ref__in=siblings, study_day__gt=today).exists()
