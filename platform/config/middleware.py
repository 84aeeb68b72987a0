"""What every response carries, and what a lost database looks like from outside."""

from __future__ import annotations

import logging
import sqlite3
import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

logger = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 5
POSTGRESQL_FULL = "53100"
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self)"
View = Callable[[HttpRequest], HttpResponse]


def is_lost(error: BaseException | None) -> bool:
    """Whether a database did not answer. Redis, which counts attempts to sign in, is one, too, where it is in use."""
    redis = sys.modules.get("redis.exceptions")  # it takes long to load, and whoever raised one of its errors has it
    return isinstance(error, (OperationalError, InterfaceError, *([redis.RedisError] if redis else [])))


class ResponseHeaders:
    """Cross-origin and permission headers on every response; nothing personal may be stored by anybody."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers a view has not set itself."""
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if not request.path_info.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
            patch_vary_headers(response, ["Cookie"])
        return response


class LostDatabase:
    """A lost or locked database is a 503 with Retry-After, so that clients keep the answer and send it again.

    A try around get_response would not see the error: Django has made a 500 of it by then.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do unless a view raises."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A 503 page for errors of the connection; other errors are Django's."""
        if not is_lost(exception):
            return None
        logger.error("The database did not answer: %s", exception)
        return unavailable(request, full=is_full(exception))


def is_full(error: BaseException | None) -> bool:
    """Whether the database had no room left to write; it still answers what is read."""
    cause = getattr(error, "__cause__", None)
    code, state = getattr(cause, "sqlite_errorcode", None), getattr(cause, "sqlstate", None)
    return code == sqlite3.SQLITE_FULL or state == POSTGRESQL_FULL


def unavailable(request: HttpRequest, *, full: bool = False) -> HttpResponse:
    """The 503 page; it must not touch the database, so it knows no user. `full`: for want of room."""
    response = render(request, "503.html", {"full": full}, status=503, using="django")
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
