"""A topic: its lesson, its cards with their state, where it comes from and what surrounds it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from curriculum.models import Card, Resource, Topic, TopicResource, passage_of
from study.models import CardState, Learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(alice, curriculum, client_of, clock) -> Client:
    return client_of(alice)


def page_of(client, path="/topics/queues/"):
    return client.get(path).content.decode()


def test_the_lesson_stands_with_its_anchors(client):
    page = page_of(client)
    assert '<h2 id="why-queues">Why queues</h2>' in page
    assert "You can say what queues are for and when they hurt." in page


def test_each_card_leads_to_its_passage(client):
    assert 'href="#why-queues">What is sample queues 1?</a>' in page_of(client)


def test_a_new_topic_has_only_new_cards(client):
    page = page_of(client)
    assert "0 of 12 cards learned." in page
    assert page.count('<span class="chip">New</span>') == 12


def test_states_are_days_due_slipped_and_new(client, alice, grade_all, clock):
    grade_all(alice, 3)
    assert "3 of 12 cards learned. Next review tomorrow" in page_of(client)
    assert page_of(client).count(">1 day</span>") == 3
    clock.shift(timedelta(days=1))
    grade_all(alice, 1, grade=1)
    page = page_of(client)
    assert page.count(">Slipped</span>") == 1
    assert page.count(">Due today</span>") == 2
    assert page.count(">New</span>") == 9


@pytest.mark.parametrize(("show", "cards"), [("learned", 3), ("new", 9), ("all", 12), ("nonsense", 12)])
def test_a_link_narrows_the_cards(client, alice, grade_all, show, cards):
    grade_all(alice, 3)
    assert page_of(client, f"/topics/queues/?show={show}").count('class="grow cover"') == cards


def test_the_states_of_another_are_not_shown(client, charlie, client_of, alice, grade_all):
    grade_all(alice, 3)
    assert "0 of 12 cards learned." in page_of(client_of(charlie))


def test_a_retired_card_is_gone_from_the_list(client, curriculum):
    Card.objects.filter(ref="queues/card-01").update(retired=True)
    page = page_of(client)
    assert "0 of 11 cards learned." in page
    assert "What is sample queues 1?" not in page


def test_a_topic_without_lesson_and_cards_says_so(client, curriculum):
    Topic.objects.filter(slug="clocks").update(lesson_html="", passages=[])
    page = page_of(client, "/topics/clocks/")
    assert "The lesson of this topic is not written yet." in page
    assert "No cards yet" in page
    assert 'id="cards"' not in page


def test_without_a_lesson_what_others_wrote_stands_in_its_place_and_only_there(client, curriculum):
    book = Resource.objects.create(slug="b", title="The queue book", kind="book")
    TopicResource.objects.create(topic=curriculum.first, resource=book, good_for="First steps", position=0)
    for html, inside in (("<p>Lesson.</p>", False), ("", True)):
        Topic.objects.filter(slug="queues").update(lesson_html=html)
        main, _, aside = page_of(client).partition("<aside")
        assert ("The queue book" in main) is inside
        assert ("The queue book" in aside) is not inside


@pytest.mark.parametrize(("all_met", "last"), [(False, "Learn 5 new"), (True, "Review 6 cards")])
def test_the_head_has_one_primary_button_and_it_is_the_last(client, alice, curriculum, grade_all, clock, all_met, last):
    grade_all(alice, 6)
    if all_met:
        Card.objects.filter(topic=curriculum.first, position__gt=5).update(retired=True)
    clock.shift(timedelta(days=30))
    client.get("/today/")
    head = page_of(client).partition('<div class="split">')[0]
    buttons = re.findall(r'class="btn([a-z ]*)"[^>]*>([^<]+)<', head.partition("<main")[2])
    assert [name for look, name in buttons if "primary" in look] == [buttons[-1][1]] == [last]


def test_it_says_which_documents_asked_for_it(client):
    page = page_of(client)
    assert "A sample list" in page
    assert "Know queues." in page


def test_resources_show_minutes_and_never_link_without_an_address(client, curriculum):
    linked = Resource.objects.create(
        slug="a", title="Queues at work", kind="article", url="https://e.org/q", minutes=15
    )
    bare = Resource.objects.create(slug="b", title="The queue book", author="A. Writer", kind="book")
    for position, resource in enumerate((linked, bare)):
        TopicResource.objects.create(
            topic=curriculum.first, resource=resource, good_for="First steps", position=position
        )
    page = page_of(client)
    assert '<a href="https://e.org/q" rel="nofollow noopener">Queues at work</a>' in page
    assert "15 min." in page
    assert "The queue book, A. Writer" in page
    assert ">The queue book</a>" not in page


def test_connections_name_what_counts_as_met(client, alice, curriculum, grade_all):
    curriculum.second.prerequisites.add(curriculum.bare)
    grade_all(alice, 1)
    page = page_of(client, "/topics/retries/")
    assert 'href="/topics/queues/"><span>Queues</span></a>' in page
    assert 'href="/topics/clocks/"><span>Clocks <span class="faint">counts as met</span></span></a>' in page
    assert 'Leads to</p><p class="row g2"><a class="chip" href="/topics/retries/">Retries</a>' in page_of(client)


def test_a_prerequisite_outside_the_learners_tracks_counts_as_met(client):
    assert "Queues <span" in page_of(client, "/topics/retries/")


def test_the_way_back_leads_to_the_learners_own_track(client, alice, curriculum):
    assert 'href="/tracks/steady/">Steady systems</a>' in page_of(client)


def test_an_unknown_topic_is_a_404(client):
    assert client.get("/topics/nothing/").status_code == 404


def test_it_takes_eight_statements(client, alice, grade_all, count_statements):
    grade_all(alice, 3)
    with count_statements() as seen:
        client.get("/topics/queues/")
    assert len(seen) == 8


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"suspended": True}, "Suspended"),
        ({"set_aside": True}, "Set aside"),
        ({"buried_until": date(2026, 3, 3)}, "Buried until tomorrow"),
    ],
)
@pytest.mark.parametrize("met", [0, 1])
def test_a_card_put_away_says_so_and_can_be_taken_back(client, alice, grade_all, columns, said, met):
    grade_all(alice, met)
    CardState.objects.update_or_create(
        learner=Learner.objects.get_or_create(user=alice)[0],
        card=Card.objects.get(ref="queues/card-01"),
        defaults=columns,
    )
    page = page_of(client)
    assert f'<span class="chip">{said}</span>' in page
    assert f"{met} of 12 cards learned." in page
    assert "Next review" not in page
    given = {"card": "queues/card-01", "page": "topic"}
    assert said not in page_of(client, client.post("/study/restore/", given)["Location"])


def test_a_buried_card_is_asked_again_when_its_day_has_come(client, alice, grade_all, clock):
    grade_all(alice, 1)
    CardState.objects.update(buried_until=date(2026, 3, 3))
    clock.shift(timedelta(days=1))
    assert "Buried" not in page_of(client)
    assert ">Due today</span>" in page_of(client)


# --- a passage of the lesson ----------------------------------------------------------------------

LESSON = (
    '<p>First.</p><h2 id="a">A</h2><p>Of A.</p><h3 id="a-one">A one</h3><p>Of A one.</p>'
    '<h3 id="a-two">A two</h3><p>Of A two.</p><h2 id="b">B</h2><p>Of B.</p>'
)


@pytest.mark.parametrize(
    ("anchor", "said"),
    [
        ("a", '<p>Of A.</p><h3 id="a-one">A one</h3><p>Of A one.</p><h3 id="a-two">A two</h3><p>Of A two.</p>'),
        ("a-one", "<p>Of A one.</p>"),
        ("a-two", "<p>Of A two.</p>"),
        ("b", "<p>Of B.</p>"),
        ("c", ""),
    ],
)
def test_a_passage_ends_where_the_next_of_its_rank_begins(anchor, said):
    assert passage_of(LESSON, anchor) == said


def test_a_passage_alone_lies_beside_a_card_and_is_kept_by_the_reader_alone(client):
    response = client.get("/topics/queues/passages/why-queues/", headers={"HX-Request": "true"})
    text = response.content.decode()
    assert "They part what happens now from what may wait." in text
    assert "<html" not in text
    assert response["Cache-Control"] == "private, max-age=3600"
    assert {"Cookie", "HX-Request"} <= {part.strip() for part in response["Vary"].split(",")}


def test_as_a_page_it_is_the_lesson(client):
    assert client.get("/topics/queues/passages/why-queues/")["Location"] == "/topics/queues/#why-queues"


def test_a_passage_costs_three_statements(client, count_statements):
    with count_statements() as seen:
        client.get("/topics/queues/passages/why-queues/", headers={"HX-Request": "true"})
    assert len(seen) == 3, seen
