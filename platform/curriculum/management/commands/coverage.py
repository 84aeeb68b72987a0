"""manage.py coverage: how many cards ask each point of the source documents."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.models import QuerySet

from curriculum.coverage import DocumentCoverage, PointCoverage, coverage_of_points
from curriculum.findings import counted
from curriculum.models import Point, Topic, Track


class Command(BaseCommand):
    """Read the loaded curriculum and print each point with its cards, document by document, and a summary."""

    help = "Show how many cards ask each point of the source documents; retired cards are left out."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to show, and whether an empty point ends it with 1."""
        scope = parser.add_mutually_exclusive_group()
        scope.add_argument("--topic", metavar="SLUG", help="only points that map to this topic")
        scope.add_argument("--track", metavar="SLUG", help="only points that map to a topic of this track")
        parser.add_argument("--empty", action="store_true", help="list only teachable points without a card")
        parser.add_argument("--fail-empty", action="store_true", help="exit with 1 when there is such a point")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count and report."""
        points = _points(options["topic"], options["track"])
        documents = coverage_of_points(points)
        for document in documents:
            self._write(document, only_empty=options["empty"])
        self.stdout.write(_summary(documents))
        if options["fail_empty"] and any(document.empty for document in documents):
            sys.exit(1)

    def _write(self, coverage: DocumentCoverage, *, only_empty: bool) -> None:
        self.stdout.write(f"{coverage.document.slug}: {coverage.document.title}")
        for line in coverage.points:
            if line.empty or not only_empty:
                self.stdout.write(_line(line))
        self.stdout.write(f"  {_counts([coverage])}; {counted(coverage.cards, 'card')}.\n\n")


def _points(topic: str | None, track: str | None) -> QuerySet[Point]:
    """The points asked for; raises CommandError when nothing is loaded or no topic or track has that name."""
    points = Point.objects.all()
    if Point._meta.db_table not in connection.introspection.table_names() or not points.exists():
        raise CommandError("No document is loaded. Run `manage.py migrate` and `manage.py load_content` first.")
    if topic:
        _known(Topic.objects.filter(slug=topic), "topic", topic)
        return points.filter(topics__slug=topic)
    if track:
        _known(Track.objects.filter(slug=track), "track", track)
        return points.filter(topics__track_steps__track__slug=track).distinct()
    return points


def _known(rows: QuerySet[Any], noun: str, slug: str) -> None:
    if not rows.exists():
        raise CommandError(f"There is no {noun} “{slug}” in the loaded curriculum.")


def _line(line: PointCoverage) -> str:
    """`    4  staff-2026/02/locks  concept  Locks  (transactions)`; a gap says `none` for the number."""
    topics = ", ".join(topic.slug for topic in line.point.topics.all())
    number = "none" if line.empty else str(line.cards)
    return f"{number:>6}  {line.point.slug}  {line.point.kind}  {line.point.text}  ({topics})"


def _counts(documents: Iterable[DocumentCoverage]) -> str:
    points = sum(len(document.points) for document in documents)
    teachable = sum(document.teachable for document in documents)
    empty = sum(document.empty for document in documents)
    return f"{counted(points, 'point')}, {teachable:,} teachable, {empty:,} of them without a card"


def _summary(documents: list[DocumentCoverage]) -> str:
    return f"{counted(len(documents), 'document')}: {_counts(documents)}."
