"""What a load changed, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from curriculum.findings import counted
from curriculum.sync import Difference


@dataclass(slots=True)
class Report:
    """`totals` is what the content holds; `changes` maps a noun to its verbs with numbers, such as card, added, 24."""

    totals: dict[str, int]
    changes: dict[str, Counter[str]] = field(default_factory=dict)
    gone: dict[str, list[str]] = field(default_factory=dict)
    links: bool = False

    def note(self, noun: str, change: Difference[Any]) -> None:
        """Take up what happened to a table; its rows that are gone are going to be removed."""
        verbs = {"added": len(change.added), "changed": len(change.changed), "removed": len(change.gone)}
        self._count(noun, verbs)
        self.gone[noun] = [slug for (slug,) in change.gone]

    def note_links(self, changed: bool) -> None:
        """Take up whether what belongs to what has changed."""
        self.links |= changed

    def note_cards(self, change: Difference[Any], retired: Sequence[str]) -> None:
        """Take up what happened to the cards, whose values are (digest, position, retired)."""
        back = sum(before[2] for before, _ in change.changed)
        reworded = sum(before[0] != row.digest and not before[2] for before, row in change.changed)
        moved = len(change.changed) - back - reworded
        verbs = {"reworded": reworded, "moved": moved, "brought back": back, "retired": len(retired)}
        self._count("card", {"added": len(change.added), **verbs})

    def _count(self, noun: str, verbs: dict[str, int]) -> None:
        if counts := Counter({verb: number for verb, number in verbs.items() if number}):
            self.changes[noun] = counts

    def __str__(self) -> str:
        nouns = sorted(self.changes, key=lambda noun: (noun not in self.totals, noun))
        parts = [_phrase(noun, self.changes[noun]) for noun in nouns]
        if self.links and not parts:
            parts = ["Links between topics, points and resources changed"]
        if parts:
            return f"{'; '.join(parts)}; nothing else changed."
        return f"Nothing changed: {', '.join(counted(number, noun) for noun, number in self.totals.items())}."


def _phrase(noun: str, verbs: Counter[str]) -> str:
    """`24 cards added, 3 reworded, 1 retired`."""
    (first, number), *others = verbs.items()
    return ", ".join([f"{counted(number, noun)} {first}", *(f"{count:,} {verb}" for verb, count in others)])
