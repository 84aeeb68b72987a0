"""What a learner's browser fetches: the review, cold, and the fragments after it, over all content there is."""

from __future__ import annotations

import gzip
import re
from datetime import datetime
from pathlib import Path

from django.conf import settings

from bench import seed
from bench.browser import Browser
from bench.rows import Row
from curriculum.models import Card
from study.verdict import CHECKED

PAGE, FRAGMENT = 30_000, 2_000
LEVEL = 6  # what servers in front of gunicorn usually take
EVERY = 20  # grades between two looks at the whole page
FILES = re.compile(r'<(?:script|link|img|use)\b[^>]*?\b(?:src|href)="(/static/[^"#]+)')
IMPORTED = re.compile(r"url\(\s*['\"]?([^'\")]+)")


def rows(now: datetime) -> list[Row]:
    """A learner meets every card of the content once; the largest page, and the largest fragment of each kind."""
    cards = list(Card.objects.asked().exclude(topic__area__slug="bench").order_by("pk").values_list("pk", flat=True))
    browser = Browser(seed.learner("weight@example.org", cards, len(cards), now))
    pages, graded, checked = [cold(browser.page)], dict[str, int](), dict[str, int]()
    seen = 0
    while browser.fields:
        if browser.fields["kind"] in CHECKED:
            _keep(checked, browser.fields["kind"], gzipped(browser.check()))
        browser.grade()
        seen += 1
        if browser.fields:
            _keep(graded, browser.fields["kind"], gzipped(browser.page))
        if seen % EVERY == 0 and browser.fields:
            pages.append(cold(browser.get("/study/")))
    largest = max([*graded.values(), *checked.values()])
    kinds = [Row(f"  largest fragment with {_a(kind)} card", size, unit="B") for kind, size in sorted(graded.items())]
    answers = [Row(f"  largest answer to {_a(kind)} card", size, unit="B") for kind, size in sorted(checked.items())]
    return [
        Row("the review, cold, everything, gzipped", max(pages), PAGE, "B"),
        *kinds,
        *answers,
        Row(f"largest fragment over {seen:,} cards, gzipped", largest, FRAGMENT, "B"),
    ]


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _keep(largest: dict[str, int], kind: str, size: int) -> None:
    largest[kind] = max(size, largest.get(kind, 0))


def gzipped(text: str | bytes) -> int:
    """Bytes on the wire."""
    return len(gzip.compress(text.encode() if isinstance(text, str) else text, LEVEL))


def cold(page: str) -> int:
    """Bytes of a page and of every file of ours that it makes a browser fetch, each compressed on its own."""
    return gzipped(page) + sum(gzipped(_file(name).read_bytes()) for name in fetched(page))


def fetched(page: str) -> set[str]:
    """The names of a page's files, those its style sheets ask for among them."""
    names = {found.removeprefix(settings.STATIC_URL) for found in FILES.findall(page)}
    sheets = [name for name in names if name.endswith(".css")]
    asked = {found for name in sheets for found in IMPORTED.findall(_file(name).read_text())}
    return names | {found.rpartition("/")[2] for found in asked if not found.startswith(("data:", "#"))}


def _file(name: str) -> Path:
    return Path(settings.STATIC_ROOT, name)
