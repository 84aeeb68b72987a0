"""A signed-in browser that calls the WSGI application directly and times nothing but the call."""

from __future__ import annotations

import io
import re
import time
from typing import Any
from urllib.parse import urlencode

from django.core.wsgi import get_wsgi_application
from django.test import Client

from accounts.models import User

FIELD = re.compile(r'name="(card|shown|key)" value="([^"]*)"')
CSRF = re.compile(r'<meta name="csrf-token" content="([^"]+)"')


class Browser:
    """Holds the cookies, the token and the card in front."""

    application = get_wsgi_application()

    def __init__(self, user: User) -> None:
        client = Client()
        client.force_login(user)
        self.cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        page, _ = self._call("GET", "/study/")
        self.token = CSRF.search(page)[1]  # type: ignore[index]
        self.fields = self._front(page)

    def yardstick(self) -> float:
        """CPU seconds of the logged-in view."""
        return self._call("GET", "/yardstick")[1]

    def grade(self) -> float:
        """CPU seconds of grading the card in front; the answer brings the next one."""
        page, seconds = self._call("POST", "/study/grade/", {**self.fields, "grade": "4"})
        self.fields = self._front(page)
        return seconds

    @staticmethod
    def _front(page: str) -> dict[str, str]:
        found = FIELD.findall(page)
        return dict(found[:3])

    def _call(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[str, float]:
        body = urlencode(fields or {}).encode()
        environ = self._environ(method, path, body)
        answered: list[Any] = []
        started = time.process_time()
        response = self.application(environ, lambda status, headers: answered.extend((status, headers)))
        text = b"".join(response)
        response.close()
        seconds = time.process_time() - started
        if answered[0][:3] != "200":
            raise RuntimeError(f"{method} {path}: {answered[0]}")
        for name, value in answered[1]:
            if name == "Set-Cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return text.decode(), seconds

    def _environ(self, method: str, path: str, body: bytes) -> dict[str, Any]:
        return {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost:8000",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "HTTP_HX_REQUEST": "true",
            "HTTP_X_CSRFTOKEN": getattr(self, "token", ""),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
