"""The project behind a slow network: every page is answered a quarter of a second late."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from config.wsgi import application as quick

LATE = 0.25  # seconds


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Files come at once, for they are in the browser's cache after the first page."""
    if not environ["PATH_INFO"].startswith("/static/"):
        time.sleep(LATE)
    return quick(environ, start_response)
