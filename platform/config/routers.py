"""Where the cache's table lives."""

from __future__ import annotations

from typing import Any


class CacheRouter:
    """Keeps Django's database cache in a file of its own, so rate limits never wait for an answer's lock."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """The cache's database for the cache's model, no opinion otherwise."""
        return "cache" if model._meta.app_label == "django_cache" else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """The cache's table goes to the cache's database and no other table does."""
        if db == "cache" or app_label == "django_cache":
            return db == "cache" and app_label == "django_cache"
        return None
