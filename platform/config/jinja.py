"""Jinja for the parts of the review: they are rendered with every grade, and Django's own templates take five times
as long. A page includes one with `{% part %}` (config.templatetags.parts)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, reverse
from jinja2 import Environment, StrictUndefined
from jinja2.ext import Extension

from config.templatetags.icons import icon


@lru_cache(maxsize=4096)
def _address(name: str, args: tuple[str, ...], prefix: str) -> str:
    return reverse(name, args=args)


def url(name: str, *args: str) -> str:
    """The address of a page; remembered, for a card shows ten."""
    return _address(name, args, get_script_prefix())


class Inlined(Extension):
    """`{% include %}` puts the other part in where the template is compiled, for at run time each costs as much as ten
    values. A part sees the names of the one around it either way."""

    INCLUDE = re.compile(r'\{% include "([^"]+)" %\}\n?')

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template with all of its parts in it."""
        return self.INCLUDE.sub(self._part, source)

    def _part(self, found: re.Match[str]) -> str:
        loader = self.environment.loader
        assert loader is not None  # noqa: S101  Django gives one
        source, *_ = loader.get_source(self.environment, found[1])
        return self.preprocess(source.rstrip("\n"), found[1])


def environment(**options: Any) -> Environment:
    """Django's options, and ours: a name that a view forgot is an error and not an empty place."""
    del options["autoescape"], options["undefined"]
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[Inlined],
        **options,
    )
    made.globals["url"] = url
    made.filters["icon"] = icon  # a filter of a constant is a constant: `"undo"|icon` costs nothing at run time
    return made
