"""Learn 5 new: asked for twice under one key, by a double click, a retry or two programs, it is done once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from study import enrolment, plans, queue
from study.models import Addition, CardState, DayPlan
from tests import samples

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PAGE, MORE = "/study/more/", "/api/v1/study/more/"
KEY = re.compile(r'action="/study/more/">.*?name="key" value="([0-9a-f-]{36})"', re.DOTALL)
TIMES = 8


@pytest.fixture
def client(learner, curriculum, client_of):
    """Alice's browser; her ten new cards wait, and her track has more than she will ask for."""
    samples.widen(curriculum, 4)
    plans.build(learner, timezone.now())
    return client_of(learner)


@pytest.fixture
def post(client, learner, api_of):
    """`post(key, count=5)`: ask for cards over REST, without a key when it is None."""
    api = api_of(learner)

    def send(key, **body):
        headers = {} if key is None else {"Idempotency-Key": str(key)}
        return api.post(MORE, {"count": 5, **body}, format="json", headers=headers)

    return send


def waiting(learner) -> int:
    return queue.upcoming(learner=learner.pk, day=plans.today_of(learner, timezone.now()), count=0).waiting


def stored():
    return [list(model.objects.order_by("pk").values()) for model in (CardState, DayPlan, Addition)]


# --- by page --------------------------------------------------------------------------------------


def test_a_form_sent_twice_adds_its_cards_once(client, learner):
    form = {"count": 5, "key": uuid4()}
    first = client.post(PAGE, form)
    after = stored()
    again = client.post(PAGE, form)
    assert (first.status_code, again.status_code) == (302, 302)
    assert first["Location"] == again["Location"] == "/study/"
    assert waiting(learner) == 15
    assert stored() == after


def test_each_page_brings_a_form_with_a_key_of_its_own(client):
    CardState.objects.all().delete()
    pages = ("/today/", "/study/", "/study/?topic=retries", "/topics/queues/")
    keys = [KEY.search(client.get(page).content.decode())[1] for page in pages for _ in range(2)]
    assert len({UUID(key) for key in keys}) == len(keys)


def test_a_form_that_a_page_brought_can_be_sent(client, learner):
    key = KEY.search(client.get("/topics/retries/").content.decode())[1]
    response = client.post(PAGE, {"count": 5, "key": key, "session": "topic=retries"})
    assert response["Location"] == "/study/?topic=retries"
    assert waiting(learner) == 15


@pytest.mark.parametrize("change", [{"count": 4}, {"session": "topic=retries"}])
def test_a_key_used_for_another_wish_is_refused_with_a_sentence(client, change):
    form = {"count": 5, "key": uuid4()}
    client.post(PAGE, form)
    after = stored()
    response = client.post(PAGE, {**form, **change})
    assert response.status_code == 422
    assert "This key already belongs to another request for cards. Nothing was added" in response.content.decode()
    assert stored() == after


@pytest.mark.parametrize("key", [{}, {"key": ""}, {"key": "5"}])
def test_a_form_without_a_key_is_refused_and_nothing_is_added(client, key):
    before = stored()
    assert client.post(PAGE, {"count": 5, **key}).status_code == 422
    assert stored() == before


# --- over rest ------------------------------------------------------------------------------------


def test_a_program_that_asks_again_gets_the_same_answer(post, learner):
    key = uuid4()
    first = post(key)
    after = stored()
    again = post(key)
    assert (first.status_code, first.content) == (again.status_code, again.content) == (200, b'{"added":5}')
    assert stored() == after


def test_what_was_added_is_said_again_and_not_what_was_asked_for(post):
    key = uuid4()
    assert [post(key, count=20, topic="retries").json() for _ in range(2)] == [{"added": 12}] * 2


@pytest.mark.parametrize("change", [{"count": 6}, {"topic": "retries"}, {"area": "systems"}])
def test_a_key_used_for_another_body_is_a_422_that_names_it(post, change):
    key = uuid4()
    post(key)
    after = stored()
    response = post(key, **change)
    assert (response.status_code, list(response.json()["errors"])) == (422, ["Idempotency-Key"])
    assert stored() == after


@pytest.mark.parametrize("key", ["", "5", "z" * 36])
def test_a_key_that_is_no_uuid_is_a_422_that_names_it(post, key):
    before = stored()
    response = post(key)
    assert (response.status_code, list(response.json()["errors"])) == (422, ["Idempotency-Key"])
    assert stored() == before


def test_without_a_key_every_request_adds(post, learner):
    assert [post(None).json()["added"] for _ in range(2)] == [5, 5]
    assert waiting(learner) == 20


# --- the key --------------------------------------------------------------------------------------


def test_page_and_program_share_the_keys(client, post, learner):
    key = uuid4()
    client.post(PAGE, {"count": 5, "key": key})
    assert post(key).json() == {"added": 5}
    assert waiting(learner) == 15


def test_a_retry_on_the_next_day_adds_nothing_to_it(post, learner, clock):
    key = uuid4()
    post(key)
    clock.shift(timedelta(days=1))
    plans.current(learner, timezone.now())
    before = stored()
    assert post(key).json() == {"added": 5}
    assert stored() == before


def test_two_learners_may_choose_the_same_key(client, learner, bob, curriculum):
    enrolment.enrol(user=bob, track=curriculum.track, now=timezone.now())
    key = uuid4()
    for user in (learner, bob):
        assert enrolment.learn_more(user=user, now=timezone.now(), count=5, key=key) == 5
    assert waiting(learner) == waiting(bob) == 15


def test_the_database_itself_keeps_a_key_once(client, learner):
    key = uuid4()
    enrolment.learn_more(user=learner, now=timezone.now(), count=5, key=key)
    with pytest.raises(IntegrityError), transaction.atomic():
        Addition.objects.create(learner_id=learner.pk, key=key, count=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("one_key", [True, False])
def test_many_clicks_at_once_count_as_the_keys_they_carry(client, learner, one_key):
    key, start = uuid4(), Barrier(TIMES)

    def click(_: int) -> int:
        try:
            start.wait(timeout=30)
            mine = key if one_key else uuid4()
            return enrolment.learn_more(user=learner, now=timezone.now(), count=1, key=mine)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TIMES) as pool:
        assert list(pool.map(click, range(TIMES))) == [1] * TIMES
    added = 1 if one_key else TIMES
    assert (waiting(learner), DayPlan.objects.get().new) == (10 + added, 10 + added)
    assert Addition.objects.count() == added
