"""Mastery rings: what would be recalled today, as number and colour, the same on every page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from curriculum.models import Card
from study import plans
from study.models import TopicRecall

pytestmark = pytest.mark.django_db
RING = re.compile(
    r'<svg class="ring[^"]*"[^>]*data-step="(\d)"[^>]*>(?:<circle[^>]*>)*(?:<text[^>]*>(\d+)</text>)?</svg>'
)
MEANING = "falls with time"
PATHS = ["/today/", "/tracks/", "/tracks/steady/", "/topics/queues/"]


@pytest.fixture
def client(alice, curriculum, client_of, clock) -> Client:
    return client_of(alice)


@pytest.fixture
def remembered(alice, curriculum, grade_all, clock):
    """`remembered(0.5, seen=8)`: what the morning after six answers says of the first topic."""

    def write(recall: float, seen: int = 6) -> None:
        grade_all(alice, 6)
        clock.shift(timedelta(days=1))
        plans.current(alice, timezone.now())
        TopicRecall.objects.filter(learner=alice.pk, seen__gt=0).update(recall=recall, seen=seen)

    return write


def rings(client, path) -> list[tuple[str, str]]:
    """Step of the ramp and number of each ring."""
    return RING.findall(client.get(path).content.decode())


@pytest.mark.parametrize(
    ("recall", "seen", "first", "step"),
    [(0.9, 4, "30", "1"), (0.5, 11, "46", "2"), (0.8, 11, "73", "3"), (0.9, 12, "90", "4")],
)
def test_every_page_shows_the_same_share_of_the_topics_cards(client, remembered, recall, seen, first, step):
    remembered(recall, seen)
    assert rings(client, "/today/")[0] == (step, first)
    assert rings(client, "/tracks/steady/") == [(step, first), ("0", "")]
    assert rings(client, "/topics/queues/") == [(step, first)]


def test_a_track_is_the_share_of_all_its_topics_cards(client, remembered):
    remembered(0.9, 12)
    assert rings(client, "/tracks/") == [("2", "45")]


def test_a_card_that_leaves_the_curriculum_never_makes_a_share_of_more_than_all(client, remembered, curriculum):
    remembered(1.0, 12)
    Card.objects.filter(topic=curriculum.first, position__gt=3).update(retired=True)
    assert rings(client, "/topics/queues/") == [("4", "100")]


def test_it_falls_while_one_is_away(client, alice, grade_all, clock):
    grade_all(alice, 6)
    shares = []
    for days in (1, 30):
        clock.shift(timedelta(days=days))
        client.get("/today/")
        shares.append(int(rings(client, "/topics/queues/")[0][1]))
    assert shares[0] > shares[1] > 0


def test_the_number_has_a_name_for_those_who_do_not_see_it(client, remembered):
    remembered(0.8, 12)
    for path in PATHS:
        assert re.search(r'role="img" aria-label="\d+% of its cards recalled today"', client.get(path).content.decode())
    assert "You would recall 80% of its cards today" in client.get("/topics/queues/").content.decode()
    assert "You would recall 10 of the 12 cards you have met" in client.get("/today/").content.decode()


@pytest.mark.parametrize("path", PATHS)
def test_each_page_says_once_what_the_number_means(client, remembered, path):
    remembered(0.5, 8)
    assert client.get(path).content.decode().count(MEANING) == 1


@pytest.mark.parametrize("path", PATHS)
def test_before_the_first_morning_there_is_no_number_and_no_word_of_it(client, alice, grade_all, path):
    grade_all(alice, 3)
    assert {number for _, number in rings(client, path)} <= {""}
    assert MEANING not in client.get(path).content.decode()


@pytest.mark.parametrize("path", PATHS)
def test_nobody_sees_the_rings_of_another(client, remembered, charlie, client_of, path):
    remembered(0.5, 8)
    assert {number for _, number in rings(client_of(charlie), path)} <= {""}


@pytest.mark.parametrize("path", PATHS)
def test_pages_with_rings_take_at_most_eight_statements(client, remembered, count_statements, path):
    remembered(0.5, 8)
    with count_statements() as seen:
        client.get(path)
    assert len(seen) <= 8
    assert sum("study_topicrecall" in sql for sql in seen) == 1
