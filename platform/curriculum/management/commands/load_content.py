"""manage.py load_content: bring the database to what content/ says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from curriculum import services
from curriculum.findings import counted


class Command(BaseCommand):
    """Load all of it, or nothing and say why; exit with 1 then."""

    help = "Load the curriculum; refused as a whole when the lint finds an error."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the content is."""
        parser.add_argument("--content", type=Path, default=settings.CONTENT, help="the folder of the content")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and report."""
        try:
            self.stdout.write(str(services.load(options["content"])))
        except services.Refused as refusal:
            for finding in refusal.findings:
                self.stderr.write(str(finding))
            self.stderr.write(f"Nothing was loaded: {counted(len(refusal.findings), 'error')}.")
            sys.exit(1)
