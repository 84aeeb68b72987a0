"""`{% icon "undo" %}`: a symbol of static/icons.svg, decorative; the word beside it says what it means."""

from __future__ import annotations

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache  # a card shows seven: looking the file's hashed name up each time would cost more than the card
def icon(name: str) -> SafeString:
    """The icon as inline SVG that uses the sprite's symbol."""
    return format_html(
        '<svg class="i" viewBox="0 0 18 18" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name
    )
