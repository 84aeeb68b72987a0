"""manage.py lint_content: judge content/ without touching the database."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from curriculum.content import Content
from curriculum.findings import Finding, Level, counted, errors
from curriculum.lint import lint


class Command(BaseCommand):
    """Print every finding and a summary; exit with 1 when one of them is an error."""

    help = "Check every topic, lesson, card and track; exit with 1 when there is an error."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to look, and what to show."""
        parser.add_argument("path", nargs="?", type=Path, default=settings.CONTENT, help="the folder of the content")
        parser.add_argument(
            "--warnings", action=argparse.BooleanOptionalAction, default=True, help="show warnings (the default)"
        )
        parser.add_argument("--release", action="store_true", help="every topic must be covered")

    def handle(self, *args: Any, **options: Any) -> None:
        """Lint and report."""
        content, findings = lint(options["path"].resolve(), release=options["release"])
        for finding in findings:
            if options["warnings"] or finding.level == Level.ERROR:
                self.stdout.write(str(finding))
        self.stdout.write(_summary(content, findings))
        if errors(findings):
            sys.exit(1)


def _summary(content: Content, findings: list[Finding]) -> str:
    wrong = len(errors(findings))
    seen = f"{counted(len(content.cards), 'card')} in {counted(len(content.topics), 'topic')}"
    return f"{seen}: {counted(wrong, 'error')}, {counted(len(findings) - wrong, 'warning')}."
