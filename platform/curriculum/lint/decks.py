"""The rules that need more than one card, and those of lessons."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from math import ceil

from curriculum import markdown
from curriculum.content import TAUGHT_KINDS, Content, Topic
from curriculum.findings import Finding, Level, counted
from curriculum.lint import wording
from curriculum.lint.markup import broken_links, outside_subset

OVERLAP = 0.8
PLAIN_KINDS, PLAIN_SHARE = ("basic", "cloze"), 0.65
FULL_DECK, KINDS = 12, 3
STAFF_LIST, STAFF_CARDS = "staff-2026", 3


def near_duplicates(content: Content) -> None:
    """Report each card whose prompt shares more than 80 % of its words with an earlier one.

    Two such sets share one of their rarest words, so only cards under the same rare word are compared.
    """
    cards = [(topic, card, frozenset(wording.words(card.prompt))) for topic, card in content.cards]
    frequency = Counter(word for *_, words in cards for word in words)
    seen: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for topic, card, words in cards:
        rare = sorted(words, key=lambda word: (frequency[word], word))[: len(words) - ceil(OVERLAP * len(words)) + 1]
        twin = next((name for word in rare for name, other in seen[word] if _alike(words, other)), None)
        if twin and card.table.sound:
            cure = "ask something else, or drop one of them."
            card.table.report("near-duplicate", f"The prompt says nearly the same as {twin}.", cure, "prompt")
        for word in rare:
            seen[word].append((f"{topic.id}/{card.id}", words))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) > OVERLAP * len(one | other)


def mixture(topic: Topic) -> None:
    """Warn of a deck that asks in too few ways."""
    kinds = Counter(card.kind for card in topic.cards)
    if not kinds:
        return
    share = sum(kinds[kind] for kind in PLAIN_KINDS) / kinds.total()
    if share > PLAIN_SHARE:
        said = f"{share:.0%} of the cards are basic or cloze."
        _of_deck(topic, said, f"keep them to {PLAIN_SHARE:.0%}: turn some into choices.")
    if kinds.total() >= FULL_DECK and len(kinds) < KINDS:
        _of_deck(topic, f"The deck has {counted(len(kinds), 'kind')} of card.", f"use at least {KINDS}.")


def _of_deck(topic: Topic, sentence: str, cure: str) -> None:
    file = topic.cards[0].table.file
    file.findings.append(Finding(file.path, 1, Level.WARNING, "mixture", topic.id, sentence, cure))


def coverage(content: Content, *, release: bool) -> None:
    """Warn of points that have too few cards, in topics that have any; for a release all topics, as errors."""
    counts = Counter(point for _, card in content.cards for point in card.points)
    begun = {topic.id for topic in content.topics if topic.cards or release}
    for point in content.points.values():
        wanted = STAFF_CARDS if point.kind == "concept" and point.id.startswith(f"{STAFF_LIST}/") else 1
        topics = [topic for topic in point.topics if topic in begun]
        if point.kind in TAUGHT_KINDS and topics and counts[point.id] < wanted:
            said = f"“{point.text}” has {counted(counts[point.id], 'card')}; it needs {wanted}."
            level = Level.ERROR if release else Level.WARNING
            point.table.report("coverage", said, f"write more in the topic {' or '.join(topics)}.", level=level)


def lesson(topic: Topic, topics: set[str], findings: list[Finding]) -> tuple[str, ...]:
    """Judge a topic's lesson; return the anchors of its headings."""
    anchors = tuple(anchor for anchor, _ in markdown.lesson(topic.lesson).passages)
    for line, rule, sentence, cure in _lesson_problems(topic, anchors, topics):
        findings.append(Finding(topic.lesson_path, line + 1, Level.ERROR, rule, topic.id, sentence, cure))
    return anchors


def _lesson_problems(topic: Topic, anchors: tuple[str, ...], topics: set[str]) -> Iterator[tuple[int, str, str, str]]:
    for line, what, cure in outside_subset(topic.lesson, headings=True):
        yield line, "html", f"There is {what} in the lesson.", cure
    for line, sentence, cure in broken_links(topic.lesson, topics, anchors):
        yield line, "link", sentence, cure
    for fence in markdown.fences(topic.lesson):
        if not fence.language or markdown.lexer_of(fence.language) is None:
            said = f"The language of this code is “{fence.language}”."
            yield fence.line, "code", said, "name it after the ```, such as python, sql, http or text."
    for anchor, count in Counter(anchors).items():
        if count > 1 or not anchor:
            said = f"{counted(count, 'heading')} would have the anchor “{anchor}”."
            yield 0, "passage", said, "give each heading words of its own, with Latin letters or digits."
