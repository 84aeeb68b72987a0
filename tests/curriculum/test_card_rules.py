"""Every rule about one card, with a card that breaks it alone and one that comes close."""

from __future__ import annotations

from typing import Any

import pytest

from curriculum.findings import Level
from curriculum.lint import lint
from curriculum.lint.rules import RULES
from tests.curriculum.folder import CARDS, WRONG, Folder, card

RIGHT = {"text": "A queue", "correct": True}


def code(language: str, text: str) -> str:
    return f"What does this say?\n```{language}\n{text}\n```"


def lines(count: int, width: int = 1) -> str:
    return code("python", "\n".join(["1" * width] * count))


# rule, kind, what breaks it, what comes close and is sound
ERRORS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("id", "basic", {"id": "It"}, {"id": "it-1"}),
    ("id", "basic", {"id": "x" * 61}, {"id": "x" * 60}),
    ("id", "basic", {"id": "old.back"}, {"id": "old-back"}),
    ("points", "basic", {"points": []}, {"points": ["list/01/queues", "list/01/retry"]}),
    ("points", "basic", {"points": ["list/01/none"]}, {"points": ["list/01/retry"]}),
    ("points", "basic", {"points": ["list/01/retry"] * 2}, {}),
    ("source", "basic", {"source": None}, {}),
    ("source", "basic", {"source": "none"}, {}),
    ("passage", "basic", {"passage": None}, {}),
    ("passage", "basic", {"passage": "when-it-is-empty"}, {"passage": "when-it-is-full"}),
    ("checked", "basic", {"checked": "2026-13"}, {"checked": "2026-11"}),
    ("prompt-length", "basic", {"prompt": f"Why {'x' * 236}?"}, {"prompt": f"Why {'x' * 235}?"}),
    ("prompt-length", "output", {"prompt": f"{'x' * 241}?\n```python\n1\n```"}, {"prompt": lines(12, 72)}),
    ("answer-length", "basic", {"answer": "x" * 161}, {"answer": "x" * 160}),
    ("answer-length", "short", {"accept": ["x" * 161]}, {"accept": ["x" * 160]}),
    ("answer-length", "order", {"steps": ["a", "b", "x" * 161]}, {"steps": ["a", "b", "x" * 160]}),
    ("why", "basic", {"why": None}, {}),
    ("why", "basic", {"why": "Too short, alas."}, {"why": "Twenty letters do it"}),
    ("why", "basic", {"why": "x" * 241}, {"why": "x" * 240}),
    ("yes-no", "basic", {"prompt": "Is a queue a buffer?"}, {"prompt": "What is a queue?"}),
    ("yes-no", "basic", {"prompt": "The disk fills up. Can a producer go on?"}, {"prompt": "How can it go on?"}),
    ("yes-no", "basic", {"prompt": "When a client repeats, does it pay twice?"}, {"prompt": "When does it pay twice?"}),
    ("yes-no", "basic", {"prompt": "Isn’t it a buffer?"}, {"prompt": "`is` compares two names. What else does?"}),
    ("yes-no", "basic", {"prompt": "A lock, is it fair?"}, {"prompt": "Under load, which lock, if any, is taken?"}),
    ("set-question", "basic", {"prompt": "List all brokers."}, {"prompt": "Which broker fits here?"}),
    ("set-question", "basic", {"prompt": "Under load, name three limits."}, {"prompt": "Name the limit."}),
    ("set-question", "basic", {"prompt": "What are the parts of a queue?"}, {"prompt": "What is the part between?"}),
    ("set-question", "basic", {"prompt": "What two parts of it wait?"}, {"prompt": "What do two parts share?"}),
    ("bare-title", "basic", {"prompt": "Queues"}, {"prompt": "Describe how a message travels"}),
    ("bare-title", "basic", {"prompt": "What is `x?y`"}, {"prompt": "What is `x?y`?"}),
    ("of-the-above", "basic", {"answer": "None of the above."}, {"answer": "None of the parts."}),
    ("of-the-above", "choice", {"choices": [RIGHT, *WRONG, {"text": "All of these", "why": "No."}]}, {}),
    ("double-negation", "basic", {"answer": "It is not impossible."}, {"answer": "It is not here, no doubt."}),
    ("double-negation", "basic", {"prompt": "What can’t go without a lock?"}, {"prompt": "What can’t a lock do?"}),
    ("cloze", "cloze", {"prompt": "Work goes to a queue."}, {}),
    ("cloze", "cloze", {"prompt": "Work {{goes}} to a {{queue}}."}, {"prompt": "Work goes to a {{queue}}."}),
    ("cloze", "cloze", {"prompt": "{{Work}} goes to a queue."}, {"prompt": "**The {{work}}** goes."}),
    ("cloze", "cloze", {"prompt": "{{Work goes}}"}, {"prompt": "Work {{goes}}"}),
    ("cloze", "cloze", {"prompt": "Work {{a b c d e f}} there."}, {"prompt": "Work {{a b c d e}} there."}),
    ("cloze", "cloze", {"prompt": "Work {{ }} there."}, {"prompt": "Work `FOR {{UPDATE}}` there."}),
    ("choices", "choice", {"choices": [RIGHT, WRONG[0]]}, {"choices": [RIGHT, *WRONG]}),
    ("choices", "choice", {"choices": [RIGHT, *[{"text": f"Part {n}", "why": "No."} for n in range(5)]]}, {}),
    ("choices", "choice", {"choices": [{**RIGHT, "correct": False, "why": "No."}, *WRONG]}, {}),
    ("choices", "choice", {"choices": [RIGHT, {**RIGHT, "text": "A log"}, *WRONG]}, {}),
    ("choices", "choices", {"choices": [RIGHT, *WRONG]}, {"choices": [RIGHT, {**RIGHT, "text": "A log"}, *WRONG]}),
    ("choices", "choice", {"choices": [RIGHT, WRONG[0], {"text": "A timer"}]}, {}),
    ("order", "order", {"steps": ["Write", "Read"]}, {"steps": ["Write", "Store", "Read"]}),
    ("order", "order", {"steps": list("abcdefg")}, {"steps": list("abcdef")}),
    ("order", "order", {"steps": ["Write", "Read", "read."]}, {"steps": ["Write", "Read", "Read again"]}),
    ("short", "short", {"accept": []}, {}),
    ("output", "output", {"accept": []}, {}),
    ("output", "output", {"prompt": code("text", "1")}, {"prompt": code("sqlite", "SELECT 1;")}),
    ("output", "output", {"prompt": "What does it print?"}, {"prompt": code("postgresql-sessions", "A> SELECT 1;")}),
    ("setup", "output", {"setup": "CREATE TABLE a (b);"}, {"setup": ""}),
    (
        "setup",
        "output",
        {"prompt": code("sqlite", "SELECT b FROM a;"), "setup": "CREATE TABLE a b;"},
        {"prompt": code("sqlite", "SELECT b FROM a;"), "setup": "CREATE TABLE a (b);"},
    ),
    (
        "setup",
        "output",
        {"prompt": code("postgresql-sessions", "A> SELECT b FROM a;"), "setup": "A> CREATE TABLE a (b int);"},
        {"prompt": code("postgresql-sessions", "A> SELECT b FROM a;"), "setup": "CREATE TABLE a (b int);"},
    ),
    ("bug", "bug", {"line": 0}, {"line": 1}),
    ("bug", "bug", {"line": 4}, {"line": 3}),
    ("bug", "bug", {"prompt": "Which line loses money?"}, {}),
    ("scenario", "scenario", {"rubric": ["Measures", "Adds"]}, {}),
    ("scenario", "scenario", {"rubric": list("abcdef")}, {"rubric": list("abcde")}),
    ("code", "output", {"prompt": lines(13)}, {"prompt": lines(12)}),
    ("code", "output", {"prompt": lines(1, 73)}, {"prompt": lines(1, 72)}),
    ("code", "basic", {"prompt": code("", "1")}, {"prompt": code("text", "1")}),
    ("code", "basic", {"prompt": code("klingon", "1")}, {"prompt": code("http", "GET / HTTP/1.1")}),
    ("code", "basic", {"prompt": code("python", "def f(:")}, {"prompt": code("python", "    return '\\d'")}),
    ("code", "basic", {"prompt": code("json", "{1: 2}")}, {"prompt": code("json", '{"1": 2}')}),
    ("code", "basic", {"prompt": code("sql", "SELECT (1;")}, {"prompt": code("sql", "SELECT ')'; -- (")}),
    ("code", "basic", {"prompt": code("sql", "SELEKT 1")}, {"prompt": code("sql", "(SELECT 1) UNION SELECT 2")}),
    ("code", "basic", {"prompt": code("sql", "SELECT 'a")}, {"prompt": code("sql", "SELECT 'it''s'")}),
    ("code", "basic", {"prompt": code("sqlite", "SELECT FROM a;")}, {"prompt": code("sqlite", "SELECT b FROM a -- c")}),
    ("code", "basic", {"prompt": code("sqlite", "SELECT 1; SELECT")}, {"prompt": code("sqlite", "SELECT 1; BEGIN;")}),
    ("code", "basic", {"prompt": code("postgresql", "UPDAT a")}, {"prompt": code("postgresql", "DO $$ it's $$;")}),
    (
        "code",
        "output",
        {"prompt": code("postgresql-sessions", "A> BEGIN;\nSELECT 1;")},
        {"prompt": code("postgresql-sessions", "A> BEGIN;\nB> SELECT 1;   -- one")},
    ),
    ("answer-in-prompt", "basic", {"answer": "a producer."}, {"answer": "A producers’ queue."}),
    ("answer-in-prompt", "cloze", {"prompt": "A queue is a {{queue}}."}, {"prompt": "A queue is a {{line}}."}),
    ("answer-in-prompt", "short", {"accept": ["the newest"]}, {}),
    ("answer-in-prompt", "choice", {"prompt": "What is a queue for? Say a queue has it."}, {}),
    ("reversed", "reversed", {"answer": "A poison message is one nobody can handle."}, {"term": "Poison"}),
    ("html", "basic", {"answer": "A <b>queue</b>."}, {"answer": "A `<b>` where 1 < 2."}),
    ("html", "basic", {"why": "![A picture of a queue](https://example.org/a.png)"}, {}),
    ("html", "basic", {"why": "# A heading is no reason"}, {"why": "- one reason\n- another reason"}),
    ("html", "basic", {"why": "Look at what follows.\n\n    indented"}, {"why": "Look at ```` code ```` here."}),
    ("link", "basic", {"why": "It is in [the lesson](../lesson.md)."}, {"why": "See [it](https://example.org)."}),
    ("link", "basic", {"why": "It is in [the lesson](topic:none)."}, {"why": "See [the other](topic:retries)."}),
]
WARNINGS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("two-questions", "basic", {"prompt": "What is it? Why?"}, {"prompt": "What is `a?b?` in a path?"}),
    ("and-in-answer", "basic", {"answer": "A queue and a lock."}, {"answer": "`a and b`, the handle."}),
    ("and-in-answer", "basic", {"answer": "A queue; a lock."}, {"answer": "A `;`"}),
    ("longest-choice", "choice", {"choices": [{"text": "A" * 11, "correct": True}, *WRONG]}, {}),
    ("choice-texts", "choice", {"choices": [RIGHT, *WRONG, {**WRONG[0], "text": "a lock."}]}, {}),
    (
        "choice-texts",
        "choice",
        {"prompt": "What does a broker hold?", "choices": [{"text": "A large broker", "correct": True}, *WRONG]},
        {"prompt": "What holds a timer?"},
    ),
    ("readability", "basic", {"why": "The latest version of it does so."}, {"why": "Version 17 of 2024 does so now."}),
]
CASES = [(Level.ERROR, *case) for case in ERRORS] + [(Level.WARNING, *case) for case in WARNINGS]


