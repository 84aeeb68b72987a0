"""`manage.py refold`: bring the states that older rules folded up to today's; without --write only say what moves."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from study import folding


class Command(BaseCommand):
    """Needed once after a release that changes the rules of SM-2, of recall or of the fold."""

    help = "Fold the cards that older rules folded anew from the ledger. Without --write nothing is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--write`, `--learner EMAIL`."""
        parser.add_argument("--write", action="store_true", help="write it; may be stopped and started again")
        parser.add_argument("--learner", metavar="EMAIL", help="only the cards of this learner")

    def handle(self, *args: Any, write: bool, learner: str | None, **options: Any) -> None:
        """Add up the batches, and say what came of them."""
        only = _learner(learner) if learner else None
        moved, cards, intervals, eases = Counter[int](), 0, 0, 0
        for batch in folding.renew(write=write, learner=only):
            cards += len(batch)
            intervals += sum(change.interval for change in batch)
            eases += sum(change.ease for change in batch)
            moved.update(abs(change.days) for change in batch if change.days)
        if not cards:
            self.stdout.write("No card was folded by older rules.")
            return
        self.stdout.write(f"Cards folded by older rules: {cards:,}.")
        self.stdout.write(_moves(moved))
        self.stdout.write(f"Intervals that change: {intervals:,}. Eases that change: {eases:,}.")
        self.stdout.write("All of it is written." if write else "Nothing was written. To write it, add --write.")


def _learner(email: str) -> int:
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"There is no account with the address {email}. Nothing was changed.")
    return user.pk


def _moves(moved: Counter[int]) -> str:
    if not moved:
        return "No due date moves."
    middle = median(moved.elements())
    return f"Due dates that move: {moved.total():,}, by {middle:g} days in the median and {max(moved):,} at most."
