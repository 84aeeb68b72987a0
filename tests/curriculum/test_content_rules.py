"""The rules about topics, tracks, lessons and whole decks."""

from __future__ import annotations

import pytest

from curriculum.findings import Level
from tests.curriculum.folder import Folder, card

QUEUES, TRACK, LIST = "topics/queues/topic.toml", "tracks/steady.toml", "outline/list.toml"

NAMES = [
    ("unknown-area", QUEUES, 'area = "systems"', 'area = "none"'),
    ("unknown-topic", QUEUES, "prerequisites = []", 'prerequisites = ["none"]'),
    ("circle", QUEUES, "prerequisites = []", 'prerequisites = ["retries"]'),
    ("circle", QUEUES, "prerequisites = []", 'prerequisites = ["queues"]'),
    ("unknown-resource", QUEUES, 'id = "notes"', 'id = "none"'),
    ("twice", QUEUES, "retired = []", 'retired = ["a-card", "a-card"]'),
    ("position", QUEUES, "position = 1", "position = 2"),
    ("unknown-topic", LIST, 'topics = ["queues"]', 'topics = ["none"]'),
    ("id", LIST, "list/01/retry", "list/01/queues"),
    ("id", LIST, '"list/01/retry"', '"Retry"'),
    ("id", "areas.toml", 'id = "systems"', 'id = "Systems"'),
    ("unknown-topic", TRACK, 'topic = "retries"', 'topic = "none"'),
    ("twice", TRACK, 'topic = "retries"', 'topic = "queues"'),
    ("tiers", TRACK, '["foundation", "staff"]', '["foundation", "wizard"]'),
    ("tiers", TRACK, '["foundation", "staff"]', "[]"),
    ("tiers", TRACK, '["foundation", "staff"]', '["staff", "staff"]'),
    ("unknown-document", TRACK, 'document = "list"', 'document = "none"'),
    ("unknown-section", TRACK, 'section = "list/01"', 'section = "list/02"'),
]


def test_the_folder_of_these_tests_is_sound(folder: Folder) -> None:
    assert folder.findings() == []


@pytest.mark.parametrize(("rule", "name", "old", "new"), NAMES)
def test_a_name_that_leads_nowhere_is_found_in_its_line(
    folder: Folder, rule: str, name: str, old: str, new: str
) -> None:
    folder.change(name, old, new)
    findings = [finding for finding in folder.findings() if finding.rule == rule]
    assert findings
    key = new.partition(" = ")[0]
    for finding in findings:
        line = finding.path.read_text().splitlines()[finding.line - 1]
        assert key in line or line.startswith(("id =", "position =")), line


def test_a_circle_of_topics_is_named(folder: Folder) -> None:
    folder.topic("queues", position=1, prerequisites=["locks"])
    folder.topic("locks", position=3, prerequisites=["retries"])
    [finding] = folder.findings()
    assert finding.sentence == ("These topics build on one another in a circle: locks → queues → retries → locks.")
    assert finding.path == folder.path("topics/locks/topic.toml")


LESSONS = [
    ("passage", "## One\n\n## One!\n", "## One\n\n## Two\n"),
    ("passage", "## …\n", "## Über\n"),
    ("html", "# One\n", "## One\n"),
    ("html", "#### One\n", "### One\n"),
    ("html", "A <b>word</b>.\n", "A **word**.\n"),
    ("html", "a\n\n---\n\nb\n", "a\n\nb\n"),
    ("code", "```\nx\n```\n", "```text\nx\n```\n"),
    ("code", "```klingon\nx\n```\n", "```console\nx\n```\n"),
    ("link", "[a](#two)\n\n## One\n", "[a](#one)\n\n## One\n"),
    ("link", "[a](topic:none)\n", "[a](topic:queues)\n"),
    ("link", "[a](/admin/)\n", "[a](https://example.org/admin/)\n"),
    ("link", "[a](mailto:a@example.org)\n", "<https://example.org>\n"),
]