@pytest.mark.parametrize("kind", CARDS)
def test_a_sound_card_of_each_kind_has_no_finding(folder: Folder, kind: str) -> None:
    folder.deck(card(kind))
    assert folder.rules() == set()


@pytest.mark.parametrize(("level", "rule", "kind", "bad", "close"), CASES)
def test_a_rule_finds_the_card_that_breaks_it(
    folder: Folder, level: Level, rule: str, kind: str, bad: dict[str, Any], close: dict[str, Any]
) -> None:
    folder.deck(card(kind, **bad))
    assert rule in folder.rules(level)
    assert folder.rules(Level.ERROR) <= {rule}


@pytest.mark.parametrize(("level", "rule", "kind", "bad", "close"), CASES)
def test_a_rule_lets_a_card_pass_that_comes_close(
    folder: Folder, level: Level, rule: str, kind: str, bad: dict[str, Any], close: dict[str, Any]
) -> None:
    folder.deck(card(kind, **close))
    assert folder.rules(level) == set()


def test_every_rule_has_a_case() -> None:
    assert {(rule.name, rule.level) for rule in RULES} == {(rule, level) for level, rule, *_ in CASES}


def test_a_finding_names_file_line_card_rule_and_cure(folder: Folder) -> None:
    folder.deck(card("order"), card("basic", why="Too short."))
    text = folder.path("topics/queues/cards.toml").read_text().splitlines()
    [finding] = [each for each in folder.findings() if each.rule == "why"]
    assert text[finding.line - 1] == 'why = "Too short."'
    assert str(finding) == (
        f"{folder.path('topics/queues/cards.toml')}:{finding.line}: error why queues/a-basic-card: "
        "`why` has 10 characters. Cure: say in 20 to 240 characters why the answer holds."
    )


def test_an_id_stands_once_in_its_topic(folder: Folder) -> None:
    folder.deck(card("basic"), card("cloze", id="a-basic-card"))
    assert folder.rules() == {"id"}


def test_an_id_may_stand_in_two_topics(folder: Folder) -> None:
    folder.write("topics/retries/lesson.md", "## How a queue works\n")
    folder.deck(card("basic"))
    folder.deck(card("cloze", id="a-basic-card"), topic="retries")
    assert folder.rules() == set()


def test_a_retired_id_is_never_used_again(folder: Folder) -> None:
    folder.topic("queues", position=1, retired=["a-basic-card"])
    folder.deck(card("basic"))
    assert folder.rules() == {"id"}


def test_a_card_needs_a_lesson_to_point_into(folder: Folder) -> None:
    folder.path("topics/queues/lesson.md").unlink()
    folder.deck(card("basic"))
    assert folder.rules() == {"passage"}


def test_the_lint_reads_no_database(folder: Folder) -> None:
    content, findings = lint(folder.root)
    assert [topic.id for topic in content.topics] == ["queues", "retries"]
    assert findings == []
