"""Loading: the database holds what content/ says, progress survives, and nothing is written without need."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from curriculum import coverage, markdown, services
from curriculum.models import Area, Card, Document, Point, Resource, Topic, TopicResource, Track, TrackTopic
from study import enrolment
from study.models import CardState, Enrolment
from tests.curriculum.folder import CARDS, LESSON, Folder, card
from tests.statements import counted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TABLES = (Area, Resource, Document, Topic, TopicResource, Point, Card, Track, TrackTopic)


@pytest.fixture
def deck(folder: Folder) -> Folder:
    """The folder with one card of each kind in `queues`."""
    folder.deck(*(card(kind) for kind in CARDS))
    return folder


def snapshot() -> list[object]:
    """Every row and every link."""
    rows: list[object] = [list(table.objects.order_by("pk").values()) for table in TABLES]
    for many in (Topic.prerequisites, Point.topics, Card.points):
        rows.append(list(many.through.objects.order_by("pk").values()))
    return rows


def refused(folder: Folder) -> list[str]:
    """The rules for which a load is refused; asserts that it leaves the database as it was."""
    before = snapshot()
    with pytest.raises(services.Refused) as caught:
        services.load(folder.root)
    assert snapshot() == before
    return [finding.rule for finding in caught.value.findings]


def test_everything_arrives(deck: Folder) -> None:
    report = services.load(deck.root)
    assert str(report) == (
        "11 cards added; 2 topics added; 1 track added; 1 area added; 1 document added; 2 points added; "
        "1 resource added; nothing else changed."
    )
    topic = Topic.objects.get(slug="retries")
    assert [one.slug for one in topic.prerequisites.all()] == ["queues"]
    assert topic.target(["foundation", "staff"]) == 4
    assert (topic.area.slug, topic.difficulty, topic.position) == ("systems", 2, 2)
    assert [(each.resource.slug, each.good_for) for each in topic.topicresource_set.all()] == [
        ("notes", "A first look")
    ]
    assert {point.slug for point in topic.points.all()} == {"list/01/retry"}
    step = Track.objects.get().steps.get(topic=topic)
    assert (step.tiers, step.milestone, step.section) == (["foundation", "staff"], "Messages", "list/01")
    assert Track.objects.get().document == Document.objects.get(slug="list")
    point = Point.objects.get(slug="list/01/queues")
    assert (point.section_title, point.item, point.kind) == ("Systems", "list/01.1", "concept")
    assert Resource.objects.get().minutes == 20


def test_a_lesson_arrives_with_its_passages(folder: Folder) -> None:
    services.load(folder.root)
    topic = Topic.objects.get(slug="queues")
    assert topic.passages == [["how-a-queue-works", "How a queue works"], ["when-it-is-full", "When it is full"]]
    assert topic.lesson_html == markdown.lesson(LESSON).html


def test_cards_stand_in_the_order_of_their_file(deck: Folder) -> None:
    services.load(deck.root)
    assert [each.kind for each in Card.objects.filter(front=None).order_by("position")] == list(CARDS)


def test_a_reversed_card_brings_its_way_back_behind_all_others(deck: Folder) -> None:
    services.load(deck.root)
    back = Card.objects.get(ref="queues/a-reversed-card.back")
    assert back.front == Card.objects.get(ref="queues/a-reversed-card")
    assert back == Card.objects.order_by("position").last()
    assert back.prompt_html == "Which term means this? A message that fails at every try."
    assert back.answer_html == "poison message"


def test_a_card_that_is_no_longer_reversed_retires_its_way_back(deck: Folder) -> None:
    services.load(deck.root)
    deck.change("topics/queues/cards.toml", 'kind = "reversed"', 'kind = "basic"')
    deck.change("topics/queues/cards.toml", 'term = "poison message"', "")
    services.load(deck.root)
    assert Card.objects.get(ref="queues/a-reversed-card.back").retired


def test_each_kind_keeps_its_own_data(deck: Folder) -> None:
    services.load(deck.root)
    cards = {each.kind: each for each in Card.objects.all()}
    assert cards["basic"].ref == "queues/a-basic-card"
    assert cards["basic"].answer_html == "The work is stored until somebody reads it."
    assert cards["basic"].source.slug == "notes"
    assert [point.slug for point in cards["basic"].points.all()] == ["list/01/queues"]
    assert "<mark>dead letter</mark>" in cards["cloze"].answer_html
    assert 'class="gap"' in cards["cloze"].prompt_html
    assert "dead letter" not in cards["cloze"].prompt_html
    assert cards["choice"].choices == [
        {"html": "A queue", "why_html": "", "correct": True},
        {"html": "A lock", "why_html": "It makes both sides wait.", "correct": False},
        {"html": "A timer", "why_html": "It knows nothing of the work.", "correct": False},
    ]
    assert cards["order"].data == {"steps": ["Write", "Store", "Read"]}
    assert cards["short"].data == {"accept": ["LIFO", "last in, first out"]}
    assert cards["output"].data == {"accept": ["42"]}
    assert cards["bug"].data == {"line": 2}
    assert cards["scenario"].data["rubric"][0] == "Measures first"


def test_loading_the_same_again_writes_nothing(deck: Folder) -> None:
    services.load(deck.root)
    before = snapshot()
    with counted() as statements:
        report = services.load(deck.root)
    assert {statement.split()[0] for statement in statements} == {"SELECT"}
    assert str(report) == "Nothing changed: 10 cards, 2 topics, 1 track."
    assert snapshot() == before


def test_a_deck_costs_no_more_statements_than_a_card(folder: Folder) -> None:
    def cost(number: int) -> int:
        folder.deck(*(card("basic", id=f"card-{at}", prompt=f"Why is it so in case {at * 7}?") for at in range(number)))
        with counted() as statements:
            services.load(folder.root)
        return len(statements)

    services.load(folder.root)
    assert cost(40) == cost(80)


def test_a_reworded_card_keeps_its_row(deck: Folder) -> None:
    services.load(deck.root)
    before = Card.objects.get(ref="queues/a-basic-card")
    deck.change("topics/queues/cards.toml", "The work is stored", "The work is kept")
    assert str(services.load(deck.root)) == "1 card reworded; nothing else changed."
    after = Card.objects.get(ref="queues/a-basic-card")
    assert after.pk == before.pk
    assert after.answer_html == "The work is kept until somebody reads it."


def test_what_a_learner_remembers_survives_rewording_and_retirement(deck: Folder, alice: User) -> None:
    services.load(deck.root)
    enrolment.enrol(user=alice, track=Track.objects.get(), now=timezone.now())
    before = dict(CardState.objects.for_user(alice).values_list("card__ref", "pk"))
    assert "queues/a-basic-card" in before
    deck.deck(*(card(kind, why="Another reason than before.") for kind in CARDS if kind != "basic"))
    deck.topic("queues", position=1, retired=["a-basic-card"])
    services.load(deck.root)
    assert dict(CardState.objects.for_user(alice).values_list("card__ref", "pk")) == before


def test_a_new_card_in_the_middle_moves_the_others(deck: Folder) -> None:
    services.load(deck.root)
    kept = dict(Card.objects.values_list("ref", "pk"))
    first, *others = [card(kind) for kind in CARDS]
    deck.deck(first, card("basic", id="in-between", prompt="What does a broker keep?"), *others)
    assert str(services.load(deck.root)) == "1 card added, 10 moved; nothing else changed."
    assert dict(Card.objects.exclude(ref="queues/in-between").values_list("ref", "pk")) == kept
    assert [each.ref for each in Card.objects.all()[:3]] == [
        "queues/a-basic-card",
        "queues/in-between",
        "queues/a-reversed-card",
    ]


def test_a_card_that_cites_other_points_is_linked_anew(deck: Folder) -> None:
    services.load(deck.root)
    deck.deck(card("basic", points=["list/01/retry"]), *(card(kind) for kind in CARDS if kind != "basic"))
    services.load(deck.root)
    assert [point.slug for point in Card.objects.get(ref="queues/a-basic-card").points.all()] == ["list/01/retry"]


def test_a_card_goes_only_when_it_is_retired(deck: Folder) -> None:
    services.load(deck.root)
    before = Card.objects.get(ref="queues/a-basic-card")
    deck.deck(*(card(kind) for kind in CARDS if kind != "basic"))
    assert refused(deck) == ["retired"]
    deck.topic("queues", position=1, retired=["a-basic-card"])
    report = str(services.load(deck.root))
    assert report == "10 cards moved, 1 retired; 1 topic changed; nothing else changed."
    card_ = Card.objects.get(pk=before.pk)
    assert card_.retired
    assert card_.points.count() == 1
    assert before not in Card.objects.asked()
    assert str(services.load(deck.root)).startswith("Nothing changed")


def test_the_sentence_about_a_lost_card_names_file_line_and_cure(deck: Folder) -> None:
    services.load(deck.root)
    deck.deck(*(card(kind) for kind in CARDS if kind != "basic"))
    with pytest.raises(services.Refused) as caught:
        services.load(deck.root)
    [finding] = caught.value.findings
    assert finding.path == deck.path("topics/queues/topic.toml")
    assert finding.path.read_text().splitlines()[finding.line - 1] == "retired = []"
    assert finding.subject == "queues/a-basic-card"
    assert finding.cure == 'add "a-basic-card" to `retired`, or bring the card back.'


def test_a_retirement_can_be_taken_back(deck: Folder) -> None:
    services.load(deck.root)
    deck.deck(*(card(kind) for kind in CARDS if kind != "scenario"))
    deck.topic("queues", position=1, retired=["a-scenario-card"])
    services.load(deck.root)
    deck.deck(*(card(kind) for kind in CARDS))
    assert refused(deck) == ["id"]
    deck.topic("queues", position=1)
    assert str(services.load(deck.root)) == "1 card brought back; 1 topic changed; nothing else changed."
    assert not Card.objects.filter(retired=True).exists()


def test_one_error_refuses_everything(deck: Folder) -> None:
    deck.change("topics/queues/cards.toml", "The work is stored", "The work is kept")
    deck.change("areas.toml", "Systems", "All systems")
    deck.change("topics/queues/cards.toml", 'source = "notes"', 'source = "none"')
    assert set(refused(deck)) == {"source"}
    assert not Area.objects.exists()


def test_a_refusal_leaves_what_was_loaded(deck: Folder) -> None:
    services.load(deck.root)
    deck.change("areas.toml", "Systems", "All systems")
    deck.change("tracks/steady.toml", 'topic = "retries"', 'topic = "none"')
    assert refused(deck) == ["unknown-topic"]


def test_a_warning_refuses_nothing(folder: Folder) -> None:
    folder.deck(card("basic", answer="A queue and a lock."))
    services.load(folder.root)
    assert Card.objects.count() == 1


def test_what_is_gone_from_the_files_goes(deck: Folder) -> None:
    deck.topic("clocks", position=3)
    deck.write("tracks/clocks.toml", deck.path("tracks/steady.toml").read_text())
    deck.change("tracks/clocks.toml", '"steady"', '"clocks"')
    deck.change("tracks/clocks.toml", "position = 1", "position = 2")
    deck.change("tracks/clocks.toml", '"retries"', '"clocks"')
    services.load(deck.root)
    deck.path("topics/clocks/topic.toml").unlink()
    deck.path("topics/clocks").rmdir()
    deck.path("tracks/clocks.toml").unlink()
    deck.track(["retries"])
    deck.change("topics/queues/topic.toml", '[[resources]]\nid = "notes"\ngood_for = "A first look"\n', "")
    deck.change("outline/list.toml", 'topics = ["retries", "queues"]', 'topics = ["retries"]')
    report = str(services.load(deck.root))
    assert report == "1 topic changed, 1 removed; 1 track changed, 1 removed; nothing else changed."
    assert [step.topic.slug for step in TrackTopic.objects.all()] == ["retries"]
    assert TopicResource.objects.count() == 1
    assert Point.objects.get(slug="list/01/retry").topics.count() == 1
    deck.change("outline/list.toml", 'topics = ["retries"]', 'topics = ["retries", "queues"]')
    assert str(services.load(deck.root)).startswith("Links between")


def test_a_topic_whose_cards_were_loaded_stays(deck: Folder) -> None:
    services.load(deck.root)
    for path in deck.path("topics/queues").iterdir():
        path.unlink()
    deck.path("topics/queues").rmdir()
    deck.topic("retries", position=2)
    deck.track(["retries"])
    deck.change("outline/list.toml", 'topics = ["queues"]', "topics = []")
    deck.change("outline/list.toml", 'topics = ["retries", "queues"]', 'topics = ["retries"]')
    assert refused(deck) == ["in-use"]


def test_a_track_that_learners_are_on_stays(deck: Folder, alice: User) -> None:
    services.load(deck.root)
    enrolment.enrol(user=alice, track=Track.objects.get(), now=timezone.now())
    deck.path("tracks/steady.toml").unlink()
    assert refused(deck) == ["in-use"]
    Enrolment.objects.for_user(alice).delete()
    assert "1 track removed" in str(services.load(deck.root))


def test_another_renderer_renders_everything_again(deck: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    services.load(deck.root)
    monkeypatch.setattr(markdown, "RENDERER", "another")
    assert str(services.load(deck.root)) == (
        "11 cards reworded; 2 topics changed; 1 track changed; nothing else changed."
    )


def test_fourteen_hundred_cards_load_and_change(folder: Folder) -> None:
    kinds = [kind for kind in CARDS if kind not in ("bug", "output")]

    def deck(number: int) -> list[dict[str, object]]:
        made = []
        for at in range(number):
            kind = kinds[at % len(kinds)]
            start = f"Case x{at} y{at} z{at} u{at} v{at}"
            made.append(card(kind, id=f"card-{at}", prompt=f"{start}: {CARDS[kind]['prompt']}"))
        return made

    folder.deck(*deck(1400))
    assert str(services.load(folder.root)).startswith("1,575 cards added")
    folder.change("topics/queues/cards.toml", "a reader who comes late".capitalize(), "Whoever comes late")
    assert str(services.load(folder.root)) == "1,575 cards reworded; nothing else changed."
    assert Card.objects.asked().count() == 1575


def test_coverage_counts_what_can_be_studied_in_the_tiers_of_a_track(deck: Folder) -> None:
    deck.deck(*(card(kind, tier="practitioner" if kind == "cloze" else "foundation") for kind in CARDS))
    services.load(deck.root)
    with counted() as statements:
        tracks = coverage.coverage_of_tracks()
        topics = coverage.coverage_of_topics()
    assert len(statements) == 4
    assert tracks == {"steady": coverage.TrackCoverage(topics=2, topics_with_cards=1, cards=10, target=8)}
    assert topics == {"queues": coverage.Coverage(11, 6), "retries": coverage.Coverage(0, 6)}


def test_the_command_says_what_changed(deck: Folder) -> None:
    out = StringIO()
    call_command("load_content", content=deck.root, stdout=out)
    assert out.getvalue().startswith("11 cards added; 2 topics added")


def test_the_command_prints_why_it_refuses_and_fails(deck: Folder, tmp_path: Path) -> None:
    deck.change("topics/queues/cards.toml", 'source = "notes"', 'source = "none"')
    err = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("load_content", content=deck.root, stderr=err)
    assert caught.value.code == 1
    lines = err.getvalue().splitlines()
    assert lines[-1] == "Nothing was loaded: 10 errors."
    assert "error source queues/a-basic-card: There is no resource “none”." in lines[0]


def test_the_curriculum_of_this_repository_loads_twice() -> None:
    services.load(settings.CONTENT)
    assert str(services.load(settings.CONTENT)).startswith("Nothing changed")
    assert Card.objects.asked().filter(topic__slug="http").count() == 24
    assert Point.objects.count() == 439
    assert set(Track.objects.values_list("slug", flat=True)) == set(coverage.coverage_of_tracks())
