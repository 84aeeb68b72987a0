"""The day over REST: who is asking, tracks, the day in numbers, and the card in front."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Scope
from study import plans, queue
from study.models import DayPlan, Enrolment, Learner

pytestmark = pytest.mark.django_db


def test_me_says_whose_token_it_is_and_what_it_may_do(learner, api_of):
    me = api_of(learner, scopes=[Scope.READ]).get("/api/v1/me/").json()
    assert me == {
        "email": "alice@example.org", "time_zone": "UTC", "rollover_hour": 4, "study_day": "2026-03-02",
        "pace": 10, "cap": 60, "weekdays": [100] * 7, "comeback": 100, "holidays": [], "theme": "system",
        "scopes": ["read"],
    }  # fmt: skip


def test_me_knows_the_study_day_of_the_learners_zone_and_writes_nothing(make_user, api_of, clock):
    clock.shift(timedelta(hours=12))  # midnight UTC: nine in the morning in Tokyo, still Monday's study day in London
    for zone, day in (("Asia/Tokyo", "2026-03-03"), ("Europe/London", "2026-03-02")):
        somebody = make_user(f"{zone[:4].lower()}@example.org", time_zone=zone)
        assert api_of(somebody).get("/api/v1/me/").json()["study_day"] == day
    assert not Learner.objects.exists()


# --- tracks ---------------------------------------------------------------------------------------


def test_taking_up_a_track_is_a_201_and_again_a_200(bob, curriculum, api_of, clock):
    api = api_of(bob)
    first, second = (api.post("/api/v1/enrolments/", {"track": "steady"}, format="json") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json() == {"track": "steady", "title": "Steady systems", "created_at": "2026-03-02T12:00:00Z"}
    assert api.get("/api/v1/enrolments/").json()["results"] == [first.json()]
    assert api.get("/api/v1/study/next/").json()["counts"]["new"] == 10


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"track": "nothing"}, "track", "There is no such track."),
        ({"track": "later"}, "track", "“Not written yet” has no cards yet"),
        ({"track": 5}, "track", "Not a valid string."),
        ({"track": "a\0b"}, "track", "Null characters are not allowed."),
        ({"track": None}, "track", "may not be null"),
        ({}, "track", "required"),
        ({"track": "steady", "pace": 5}, "pace", "There is no such field."),
        (["steady"], "body", "The body is a JSON object."),
    ],
)
def test_a_track_that_cannot_be_taken_up_is_a_422_with_a_sentence(bob, curriculum, api_of, rows, body, field, said):
    before = rows()
    response = api_of(bob).post("/api/v1/enrolments/", body, format="json")
    assert response.status_code == 422
    assert said in response.json()["errors"][field][0]
    assert rows() == before
    assert not Enrolment.objects.exists()


# --- the card in front ----------------------------------------------------------------------------


def test_next_shows_the_card_its_outcomes_and_the_counts(api):
    body = api.get("/api/v1/study/next/").json()
    assert body["card"] == {
        "id": "queues/card-01", "topic": "queues", "topic_title": "Queues", "kind": "basic",
        "prompt_html": "<p>What is sample queues 1?</p>", "answer_html": "<p>Answer queues 1</p>",
        "why_html": "<p>Because of reason 1.</p>", "choices": [], "passage": "why-queues",
        "steps": [], "lines": [], "line": None, "accept": [], "rubric": [],
        "source": {"title": "Field notes", "url": ""},
    }  # fmt: skip
    assert body["kind"] == "review"
    assert {name: outcome["grade"] for name, outcome in body["outcomes"].items()} == {
        "again": 1, "hard": 3, "good": 4, "easy": 5
    }  # fmt: skip
    assert body["outcomes"]["good"] == {"grade": 4, "interval": 1, "due_on": "2026-03-03", "days": 1}
    assert body["counts"] == {
        "waiting": 10, "reviews": 0, "drills": 0, "new": 10, "answered": 0, "position": 1, "total": 10
    }  # fmt: skip


def test_what_next_promises_is_what_the_answer_gives(api, send, clock):
    for _ in range(3):
        for grade in (5, 3, 4, 1):
            before = api.get("/api/v1/study/next/").json()
            promised = next(one for one in before["outcomes"].values() if one["grade"] == grade)
            given = send(api, card=before["card"]["id"], grade=grade, shown=before["shown"]).json()
            assert given["kind"] == before["kind"] == "review"
            assert (given["interval"], given["due_on"]) == (promised["interval"], promised["due_on"])
        clock.shift(timedelta(days=7))


def test_a_card_graded_below_good_comes_back_as_a_drill(api, send):
    send(api, card="queues/card-01", grade=1)
    met = []
    while (response := api.get("/api/v1/study/next/")).status_code == 200:
        body = response.json()
        met.append((body["card"]["id"], body["kind"]))
        send(api, card=body["card"]["id"], grade=4, shown=body["shown"])
    assert met[0] == ("queues/card-02", "review")
    assert met.count(("queues/card-01", "drill")) == 1
    assert len(met) == 10
    assert (response.status_code, response.content) == (204, b"")


def test_choices_come_in_the_order_that_the_page_shows(api, learner, send):
    for number in (1, 2):
        send(api, card=f"queues/card-0{number}", grade=4)
    body = api.get("/api/v1/study/next/").json()
    page = queue.upcoming(learner=learner.pk, day=plans.today_of(learner, timezone.now()), count=1).cards[0]
    assert body["card"]["id"] == "queues/card-03"
    assert [choice["number"] for choice in body["card"]["choices"]] == [choice.number for choice in page.choices]
    right = next(choice for choice in body["card"]["choices"] if choice["correct"])
    assert right["html"] == "Right queues 3"


def test_the_first_visit_of_a_day_plans_it(api, send, clock):
    send(api, card="queues/card-01", grade=4)
    clock.shift(timedelta(days=1))
    assert not DayPlan.objects.filter(study_day="2026-03-03").exists()
    body = api.get("/api/v1/study/next/").json()
    assert DayPlan.objects.filter(study_day="2026-03-03").exists()
    assert (body["card"]["id"], body["counts"]["reviews"]) == ("queues/card-01", 1)


# --- the day in numbers ---------------------------------------------------------------------------


def test_today_counts_what_waits_and_what_is_coming(api, send):
    send(api, card="queues/card-01", grade=5)
    send(api, card="queues/card-02", grade=1)
    today = api.get("/api/v1/today/").json()
    assert today["study_day"] == "2026-03-02"
    assert today["counts"] == {
        "waiting": 9, "reviews": 0, "drills": 1, "new": 8, "answered": 2, "position": 3, "total": 11
    }  # fmt: skip
    assert (today["capacity"], today["due"], today["level_on"], today["tomorrow"]) == (60, 0, None, 2)
    assert today["minutes"] == 3
    assert len(today["week"]) == 7
    assert today["week"][:2] == [{"day": "2026-03-02", "cards": 9}, {"day": "2026-03-03", "cards": 2}]
    assert today["tracks"] == [
        {"track": "steady", "title": "Steady systems", "topics": 2, "topics_with_cards": 2, "topics_started": 1,
         "cards": 24, "cards_seen": 2, "target": 24, "finish_on": "2026-03-04"}
    ]  # fmt: skip


def test_a_day_with_more_than_fits_says_when_one_is_level_again(api, send, learner, clock):
    for number in range(1, 10):
        send(api, card=f"queues/card-0{number}", grade=4)
    Learner.objects.update(cap=4)
    clock.shift(timedelta(days=1))
    today = api.get("/api/v1/today/").json()
    assert (today["due"], today["capacity"], today["counts"]["waiting"]) == (9, 4, 4)
    assert today["level_on"] == "2026-03-05"
