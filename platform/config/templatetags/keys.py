"""Keys of forms: what a person may send twice is done once."""

from __future__ import annotations

from uuid import UUID, uuid4

from django import template

register = template.Library()


@register.simple_tag
def fresh_key() -> UUID:
    """A new key for a form, so that a second click or a retry is known as the same wish."""
    return uuid4()
