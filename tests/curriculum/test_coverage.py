"""manage.py coverage: the points of the documents and how many cards ask each."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from curriculum.coverage import coverage_of_points
from curriculum.models import Card, Point

pytestmark = pytest.mark.django_db


def run(*options: str) -> tuple[int, list[str]]:
    """The exit status and the lines."""
    out = StringIO()
    try:
        call_command("coverage", *options, stdout=out)
    except SystemExit as exit_:
        return int(str(exit_.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


@pytest.fixture
def gap(curriculum):
    """The point of `retries` has lost its cards."""
    Card.objects.filter(topic=curriculum.second).update(retired=True)
    return "sample-list/01/retries"


def test_each_point_has_its_number_and_each_document_its_totals(curriculum):
    assert run() == (
        0,
        [
            "sample-list: A sample list",
            "    12  sample-list/01/queues  concept  Know queues.  (queues)",
            "    12  sample-list/01/retries  concept  Know retries.  (retries)",
            "  2 points, 2 teachable, 0 of them without a card; 24 cards.",
            "",
            "1 document: 2 points, 2 teachable, 0 of them without a card.",
        ],
    )


def test_retired_cards_are_left_out(gap):
    _, lines = run()
    assert lines[2] == "  none  sample-list/01/retries  concept  Know retries.  (retries)"
    assert lines[-1] == "1 document: 2 points, 2 teachable, 1 of them without a card."


def test_only_the_empty_points_can_be_listed_under_the_same_totals(gap):
    everything, gaps = run()[1], run("--empty")[1]
    assert [line for line in everything if line not in gaps] == [
        "    12  sample-list/01/queues  concept  Know queues.  (queues)"
    ]


@pytest.mark.parametrize("kind", ["advice", "remark", "heading", "link", "talk", "book", "domain", "tag"])
def test_what_needs_no_card_of_its_own_is_never_empty(gap, kind):
    Point.objects.filter(slug=gap).update(kind=kind)
    status, lines = run("--empty", "--fail-empty")
    assert status == 0
    assert lines[-1] == "1 document: 2 points, 1 teachable, 0 of them without a card."


def test_an_empty_point_ends_it_with_1_only_when_that_is_asked_for(gap):
    assert run("--empty")[0] == 0
    assert run("--fail-empty")[0] == 1


def test_a_topic_narrows_the_points_and_the_verdict(gap):
    status, lines = run("--topic", "queues", "--fail-empty")
    assert status == 0
    assert lines[-1] == "1 document: 1 point, 1 teachable, 0 of them without a card."
    assert run("--topic", "retries", "--fail-empty")[0] == 1


def test_a_track_takes_the_points_of_its_topics_each_once(gap, curriculum):
    Point.objects.get(slug="sample-list/01/queues").topics.add(curriculum.second, curriculum.bare)
    assert run("--track", "steady")[1][-1] == "1 document: 2 points, 2 teachable, 1 of them without a card."
    assert run("--track", "later")[1][-1] == "1 document: 1 point, 1 teachable, 0 of them without a card."


@pytest.mark.parametrize("option", ["topic", "track"])
def test_a_name_that_is_not_there_is_a_sentence(curriculum, option):
    with pytest.raises(CommandError, match=f"There is no {option} “nothing” in the loaded curriculum"):
        run(f"--{option}", "nothing")


def test_a_database_without_a_curriculum_says_what_to_do_and_does_not_pass(db):
    with pytest.raises(CommandError, match="No document is loaded"):
        run("--fail-empty")


def test_a_database_without_tables_says_the_same(db, monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", list)
    with pytest.raises(CommandError, match="No document is loaded"):
        run()


def test_counting_takes_three_statements(curriculum, count_statements):
    with count_statements() as seen:
        (document,) = coverage_of_points(Point.objects.all())
        assert [topic.title for line in document.points for topic in line.point.topics.all()] == ["Queues", "Retries"]
    assert len(seen) == 3
