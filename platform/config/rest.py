"""How the API reads bodies and pages through lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any, NoReturn

from django.core import signing
from django.db.models import QuerySet
from redis.exceptions import RedisError
from rest_framework.exceptions import NotFound, ParseError, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle
from rest_framework.utils.urls import replace_query_param

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports this module


class StrictJSONParser(JSONParser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, no half of a surrogate pair; both databases can store what it lets in."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The body's object; raises ParseError or ValidationError."""
        try:
            value = json.loads(stream.read().decode(), parse_constant=_refuse)
            json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        except RecursionError:
            raise ParseError("The body is nested too deeply.") from None
        except ValueError as error:
            raise ParseError(f"The body is not valid JSON: {error}.") from error
        if not isinstance(value, dict):
            raise ValidationError({"body": ["The body is a JSON object."]})
        return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


class Throttle(SimpleRateThrottle):
    """Lets everybody go on while the counters are lost: studying does not wait for Redis."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether the request may go on."""
        try:
            return super().allow_request(request, view)
        except RedisError:
            return True


class AnonThrottle(Throttle, AnonRateThrottle):
    """Counts what comes from an address without signing in."""


class UserThrottle(Throttle, UserRateThrottle):
    """Counts a person's requests."""


class SignedCursorPagination(CursorPagination):
    """Pages in the order of the view's `ordering`. A cursor is signed for its address, so that none can be made up."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500
    request: Request
    base_url: str

    def get_page_size(self, request: Request) -> int:
        """As asked, at most 500; what is not a number of at least 1 is refused."""
        asked = request.query_params.get("page_size")
        if asked is None:
            return self.page_size
        digits = asked.lstrip("0")
        if not (digits.isascii() and digits.isdecimal()):
            raise ValidationError({"page_size": ["A page has at least one entry; give a whole number."]})
        return self.max_page_size if len(digits) > 3 else min(int(digits), self.max_page_size)

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        """The view's own; the last name in it is unique."""
        return tuple(view.ordering)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The place a cursor names; raises NotFound for one that is not ours."""
        given = request.query_params.get("cursor")
        if given is None:
            return None
        try:
            return Cursor(*signing.loads(given, salt=self._salt(request)))
        except signing.BadSignature:
            raise NotFound("This cursor is not one of this list's. Read the list from its start.") from None

    def encode_cursor(self, cursor: Cursor) -> str:
        """The address of another page."""
        text = signing.dumps(list(cursor), salt=self._salt(self.request))
        return replace_query_param(self.base_url, "cursor", text)

    @staticmethod
    def _salt(request: Request) -> str:
        return f"cursor {request.path}"

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """`cursor` and `page_size`, with its bounds."""
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        sized = {"type": "integer", "minimum": 1, "default": self.page_size}
        said = f"Entries a page, at most {self.max_page_size}."
        return [
            {**one, "schema": sized, "description": said} if one["name"] == "page_size" else one for one in parameters
        ]
