"""`{% part "study/_card.jinja" %}`: a part written in Jinja, inside a page written for Django's own templates."""

from __future__ import annotations

from typing import Any, cast

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.template.loader import get_template

register = template.Library()


class Part(template.Node):
    """Renders the part with everything that the page knows at this place."""

    def __init__(self, name: FilterExpression) -> None:
        self.name = name

    def render(self, context: Context) -> str:
        """The part's markup; it escapes by itself."""
        found = get_template(self.name.resolve(context), using="jinja2")
        return str(found.render(cast("dict[str, Any]", context.flatten()), context.get("request")))


@register.tag
def part(parser: Parser, token: Token) -> Part:
    """Reads the name."""
    return Part(parser.compile_filter(token.split_contents()[1]))
