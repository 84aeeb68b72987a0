"""`make bench`: what grade + next card costs through the whole stack, against a logged-in view beside it.

Machines swing by a factor of two, so only ratios of calls that strictly alternate in one process are compared:
CPU seconds, medians. Exits 1 when a target is missed. Nothing outside a temporary folder is touched.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]
ROUNDS, WARM_UP = 300, 20
FEW_CARDS, MANY_CARDS = 1_000, 100_000
FEW_OTHERS, MANY_OTHERS = 10, 10_000
AGAINST_A_VIEW, GROWTH = 2.0, 1.2  # targets


def prepare(var: str) -> None:
    """The embedded default with its own folder, migrated."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "HTTPS", "ALLOWED_HOSTS"):
        os.environ.pop(name, None)
    os.environ |= {"RECALL_VAR": var, "DJANGO_SETTINGS_MODULE": "config.settings"}
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.ROOT_URLCONF = "bench.urls"
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def measure() -> dict[str, float]:
    """CPU seconds of the yardstick and of a grade: few cards, many cards, few cards among many others."""
    from django.utils import timezone

    from bench import seed
    from bench.browser import Browser

    now = timezone.now()
    places = 2 * (ROUNDS + WARM_UP) + 10
    refs = seed.cards(MANY_CARDS)
    few = Browser(seed.learner("few@example.org", refs[:FEW_CARDS], places, now))
    many = Browser(seed.learner("many@example.org", refs, places, now))
    seed.others(FEW_OTHERS, refs, now)
    view, with_few, with_many = alternate(few.yardstick, few.grade, many.grade)
    seed.others(MANY_OTHERS - FEW_OTHERS, refs, now)
    view_later, among_others = alternate(few.yardstick, few.grade)
    return {
        "view": view,
        "few": with_few,
        "many": with_many,
        "cards": with_many / with_few,
        "others": (among_others / view_later) / (with_few / view),
    }


def alternate(*calls: object) -> list[float]:
    """The median CPU seconds of each call, all taking turns."""
    taken: list[list[float]] = [[] for _ in calls]
    for number in range(WARM_UP + ROUNDS):
        for call, times in zip(calls, taken, strict=True):
            seconds = call()  # type: ignore[operator]
            if number >= WARM_UP:
                times.append(seconds)
    return [median(times) for times in taken]


def report(found: dict[str, float]) -> bool:
    """Print each ratio with its target; whether all are met."""
    print(f"A logged-in view: {found['view'] * 1000:.2f} ms of CPU. Grade + next card, medians of {ROUNDS}:")
    rows = [
        (f"{FEW_CARDS:,} cards, against the view", found["few"] / found["view"], AGAINST_A_VIEW),
        (f"{MANY_CARDS:,} cards, against the view", found["many"] / found["view"], AGAINST_A_VIEW),
        (f"growth from {FEW_CARDS:,} to {MANY_CARDS:,} cards", found["cards"], GROWTH),
        (f"growth from {FEW_OTHERS:,} to {MANY_OTHERS:,} other learners", found["others"], GROWTH),
    ]
    for what, ratio, target in rows:
        print(f"  {what:45} {ratio:5.2f}   at most {target:.2f}   {'met' if ratio <= target else 'MISSED'}")
    return all(ratio <= target for _, ratio, target in rows)


def main() -> int:
    """Measure and report; the exit code."""
    with tempfile.TemporaryDirectory(prefix="recall-bench-") as var:
        prepare(var)
        return int(not report(measure()))


if __name__ == "__main__":
    sys.exit(main())
