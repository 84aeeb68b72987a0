"""From a start to its first answer, on the clock, against an empty Django project under the same gunicorn."""

from __future__ import annotations

import time
from pathlib import Path

from bench import servers, turns
from bench.rows import TIMES, Row

ROUNDS = 7
AGAINST_EMPTY = 3.0


def rows(var: Path, empty: Path) -> list[Row]:
    """Both are migrated, and their bytecode is compiled."""
    ours, theirs = turns.alternate(
        lambda: start(servers.OURS["web"], servers.environment_of(var)),
        lambda: start(servers.of_empty(servers.OURS["web"], empty), servers.empty_environment()),
        rounds=ROUNDS,
        warm_up=1,
    )
    return [
        Row("an empty Django project, start to first answer", theirs * 1000, unit="ms"),
        Row("ours, start to first answer", ours * 1000, unit="ms"),
        Row("start to first answer, against the empty project", ours / theirs, AGAINST_EMPTY, TIMES),
    ]


def start(command: str, told: dict[str, str]) -> float:
    """Seconds from the command to the end of its first answer."""
    started = time.monotonic()
    with servers.web(command, told):
        return time.monotonic() - started
