"""`{% url %}` that remembers what it found: a card shows a dozen addresses, and looking them up took a third of it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template import defaulttags
from django.template.base import Parser, Token
from django.template.context import Context
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape

register = template.Library()


@lru_cache(maxsize=4096)
def _address(name: str, args: tuple[Any, ...], urlconf: str, prefix: str) -> str:
    return reverse(name, urlconf=urlconf, args=args)


class Address(defaulttags.URLNode):
    """Django's node for a name with positional arguments; anything else is left to Django."""

    def render(self, context: Context) -> str:
        """The address, escaped where the template escapes."""
        name = self.view_name.resolve(context)
        if self.asvar or self.kwargs or ":" in name:
            return super().render(context)
        args = tuple(str(arg.resolve(context)) for arg in self.args)
        address = _address(name, args, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
        return conditional_escape(address) if context.autoescape else address


@register.tag
def url(parser: Parser, token: Token) -> Address:
    """As Django's own."""
    node = defaulttags.url(parser, token)
    return Address(node.view_name, node.args, node.kwargs, node.asvar)
