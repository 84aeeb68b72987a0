"""A small content folder on disk, sound until a test spoils it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from curriculum.findings import Finding, Level
from curriculum.lint import lint

LESSON = """Before the first heading.

## How a queue works

A producer writes, a consumer reads.

### When it is full

```python
queue.put(1)
```
"""
AREAS = """\
[[areas]]
id = "systems"
title = "Systems"
"""
RESOURCES = """\
[[resources]]
id = "notes"
title = "Notes"
author = "Ada"
type = "book"
url = "https://example.org/notes"
access = "free"
verified = "exact"
minutes = 20
"""
OUTLINE = """\
id = "list"
kind = "post"
title = "A list"

[[sections]]
id = "list/01"
title = "Systems"

[[sections.items]]
id = "list/01.1"
title = "Messages"

[[sections.items.points]]
id = "list/01/queues"
kind = "concept"
text = "Queues"
topics = ["queues"]

[[sections.items.points]]
id = "list/01/retry"
kind = "advice"
text = "Retry"
topics = ["retries", "queues"]
"""
TRACK = """\
id = "steady"
title = "Steady"
kind = "document"
document = "list"
summary = "Step by step"
position = 1

[[milestones]]
title = "Messages"
section = "list/01"
"""
TARGETS = """
[cards]
foundation = 3
practitioner = 2
staff = 1

[[resources]]
id = "notes"
good_for = "A first look"
"""
COMMON = {
    "tier": "foundation",
    "points": ["list/01/queues"],
    "why": "A reader who comes late still finds the work that was left for it.",
    "passage": "how-a-queue-works",
    "source": "notes",
}
WRONG = [
    {"text": "A lock", "why": "It makes both sides wait."},
    {"text": "A timer", "why": "It knows nothing of the work."},
]
BALANCE = "Two requests run this. Which line loses money?\n```python\nx = read()\nx -= 1\nsave(x)\n```"
CARDS: dict[str, dict[str, Any]] = {
    "basic": {"prompt": "Why does a producer not wait?", "answer": "The work is stored until somebody reads it."},
    "reversed": {
        "prompt": "Define, for a queue: poison message",
        "answer": "A message that fails at every try.",
        "term": "poison message",
    },
    "cloze": {"prompt": "Work that failed too often goes to a {{dead letter}} queue."},
    "choice": {
        "prompt": "Which part lets a producer go on?",
        "choices": [{"text": "A queue", "correct": True}, *WRONG],
    },
    "choices": {
        "prompt": "Which of these survive a restart of the broker?",
        "choices": [{"text": "A file", "correct": True}, {"text": "A log", "correct": True}, WRONG[0]],
    },
    "order": {"prompt": "Put the way of a message in order.", "steps": ["Write", "Store", "Read"]},
    "short": {"prompt": "Which word says that the newest leaves first?", "accept": ["LIFO", "last in, first out"]},
    "output": {"prompt": "What does this print?\n```python\nprint(6 * 7)\n```", "accept": ["42"]},
    "bug": {"prompt": BALANCE, "line": 2, "answer": "Subtract inside the database."},
    "scenario": {
        "prompt": "Consumers fall behind each Monday. Defend a cure.",
        "rubric": ["Measures first", "Limits the load", "Adds consumers"],
    },
}


def value(given: Any) -> str:
    """A TOML value; JSON's strings, numbers and lists are TOML too."""
    return json.dumps(given, ensure_ascii=False)


def table(fields: dict[str, Any]) -> str:
    """Keys and values, tables in lists after them."""
    plain = [f"{key} = {value(given)}" for key, given in fields.items() if not _is_tables(given)]
    tables = [(key, given) for key, given in fields.items() if _is_tables(given)]
    nested = [f"[[cards.{key}]]\n{table(each)}" for key, given in tables for each in given]
    return "\n".join([*plain, *nested])


def _is_tables(given: Any) -> bool:
    return isinstance(given, list) and bool(given) and isinstance(given[0], dict)


def card(kind: str, /, **changes: Any) -> dict[str, Any]:
    """A sound card of a kind with some fields changed; None takes a field away."""
    fields = {"id": f"a-{kind}-card", "kind": kind, **COMMON, **CARDS[kind], **changes}
    return {key: given for key, given in fields.items() if given is not None}


class Folder:
    """Areas, resources, one document of two points, the topics `queues` (with lesson) and `retries`, one track."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("areas.toml", AREAS)
        self.write("resources.toml", RESOURCES)
        self.write("outline/list.toml", OUTLINE)
        self.topic("queues", position=1)
        self.topic("retries", position=2, prerequisites=["queues"])
        self.write("topics/queues/lesson.md", LESSON)
        self.track(["queues", "retries"])

    def path(self, name: str) -> Path:
        return self.root / name

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def change(self, name: str, old: str, new: str) -> None:
        text = self.path(name).read_text()
        assert old in text
        self.write(name, text.replace(old, new))

    def topic(
        self, name: str, *, position: int, prerequisites: Sequence[str] = (), retired: Sequence[str] = ()
    ) -> None:
        fields = {
            "id": name,
            "title": name.capitalize(),
            "area": "systems",
            "difficulty": 2,
            "prerequisites": prerequisites,
            "mastery": f"Say what {name} are for",
            "position": position,
            "retired": retired,
        }
        self.write(f"topics/{name}/topic.toml", f"{table(fields)}\n{TARGETS}")

    def track(self, topics: list[str]) -> None:
        step = '\n[[milestones.topics]]\ntopic = "{}"\ntiers = ["foundation", "staff"]\n'
        self.write("tracks/steady.toml", TRACK + "".join(map(step.format, topics)))

    def deck(self, *cards: dict[str, Any], topic: str = "queues") -> None:
        """Write the cards of a topic."""
        tables = "\n\n".join(f"[[cards]]\n{table(each)}" for each in cards)
        self.write(f"topics/{topic}/cards.toml", f'topic = "{topic}"\n\n{tables}\n')

    def findings(self, *, release: bool = False) -> list[Finding]:
        return lint(self.root, release=release)[1]

    def rules(self, level: Level | None = None) -> set[str]:
        """The names of the rules that found something, mixture apart: a deck of one card mixes nothing."""
        return {
            finding.rule
            for finding in self.findings()
            if finding.rule != "mixture" and (level is None or finding.level == level)
        }
