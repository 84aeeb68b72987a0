"""The verb of the curriculum: load it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from curriculum import loading
from curriculum.content import Content, Topic
from curriculum.findings import Finding, Level, errors
from curriculum.lint import lint
from curriculum.models import Card
from curriculum.report import Report


class Refused(Exception):
    """The content was not loaded, and the database is as it was; carries the findings."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


def load(content: Path) -> Report:
    """Bring the database to what the folder says; loading the same again writes nothing.

    All or nothing: one lint error refuses it. A card is never deleted and keeps its row through rewording; one that
    is gone must be listed as retired. Raises Refused.
    """
    read, findings = lint(content.resolve())
    if wrong := errors(findings):
        raise Refused(wrong)
    with transaction.atomic():
        if missing := list(_missing(read)):
            raise Refused(missing)
        try:
            return loading.write(read)
        except loading.InUse as held:
            raise Refused([held.finding]) from None


def _missing(content: Content) -> Iterator[Finding]:
    """Cards that the database knows and the topic's files do not; one statement."""
    topics = {topic.id: topic for topic in content.topics}
    known = {topic.id: {card.id for card in topic.cards} | set(topic.retired) for topic in content.topics}
    for ref in Card.objects.filter(front=None).order_by("ref").values_list("ref", flat=True):
        topic, _, card = ref.partition("/")
        if topic in topics and card.removesuffix(loading.BACK) not in known[topic]:
            yield _not_retired(topics[topic], card)


def _not_retired(topic: Topic, card: str) -> Finding:
    table = topic.table
    said = "The card has been loaded before and is gone from cards.toml."
    cure = f'add "{card}" to `retired`, or bring the card back.'
    return Finding(table.file.path, table.line("retired"), Level.ERROR, "retired", f"{topic.id}/{card}", said, cure)
