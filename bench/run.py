"""`make bench`: every promise of speed and size with its figure, its target, and whether it is met.

Machines swing by a factor of two, so only ratios taken in one run count: calls and starts that take turns, medians
of CPU seconds, of the clock only where something starts or is painted. Exits 1 when a target is missed. What cannot
be measured here is said and fails nothing. Nothing outside a temporary folder is written.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]
if TYPE_CHECKING:
    from bench.rows import Row


def prepare(var: Path) -> None:
    """The embedded default in a folder of its own, with content and demo accounts as at a first start."""
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "HTTPS", "ALLOWED_HOSTS", "TRUSTED_PROXIES"):
        os.environ.pop(name, None)
    os.environ |= {"RECALL_VAR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings"}
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.ROOT_URLCONF = "bench.urls"
    with redirect_stdout(io.StringIO()):
        call_command("prepare")


def sections(folder: Path) -> Iterator[tuple[str, list[Row]]]:
    """Each heading with its rows, as they are measured."""
    from django.db import connections
    from django.utils import timezone

    from bench import grading, memory, paint, rival, seed, servers, starts, today, weight
    from bench.browser import Browser

    anki = rival.Rival(folder / "anki", grading.MANY_CARDS, grading.PLACES)
    var, now = folder / "var", timezone.now()
    refs = seed.cards(grading.MANY_CARDS)
    users = [
        seed.learner(f"{size}@example.org", refs[:size], grading.PLACES, now)
        for size in (grading.FEW_CARDS, grading.MANY_CARDS)
    ]
    few, many = (Browser(user) for user in users)
    yield "Grade + next card", grading.against_a_view(few, many)
    yield "First card and Today's counts", [*today.growth(*users, now), *today.against_anki(users[1], now, anki)]
    yield "What is ours against Anki's own engine", grading.against_anki(many, anki)
    anki.close()
    yield "The page Today", today.page(few, many)
    yield "Growth", [*grading.growth_in_history(refs, now), *grading.growth_in_others(refs, now)]
    yield "Weight", weight.rows(now)
    yield "Paint", paint.rows(var, now)
    connections.close_all()
    empty = servers.make_empty(folder)
    yield "Start, on the clock", starts.rows(var, empty)
    yield "Memory", memory.rows(var, empty, *users)


def main() -> int:
    """Measure and report; the exit code."""
    from bench.rows import print_section

    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="recall-bench-") as folder:
        prepare(Path(folder, "var"))
        rows = [row for title, found in sections(Path(folder)) for row in print_section(title, found)]
    missed, left_out = sum(row.missed for row in rows), sum(row.figure is None for row in rows)
    print(f"\n{len(rows)} rows, {missed} missed, {left_out} not measured, in {time.monotonic() - started:.0f} s.")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
