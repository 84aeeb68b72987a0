"""The curriculum over REST: topics, cards, tracks and source documents."""

from __future__ import annotations

import pytest

from curriculum.models import Card, Resource, TopicResource, TrackTopic

pytestmark = pytest.mark.django_db


def results(api, path: str) -> list[dict]:
    return api.get(f"/api/v1/{path}").json()["results"]


def test_topics_come_in_order_with_what_exists_and_what_should(api):
    topics = results(api, "topics/")
    assert [topic["slug"] for topic in topics] == ["queues", "retries", "clocks"]
    queues, retries, clocks = topics
    four = {"foundation": 4, "practitioner": 4, "staff": 4}
    assert queues["cards"] == {"exist": four, "target": four}
    assert clocks["cards"] == {"exist": dict.fromkeys(four, 0), "target": four}
    assert (queues["prerequisites"], retries["prerequisites"]) == ([], ["queues"])
    assert queues["area"] == {"slug": "systems", "title": "Systems"}
    assert queues["passages"] == [{"anchor": "why-queues", "heading": "Why queues"}]
    assert (retries["title"], retries["difficulty"]) == ("Retries", 2)
    assert "retries are for" in retries["mastery"]
    assert "lesson_html" not in queues


def test_one_topic_brings_its_lesson_and_what_to_read(api, curriculum):
    book = Resource.objects.create(slug="deep", title="Deep", author="A. Writer", kind="paper", minutes=30)
    TopicResource.objects.create(topic=curriculum.first, resource=book, good_for="the theory", position=0)
    topic = api.get("/api/v1/topics/queues/").json()
    assert topic["lesson_html"].startswith('<h2 id="why-queues">')
    assert topic["resources"] == [
        {"title": "Deep", "author": "A. Writer", "kind": "paper", "url": "", "access": "", "minutes": 30,
         "good_for": "the theory"}
    ]  # fmt: skip


def test_cards_that_left_the_curriculum_are_left_out(api):
    Card.objects.filter(ref="queues/card-01").update(retired=True)
    assert len(results(api, "cards/")) == 23
    assert results(api, "topics/")[0]["cards"]["exist"]["foundation"] == 3
    assert api.get("/api/v1/cards/queues/card-01/").status_code == 404


def test_a_card_shows_both_sides_and_where_it_comes_from(api):
    card = api.get("/api/v1/cards/queues/card-03/").json()
    assert card["id"] == "queues/card-03"
    assert (card["topic"], card["kind"], card["tier"]) == ("queues", "choice", "foundation")
    assert (card["prompt"], card["prompt_html"]) == ("What is sample queues 3?", "<p>What is sample queues 3?</p>")
    assert card["why_html"] == "<p>Because of reason 3.</p>"
    assert [choice["number"] for choice in card["choices"]] == ["0", "1", "2"]
    assert [choice["correct"] for choice in card["choices"]] == [True, False, False]
    assert card["source"] == {"title": "Field notes", "url": ""}
    assert (card["points"], card["passage"], card["checked"]) == (["sample-list/01/queues"], "why-queues", "")
    assert api.get("/api/v1/cards/queues/card-01/").json()["answer_html"] == "<p>Answer queues 1</p>"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("topic=queues", 12), ("topic=nothing", 0), ("tier=staff", 8), ("kind=cloze", 8),
        ("topic=retries&tier=foundation&kind=basic", 2), ("track=later", 0), ("track=nothing", 0), ("track=steady", 24),
    ],
)  # fmt: skip
def test_cards_are_narrowed_by_topic_tier_kind_and_track(api, query, count):
    assert len(results(api, f"cards/?{query}")) == count


def test_a_track_narrows_to_its_own_tiers(api, curriculum):
    TrackTopic.objects.filter(topic=curriculum.first).update(tiers=["foundation"])
    TrackTopic.objects.filter(topic=curriculum.second).update(tiers=["foundation", "staff"])
    found = [(card["topic"], card["tier"]) for card in results(api, "cards/?track=steady")]
    assert {*found} == {("queues", "foundation"), ("retries", "foundation"), ("retries", "staff")}
    assert len(found) == 12


def test_a_track_names_its_milestones_and_counts_honestly(api):
    steady = api.get("/api/v1/tracks/steady/").json()
    later = results(api, "tracks/")[1]
    assert (steady["title"], steady["kind"], steady["document"]) == ("Steady systems", "document", "sample-list")
    assert steady["summary"] == "Steady systems, one topic after the other."
    assert steady["counts"] == {"topics": 2, "topics_with_cards": 2, "cards": 24, "target": 24}
    tiers = ["foundation", "practitioner", "staff"]
    assert steady["milestones"] == [
        {"title": "Know queues", "topics": [{"topic": "queues", "tiers": tiers}]},
        {"title": "Know retries", "topics": [{"topic": "retries", "tiers": tiers}]},
    ]
    assert (later["slug"], later["document"]) == ("later", None)
    assert later["counts"] == {"topics": 1, "topics_with_cards": 0, "cards": 0, "target": 12}


def test_topics_of_one_milestone_stand_together(api, curriculum):
    TrackTopic.objects.filter(track=curriculum.track).update(milestone="Know both")
    milestones = api.get("/api/v1/tracks/steady/").json()["milestones"]
    assert [(part["title"], len(part["topics"])) for part in milestones] == [("Know both", 2)]


def test_a_document_brings_its_points_in_order(api):
    assert [document["slug"] for document in results(api, "documents/")] == ["sample-list"]
    document = api.get("/api/v1/documents/sample-list/").json()
    assert [(point["id"], point["topics"]) for point in document["points"]] == [
        ("sample-list/01/queues", ["queues"]),
        ("sample-list/01/retries", ["retries"]),
    ]
    assert document["points"][0]["text"] == "Know queues."


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("topics/", 4), ("topics/queues/", 5), ("cards/", 3), ("cards/?track=steady", 4), ("tracks/", 5),
        ("tracks/steady/", 5), ("documents/", 2), ("documents/sample-list/", 4),
    ],
)  # fmt: skip
def test_reading_takes_a_fixed_number_of_statements(api, count_statements, path, statements):
    api.get("/api/v1/me/")
    with count_statements() as seen:
        assert api.get(f"/api/v1/{path}").status_code == 200
    assert len(seen) == statements
