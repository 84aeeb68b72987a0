"""Every output card is run: what it prints, or its last value, is the first answer it accepts."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

TOPICS = Path(__file__).resolve().parents[2] / "content" / "topics"
FENCE = re.compile(r"```(\S+)\n(.*?)```", re.DOTALL)


def output_cards() -> list[Any]:
    """Each output card of the curriculum, named by its ref."""
    found = []
    for deck in sorted(TOPICS.glob("*/cards.toml")):
        for card in tomllib.loads(deck.read_text())["cards"]:
            if card["kind"] == "output":
                found.append(pytest.param(card, id=f"{deck.parent.name}/{card['id']}"))
    return found


def run_python(code: str) -> str:
    """What the code prints; of a last line that is an expression, its value."""
    lines = code.rstrip().splitlines()
    printed = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=20)
    assert printed.returncode == 0, printed.stderr
    if printed.stdout.strip():
        return printed.stdout.strip()
    last = "\n".join([*lines[:-1], f"print(repr({lines[-1]}))"])
    return subprocess.run([sys.executable, "-I", "-c", last], capture_output=True, text=True, timeout=20).stdout.strip()


def run_sqlite(code: str) -> str:
    """The single value that the last statement returns."""
    database = sqlite3.connect(":memory:")
    rows: list[tuple[object, ...]] = []
    for statement in re.sub(r"--[^\n]*", "", code).split(";"):
        if statement.strip():
            rows = database.execute(statement).fetchall()
    assert len(rows) == 1, rows
    [value] = rows[0]
    return "NULL" if value is None else str(value)


RUNNERS = {"python": run_python, "sqlite": run_sqlite}


@pytest.mark.parametrize("card", output_cards())
def test_it_gives_what_it_says(card):
    language, code = FENCE.search(card["prompt"]).groups()
    assert language in RUNNERS, "the suite cannot run this fence yet"
    assert " ".join(RUNNERS[language](code).split()) == " ".join(card["accept"][0].split())
