"""How a rule about one card is written: a generator of problems under a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from curriculum.content import CARD_KEYS, Card, Content, Topic
from curriculum.findings import Level


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and its cure; `key` is the key of the card at whose line it is shown."""

    sentence: str
    cure: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What a card is judged against: its topic, the anchors of that topic's lesson, everything."""

    topic: Topic
    anchors: tuple[str, ...]
    content: Content


Check = Callable[[Card, Around], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check by name, for cards of some kinds."""

    name: str
    level: Level
    kinds: frozenset[str]
    check: Check


RULES: list[Rule] = []


def rule(name: str, level: Level = Level.ERROR, *, kinds: str = "") -> Callable[[Check], Check]:
    """Register a check; `kinds` is a list of kinds with spaces between, all when empty."""

    def register(check: Check) -> Check:
        RULES.append(Rule(name, level, frozenset(kinds.split() or CARD_KEYS), check))
        return check

    return register


def judge(card: Card, around: Around) -> None:
    """Report every problem of a card. One whose shape is wrong is left for later: most would be echoes."""
    if not card.table.sound:
        return
    for each in RULES:
        if card.kind in each.kinds:
            for problem in each.check(card, around):
                card.table.report(each.name, problem.sentence, problem.cure, problem.key, each.level)