@pytest.mark.parametrize(("rule", "bad", "good"), LESSONS)
def test_a_lesson_keeps_the_rules_of_lessons(folder: Folder, rule: str, bad: str, good: str) -> None:
    folder.write("topics/retries/lesson.md", f"A first line.\n\n{bad}")
    found = [(finding.rule, finding.level) for finding in folder.findings()]
    assert found == [(rule, Level.ERROR)]
    folder.write("topics/retries/lesson.md", f"A first line.\n\n{good}")
    assert folder.findings() == []


def test_a_finding_in_a_lesson_names_its_line(folder: Folder) -> None:
    folder.write("topics/retries/lesson.md", "## One\n\nText.\n\n[a](topic:none)\n")
    assert [finding.line for finding in folder.findings()] == [5]


def test_two_prompts_that_say_nearly_the_same_are_found_across_topics(folder: Folder) -> None:
    words = "Why does a slow consumer make the queue before it grow {} at night"
    folder.write("topics/retries/lesson.md", "## How a queue works\n")
    folder.deck(card("basic", prompt=f"{words.format('longer')}?"))
    folder.deck(card("basic", id="again", prompt=f"{words.format('longer')} ?"), topic="retries")
    [finding] = [each for each in folder.findings() if each.level == Level.ERROR]
    assert (finding.rule, finding.subject) == ("near-duplicate", "retries/again")
    assert "queues/a-basic-card" in finding.sentence


def test_prompts_with_eight_words_of_ten_in_common_are_not_the_same(folder: Folder) -> None:
    folder.deck(
        card("basic", prompt="Why a b c d e f g h?"),
        card("basic", id="again", prompt="Why a b c d e f g i?"),  # 8 shared of 10: exactly the limit
    )
    assert folder.rules(Level.ERROR) == set()


def mixed(folder: Folder, kinds: list[str]) -> list[str]:
    folder.deck(*(card(kind, id=f"card-{number}") for number, kind in enumerate(kinds)))
    return [finding.sentence for finding in folder.findings() if finding.rule == "mixture"]


def test_a_deck_of_basic_cards_and_clozes_alone_is_warned_of(folder: Folder) -> None:
    assert mixed(folder, ["basic"] * 9 + ["cloze"] * 5 + ["choice"] * 6) == ["70% of the cards are basic or cloze."]
    assert mixed(folder, ["basic"] * 8 + ["cloze"] * 5 + ["choice"] * 7) == []


def test_a_full_deck_has_three_kinds(folder: Folder) -> None:
    assert mixed(folder, ["basic"] * 6 + ["choice"] * 6) == ["The deck has 2 kinds of card."]
    assert mixed(folder, ["basic"] * 5 + ["choice"] * 6) == []


def coverage(folder: Folder, *, release: bool = False) -> list[tuple[str, Level]]:
    found = [finding for finding in folder.findings(release=release) if finding.rule == "coverage"]
    return [(finding.subject, finding.level) for finding in found]


def test_a_taught_point_without_a_card_is_warned_of_once_its_topic_has_cards(folder: Folder) -> None:
    assert coverage(folder) == []
    folder.deck(card("basic", points=["list/01/retry"]))
    assert coverage(folder) == [("list/01/queues", Level.WARNING)]
    folder.deck(card("basic", points=["list/01/queues"]))
    assert coverage(folder) == []  # the other point is advice, which needs no card


def test_a_release_counts_every_topic_and_refuses(folder: Folder) -> None:
    assert coverage(folder, release=True) == [("list/01/queues", Level.ERROR)]


def test_a_concept_of_the_staff_list_needs_three_cards(folder: Folder) -> None:
    folder.path(LIST).rename(folder.path("outline/staff-2026.toml"))
    for name in ("outline/staff-2026.toml", TRACK):
        text = folder.path(name).read_text().replace("list/01", "staff-2026/01").replace('"list"', '"staff-2026"')
        folder.write(name, text)
    cards = [card(kind, points=["staff-2026/01/queues"]) for kind in ("basic", "choice", "order")]
    folder.deck(*cards[:2])
    assert coverage(folder) == [("staff-2026/01/queues", Level.WARNING)]
    folder.deck(*cards)
    assert coverage(folder) == []
