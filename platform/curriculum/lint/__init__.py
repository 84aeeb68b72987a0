"""The lint: every rule a card, a lesson, a topic and a track must keep. No database is needed."""

from __future__ import annotations

from pathlib import Path

from curriculum import reading
from curriculum.content import Content
from curriculum.findings import Finding
from curriculum.lint import cards, decks, kinds, references, rules

__all__ = ["cards", "kinds", "lint"]  # importing the first two registers their rules


def lint(root: Path, *, release: bool = False) -> tuple[Content, list[Finding]]:
    """The content under `root` and what is wrong with it, in the order of files and lines.

    While a file cannot be read at all, nothing is judged by what the files say: most of it would be echoes.
    For a `release` every topic has to be covered.
    """
    content = reading.read(root)
    if content.readable:
        references.judge(content)
        topics = {topic.id for topic in content.topics}
        for topic in content.topics:
            around = rules.Around(topic, decks.lesson(topic, topics, content.findings), content)
            for card in topic.cards:
                rules.judge(card, around)
            decks.mixture(topic)
        decks.near_duplicates(content)
        decks.coverage(content, release=release)
    return content, sorted(content.findings)
