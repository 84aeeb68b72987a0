"""The source documents: our outline of each, with the topics and the cards drawn from it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from curriculum.models import Card, Document, Point

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(alice, curriculum, client_of) -> Client:
    return client_of(alice)


@pytest.fixture
def add_point(curriculum):
    """`add_point("noted", kind="advice")`: another point of the sample list, which maps to `clocks`."""

    def add(name, *, kind="concept", text="", section="01", item="noted") -> Point:
        document = Document.objects.get(slug="sample-list")
        point = Point.objects.create(
            document=document,
            slug=f"sample-list/{section}/{name}",
            section=f"sample-list/{section}",
            section_title=f"Part {section}",
            item=f"sample-list/{section}.{item}",
            item_title=item.capitalize(),
            kind=kind,
            text=text or f"Know {name}.",
            position=document.points.count(),
        )
        point.topics.add(curriculum.bare)
        return point

    return add


def page_of(client, path="/sources/sample-list/"):
    return client.get(path).content.decode()


def line_of(page, point):
    """The list entry of a point."""
    return re.search(rf'<li><div class="grow"><span id="{point}".*?</li>', page, re.DOTALL)[0]


def test_each_point_has_an_anchor_its_topics_and_the_number_of_its_cards(client):
    line = line_of(page_of(client), "sample-list/01/queues")
    assert ">Know queues.</span>" in line
    assert '<a class="chip" href="/topics/queues/">Queues</a>' in line
    assert ">12 cards</span>" in line


def test_a_retired_card_is_not_counted(client):
    Card.objects.filter(ref="queues/card-01").update(retired=True)
    assert ">11 cards</span>" in line_of(page_of(client), "sample-list/01/queues")
    assert "2 points, 23 cards" in page_of(client, "/sources/")


def test_a_card_that_asks_two_points_counts_once_for_the_document(client):
    Card.objects.get(ref="queues/card-01").points.add(Point.objects.get(slug="sample-list/01/retries"))
    page = page_of(client)
    assert ">13 cards</span>" in line_of(page, "sample-list/01/retries")
    assert '<dd class="figure">24</dd><dt class="muted sm">cards ask them</dt>' in page
    assert "2 points, 24 cards" in page_of(client, "/sources/")


def test_a_point_to_learn_without_a_card_says_so(client, add_point):
    assert "have no card yet" not in page_of(client)
    add_point("clocks")
    page = page_of(client)
    assert "No cards yet" in line_of(page, "sample-list/01/clocks")
    assert '1 <small>of 3</small></dd><dt class="muted sm">points to learn have no card yet</dt>' in page


def test_advice_needs_no_card_and_is_called_advice(client, add_point):
    add_point("patience", kind="advice")
    page = page_of(client)
    assert ">Advice</span>" in line_of(page, "sample-list/01/patience")
    assert "have no card yet" not in page


def test_a_heading_without_content_is_named_and_nothing_is_laid_to_its_author(client, add_point):
    add_point("security", kind="heading", text="Security")
    line = line_of(page_of(client), "sample-list/01/security")
    assert ">Security</span>" in line
    assert (
        'Named without content, taught on our own account:</span><a class="chip" href="/topics/clocks/">Clocks</a>'
        in line
    )
    assert "No cards yet" not in line
    assert "our own account" not in line_of(page_of(client), "sample-list/01/queues")


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "Author not named"),
        ({"published": "2026"}, "Author not named, 2026"),
        ({"author": "A. Writer"}, "A. Writer"),
        ({"author": "A. Writer", "published": "2020-01-25"}, "A. Writer, 2020"),
        ({"author": "A. Writer", "published": "2020", "source_title": "What I read"}, "“What I read”. A. Writer, 2020"),
    ],
)
@pytest.mark.parametrize("path", ["/sources/", "/sources/sample-list/"])
def test_author_and_year_are_named_as_far_as_they_are_known(client, path, known, said):
    Document.objects.filter(slug="sample-list").update(**known)
    assert f'<p class="muted">{said}\n</p>' in page_of(client, path)


def test_it_says_that_the_outline_is_our_summary(client):
    assert "The outline below is our summary of it, in our own words." in page_of(client)


def test_sections_and_items_stand_once_in_the_order_of_the_document(client, add_point):
    for name, place in {"a": "02.first", "b": "02.first", "c": "02.second", "d": "03.third"}.items():
        section, _, item = place.partition(".")
        add_point(name, section=section, item=item)
    page = page_of(client)
    outline = page[page.index("</nav>", page.index('id="toc"')) : page.index("</main>")]
    anchors = [anchor.removeprefix("sample-list/") for anchor in re.findall(r'<h[23][^>]* id="([^"]+)"', outline)]
    assert anchors == ["01", "queues", "retries", "02", "02.first", "02.second", "03", "03.third"]
    assert '<a href="#sample-list/03">Part 03</a>' in page


def test_the_list_leads_to_every_document(client):
    Document.objects.create(slug="another-list", title="Another list", kind="list", position=1)
    page = page_of(client, "/sources/")
    assert page.index('href="/sources/sample-list/">A sample list') < page.index('href="/sources/another-list/"')
    assert "0 points, 0 cards" in page
    assert client.get("/sources/another-list/").status_code == 200


def test_the_list_says_when_nothing_is_loaded(alice, client_of):
    assert "No document is loaded yet." in page_of(client_of(alice), "/sources/")


def test_topics_and_tracks_lead_to_it(client):
    topic = page_of(client, "/topics/queues/")
    assert '<a href="/sources/sample-list/">A sample list</a>' in topic
    assert '<a href="/sources/sample-list/#sample-list/01/queues">Know queues.</a>' in topic
    assert 'href="/sources/sample-list/">the document it follows</a>' in page_of(client, "/tracks/steady/")
    assert "/sources/" not in page_of(client, "/tracks/later/")
    assert 'href="/sources/"' in page_of(client, "/tracks/")


def test_an_unknown_document_is_a_404(client):
    assert client.get("/sources/nothing/").status_code == 404


@pytest.mark.parametrize(("path", "statements"), [("/sources/", 3), ("/sources/sample-list/", 6)])
def test_pages_take_as_many_statements_however_long(client, add_point, count_statements, path, statements):
    for number in range(30):
        add_point(f"more-{number}")
    with count_statements() as seen:
        client.get(path)
    assert len(seen) == statements
