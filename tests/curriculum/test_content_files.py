"""What is wrong with a file is a sentence with its line, never a traceback."""

from __future__ import annotations

import pytest

from curriculum import reading, toml
from curriculum.findings import Finding, Level
from tests.curriculum.folder import Folder, card

CARDS = "topics/queues/cards.toml"


def only(folder: Folder) -> Finding:
    [finding] = folder.findings()
    return finding


BROKEN = [
    ('[[areas]]\nid = "a"\ntitle = \n', 3, "Invalid value"),
    ('[[areas]]\nid = "a"\nid = "b"\n', 3, "Cannot overwrite a value"),
    ('[[areas]]\ntitle = "a\n', 2, "Illegal character"),
    ("[[areas]]\ntitle = '''a\n", 3, "Expected"),
    ("areas = " + "[" * 4000, 1, "too deeply"),
    ("[[areas]]\nposition = " + "1" * 5000 + "\n", 1, "Exceeds the limit"),
]


@pytest.mark.parametrize(("text", "line", "said"), BROKEN)
def test_a_file_that_is_no_toml_is_named_with_its_line(folder: Folder, text: str, line: int, said: str) -> None:
    folder.write("areas.toml", text)
    finding = only(folder)
    assert (finding.rule, finding.path, finding.line) == ("toml", folder.path("areas.toml"), line)
    assert said in finding.sentence


def test_a_file_that_is_no_text_is_named(folder: Folder) -> None:
    folder.path("resources.toml").write_bytes(b"\xff\xfe")
    assert only(folder).sentence == "The file is not UTF-8 text."


def test_a_missing_file_is_named(folder: Folder) -> None:
    folder.path("areas.toml").unlink()
    finding = only(folder)
    assert (finding.rule, finding.path) == ("file", folder.path("areas.toml"))


def test_a_missing_topic_file_is_named(folder: Folder) -> None:
    folder.path("topics/retries/topic.toml").unlink()
    assert only(folder).path == folder.path("topics/retries/topic.toml")


def test_a_stray_file_in_a_topic_is_named(folder: Folder) -> None:
    folder.write("topics/queues/card.toml", "")
    assert only(folder).rule == "stray-file"


def test_windows_line_ends_and_a_byte_order_mark_are_read(folder: Folder) -> None:
    folder.deck(card("bug"))
    text = folder.path(CARDS).read_text()
    folder.path(CARDS).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert folder.rules() == set()


SHAPES = [
    ("missing-key", "areas.toml", 'title = "Systems"\n', "", 1),
    ("missing-key", "areas.toml", 'title = "Systems"', 'title = " "', 3),
    ("type", "areas.toml", 'title = "Systems"', "title = 7", 3),
    ("type", "areas.toml", "[[areas]]", "[areas]", 1),
    ("unknown-key", "areas.toml", 'title = "Systems"', 'title = "Systems"\ncolour = "red"', 4),
    ("unknown-key", "areas.toml", "[[areas]]", "version = 1\n[[areas]]", 1),
    ("length", "areas.toml", '"Systems"', f'"{"x" * 121}"', 3),
    ("characters", "areas.toml", '"Systems"', '"Sys\\u0000tems"', 3),
    ("characters", "areas.toml", '"Systems"', '"Sys\\uE000tems"', 3),
    ("type", "resources.toml", "minutes = 20", "minutes = true", 9),
    ("range", "resources.toml", "minutes = 20", "minutes = -1", 9),
    ("word", "resources.toml", '"exact"', '"perhaps"', 8),
    ("url", "resources.toml", "https://example", "javascript:example", 6),
    ("word", "outline/list.toml", 'kind = "concept"', 'kind = "idea"', 15),
    ("name", "outline/list.toml", 'id = "list"', 'id = "other"', 1),
    ("range", "topics/queues/topic.toml", "difficulty = 2", "difficulty = 6", 4),
    ("type", "topics/queues/topic.toml", "retired = []", "retired = [1]", 8),
    ("missing-key", "topics/queues/topic.toml", "staff = 1\n", "", 10),
    ("name", "topics/queues/topic.toml", 'id = "queues"', 'id = "lines"', 1),
    ("unknown-key", "tracks/steady.toml", 'topic = "retries"', 'topic = "retries"\nlevel = 1', 18),
]


@pytest.mark.parametrize(("rule", "name", "old", "new", "line"), SHAPES)
def test_a_wrong_shape_is_named_with_its_line(
    folder: Folder, rule: str, name: str, old: str, new: str, line: int
) -> None:
    folder.change(name, old, new)
    found = {(finding.rule, finding.path, finding.line) for finding in folder.findings()}
    assert (rule, folder.path(name), line) in found


CARD_SHAPES = [
    ("missing-key", card("basic", prompt=None)),
    ("missing-key", card("basic", answer=None)),
    ("missing-key", card("choice", choices=None)),
    ("missing-key", card("choice", id=None)),
    ("word", card("basic", kind="essay")),
    ("word", card("basic", tier="expert")),
    ("type", card("basic", prompt=7)),
    ("type", card("basic", points="list/01/queues")),
    ("type", card("short", accept=[1])),
    ("type", card("bug", line=True)),
    ("type", card("choice", choices=[{"text": "A queue", "correct": "yes"}])),
    ("unknown-key", card("cloze", answer="A queue.")),
    ("unknown-key", card("basic", choices=[{"text": "A queue"}])),
    ("unknown-key", card("choice", choices=[{"text": "A queue", "right": True}])),
]


@pytest.mark.parametrize(("rule", "spoilt"), CARD_SHAPES)
def test_a_card_of_the_wrong_shape_is_told_once(folder: Folder, rule: str, spoilt: dict[str, object]) -> None:
    folder.deck(spoilt)
    assert folder.rules(Level.ERROR) == {rule}


def test_the_topic_of_a_deck_is_that_of_its_folder(folder: Folder) -> None:
    folder.deck(card("basic"))
    folder.change(CARDS, 'topic = "queues"', 'topic = "retries"')
    assert folder.rules() == {"name"}


def test_lines_are_found_through_long_texts_and_nested_tables() -> None:
    text = "\n".join(
        [
            "# a comment with key = 1",
            "[[cards]]",
            "prompt = '''",
            "[[cards]]",
            "id = 'not a key'",
            "'''",
            'why = """one line"""',
            "[[cards.choices]]",
            "  [[cards.choices]]",
            "  text = 'b'",
            "[[cards]]",
            "steps = [",
            '  "id = 1",',
            "]",
            "id = 'c'",
        ]
    )
    lines = toml.line_numbers(text)
    assert lines[("cards", 0, "why")] == 7
    assert lines[("cards", 0, "choices", 1, "text")] == 10
    assert lines[("cards", 1, "id")] == 15
    assert ("cards", 0, "id") not in lines


def test_a_resource_that_nobody_has_opened_has_no_address(folder: Folder) -> None:
    assert reading.read(folder.root).resources[0].url == "https://example.org/notes"
    folder.change("resources.toml", '"exact"', '"no"')
    assert reading.read(folder.root).resources[0].url == ""
