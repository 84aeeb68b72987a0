"""Jinja for the parts of the review: they are rendered with every grade, and Django's own templates take five times
as long. A page includes one with `{% part %}` (config.templatetags.parts)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse
from jinja2 import Environment, StrictUndefined

from config.templatetags.icons import icon


@lru_cache(maxsize=4096)
def _address(name: str, args: tuple[str, ...], urlconf: str, prefix: str) -> str:
    return reverse(name, urlconf=urlconf, args=args)


def url(name: str, *args: str) -> str:
    """The address of a page; remembered, for a card shows ten."""
    return _address(name, args, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


def environment(**options: Any) -> Environment:
    """Django's options, and ours: a name that a view forgot is an error and not an empty place."""
    del options["autoescape"], options["undefined"]
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options)
    made.globals |= {"url": url, "icon": icon}
    return made
