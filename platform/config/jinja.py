"""Jinja for the parts of the review: they are rendered with every grade, and Django's own templates take five times
as long. A page includes one with `{% part %}` (config.templatetags.parts)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, reverse
from jinja2 import Environment, StrictUndefined

from config.templatetags.icons import icon


@lru_cache(maxsize=4096)
def _address(name: str, args: tuple[str, ...], prefix: str) -> str:
    return reverse(name, args=args)


def url(name: str, *args: str) -> str:
    """The address of a page; remembered, for a card shows ten."""
    return _address(name, args, get_script_prefix())


def environment(**options: Any) -> Environment:
    """Django's options, and ours: a name that a view forgot is an error and not an empty place."""
    del options["autoescape"], options["undefined"]
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options)
    made.globals |= {"url": url, "icon": icon}
    return made
