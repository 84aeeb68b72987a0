"""Numbers and days in the words of the pages: "1,057 cards", "Sunday", "12 December"."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.dateformat import format as format_date

register = template.Library()
WEEK_DAYS = 7


@register.filter
def counted(number: int, noun: str) -> str:
    """A number with its noun, which may be given as "singular,plural": `1 card`, `1,057 cards`, `2 days`."""
    one, _, many = noun.partition(",")
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@register.filter
def commas(number: int) -> str:
    """`1,057`."""
    return f"{number:,}"


@register.filter
def as_day(day: date, today: date) -> str:
    """A day as somebody says it on `today`: today, tomorrow, Sunday, 12 December, 24 January 2027."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return "tomorrow" if ahead else "today"
    if 1 < ahead < WEEK_DAYS:
        return format_date(day, "l")
    return format_date(day, "j F" if day.year == today.year else "j F Y")


@register.filter
def on_day(day: date, today: date) -> str:
    """`as_day` with its preposition where it needs one: `tomorrow`, `on Sunday`."""
    text = as_day(day, today)
    return text if text in ("today", "tomorrow") else f"on {text}"
