"""`manage.py doctor`: silent and 0 when all is well, else a sentence a fault and 1."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from study.checkup import findings


class Command(BaseCommand):
    """Compares what is stored with what the ledger says; changes nothing."""

    help = "Check the database's integrity and compare every card's state with a replay of the ledger."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is wrong."""
        faults = 0
        for faults, sentence in enumerate(findings(), start=1):  # noqa: B007
            self.stdout.write(sentence)
        if faults:
            sys.exit(1)
