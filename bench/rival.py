"""Anki, asked in a process of its own; what it lacks on this machine is said instead."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv-bench" / "bin" / "python"


class NoRival(Exception):
    """`str` of it says why Anki cannot be measured here."""


class Rival:
    """Builds its collection while we build ours; every call returns CPU seconds of Anki's process."""

    def __init__(self, folder: Path, cards: int, places: int) -> None:
        folder.mkdir()
        self.broken = "" if PYTHON.exists() else "the package anki is not installed (requirements-bench.txt)"
        self.built = False
        self.log = folder / "log"
        if not self.broken:
            command = [str(PYTHON), str(ROOT / "bench" / "anki_side.py"), str(folder), str(cards), str(places)]
            with self.log.open("w") as errors:
                self.process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
                )

    def ready(self) -> None:
        """Wait for the collection; raises NoRival."""
        if not self.broken and not self.built:
            self.built = self._read() == "ready"
        if self.broken:
            raise NoRival(self.broken)

    def ask(self, what: str, times: int) -> Sequence[float]:
        """CPU seconds of each of so many calls of sm2, fsrs, first or tree."""
        self.ready()
        with suppress(BrokenPipeError):
            print(json.dumps({"do": what, "times": times}), file=self.process.stdin, flush=True)
        found: list[float] = self._read()
        self.ready()
        return found

    def close(self) -> None:
        """End the process."""
        if hasattr(self, "process"):
            self.process.communicate()

    def _read(self) -> Any:
        """What Anki's side prints next; when it prints no more, its last words are the reason."""
        line = self.process.stdout.readline()  # type: ignore[union-attr]
        if not line:
            self.broken = (self.log.read_text().strip().splitlines() or ["Anki's process ended"])[-1]
        return json.loads(line or "[]")
