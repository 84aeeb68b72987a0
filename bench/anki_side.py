"""The rival's side: a collection of Anki's own engine, driven by the Python of .venv-bench.

Reads a line of JSON, `{"do": ..., "times": n}`, and answers with the CPU seconds of each call. Nothing of the
project is imported here, and nothing of Anki there. Source: the `anki` package and its scheduler version 3.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from anki.collection import Collection
from anki.scheduler_pb2 import CardAnswer

INTERVALS = (6, 15, 38, 95)
ROWS_A_CARD = 3
AGE = 300  # days the collection exists
EPOCH = 1_600_000_000_000
SECONDS_TAKEN = 4
QUESTION = "What does part {} of the system promise when its neighbour is slow?"
ANSWER = "It answers within its <code>timeout</code> or says that it cannot."


def build(path: Path, cards: int, places: int) -> None:
    """A collection of cards that are all due, in one deck, with room for `places` reviews today."""
    collection = Collection(str(path))
    kind = collection.models.by_name("Basic")["id"]
    options = collection.decks.config_dict_for_deck_id(1)
    options["rev"]["perDay"], options["new"]["perDay"] = places, 0
    collection.decks.update_config(options)
    collection.close()
    with sqlite3.connect(path) as database:
        database.execute("UPDATE col SET crt = crt - ?", (AGE * 86_400,))
        database.executemany("INSERT INTO notes VALUES (?, ?, ?, 0, -1, '', ?, ?, 0, 0, '')", _notes(cards, kind))
        database.executemany(
            "INSERT INTO cards VALUES (?, ?, 1, 0, 0, -1, 2, 2, ?, ?, 2500, 3, 0, 0, 0, 0, 0, ?)", _cards(cards)
        )
        database.executemany("INSERT INTO revlog VALUES (?, ?, -1, 3, ?, 1, 2500, 4000, 1)", _reviews(cards))
    database.close()


def _notes(count: int, kind: int) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        question = QUESTION.format(number)
        yield EPOCH + number, f"g{number}", kind, f"{question}\x1f{ANSWER}", question


def _cards(count: int) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        interval = INTERVALS[number % 4]
        memory = json.dumps({"s": interval + 0.5, "d": 5.0, "dr": 0.9})
        yield EPOCH + number, EPOCH + number, AGE - number % 7, interval, memory


def _reviews(count: int) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        for row in range(ROWS_A_CARD):
            yield EPOCH + number * ROWS_A_CARD + row, EPOCH + number, INTERVALS[number % 4]


def cpu(act: Callable[[], object]) -> float:
    """CPU seconds of one call, all threads."""
    started = time.process_time()
    act()
    return time.process_time() - started


def next_and_answer(collection: Collection) -> None:
    """The next card with what each button would do, then Good."""
    front = collection.sched.get_queued_cards(fetch_limit=1).cards[0]
    collection.sched.answer_card(
        CardAnswer(
            card_id=front.card.id,
            current_state=front.states.current,
            new_state=front.states.good,
            rating=CardAnswer.GOOD,
            answered_at_millis=int(time.time() * 1000),
            milliseconds_taken=SECONDS_TAKEN * 1000,
        )
    )


class Rival:
    """Two collections alike, one scheduled by SM-2 and one by FSRS."""

    def __init__(self, folder: Path, cards: int, places: int) -> None:
        self.path, by_fsrs = folder / "sm2.anki2", folder / "fsrs.anki2"
        build(self.path, cards, places)
        shutil.copy(self.path, by_fsrs)
        self.by_sm2, self.by_fsrs = Collection(str(self.path)), Collection(str(by_fsrs))
        self.by_fsrs.set_config("fsrs", True)

    def sm2(self) -> float:
        """Next card and answer."""
        return cpu(lambda: next_and_answer(self.by_sm2))

    def fsrs(self) -> float:
        """The same, scheduled by FSRS."""
        return cpu(lambda: next_and_answer(self.by_fsrs))

    def first(self) -> float:
        """The first card of a collection just opened, which builds the queue."""
        self.by_sm2.close()
        self.by_sm2 = Collection(str(self.path))
        return cpu(lambda: self.by_sm2.sched.get_queued_cards(fetch_limit=1))

    def tree(self) -> float:
        """The decks with their counts."""
        return cpu(self.by_sm2.sched.deck_due_tree)


def main() -> None:
    """Build, say so, and answer until the input ends."""
    folder, cards, places = sys.argv[1:]
    rival = Rival(Path(folder), int(cards), int(places))
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps([getattr(rival, asked["do"])() for _ in range(asked["times"])]), flush=True)


if __name__ == "__main__":
    main()
