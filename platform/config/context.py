"""What every template may use."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def product(request: HttpRequest) -> dict[str, object]:
    """The product's name, and whether mail stays on this machine (then pages show it)."""
    return {"product": settings.PRODUCT_NAME, "mail_is_local": settings.MAIL_IS_LOCAL}
