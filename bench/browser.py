"""A signed-in browser that calls the WSGI application directly and times nothing but the call."""

from __future__ import annotations

import io
import re
import time
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from accounts.models import User
from config.wsgi import application

# The hidden fields that go with a showing; forms of tools name a card, too, and stand before it.
FRONT = re.compile(
    r'name="card" value="(?P<card>[^"]*)">\s*<input type="hidden" name="kind" value="(?P<kind>[^"]*)">'
    r'\s*<input type="hidden" name="shown" value="(?P<shown>[^"]*)">'
    r'\s*<input type="hidden" name="key" value="(?P<key>[^"]*)"'
)
CSRF = re.compile(r'<meta name="csrf-token" content="([^"]+)"')


class Browser:
    """Holds the cookies, the token and the card in front."""

    def __init__(self, user: User) -> None:
        client = Client()
        client.force_login(user)
        self.cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        self.page = self.get("/study/")
        self.token = CSRF.search(self.page)[1]  # type: ignore[index]
        self.fields = self.front(self.page)

    def get(self, path: str) -> str:
        """A page."""
        return self._call("GET", path)[0]

    def yardstick(self) -> float:
        """CPU seconds of the logged-in view."""
        return self._call("GET", "/yardstick")[1]

    def grade(self) -> float:
        """CPU seconds of grading the card in front; the answer, kept in `page`, brings the next one."""
        self.page, seconds = self._call("POST", "/study/grade/", {**self.fields, "grade": "4"})
        self.fields = self.front(self.page)
        return seconds

    def check(self) -> str:
        """The answer side of the card in front, after giving up on it."""
        return self._call("POST", "/study/check/", {**self.fields, "giveup": "1"})[0]

    @staticmethod
    def front(page: str) -> dict[str, str]:
        """The fields of the first card on a page; none when there is no card."""
        found = FRONT.search(page)
        return found.groupdict() if found else {}

    def _call(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[str, float]:
        body = self.body(fields)
        environ = self._environ(method, path, body)
        answered: list[Any] = []
        started = time.process_time()
        response = application(environ, lambda status, headers: answered.extend((status, headers)))
        text = b"".join(response)
        response.close()
        seconds = time.process_time() - started
        if answered[0][:3] not in ("200", "204"):
            raise RuntimeError(f"{method} {path}: {answered[0]}")
        for name, value in answered[1]:
            if name == "Set-Cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return text.decode(), seconds

    @staticmethod
    def body(fields: dict[str, str] | None) -> bytes:
        """Fields as a form sends them."""
        return urlencode(fields or {}).encode()

    def headers(self) -> dict[str, str]:
        """What the page's script sends with a request."""
        return {
            "Host": "localhost:8000",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "HX-Request": "true",
            "X-CSRFToken": getattr(self, "token", ""),
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def _environ(self, method: str, path: str, body: bytes) -> dict[str, Any]:
        sent = {name.upper().replace("-", "_"): value for name, value in self.headers().items()}
        content_type = sent.pop("CONTENT_TYPE")
        return {
            **{f"HTTP_{name}": value for name, value in sent.items()},
            "CONTENT_TYPE": content_type,
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
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
