"""Errors of the API as problem details (RFC 9457): JSON with a sentence, never a page."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, status

from config.middleware import RETRY_AFTER_SECONDS, is_full, is_lost, unavailable
from home import errors as pages

MEDIA_TYPE = "application/problem+json"
API = "/api/v1/"
PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}  # RFC 9110's; Python's differ by version
SIGN_IN = "Sign in, or send a token: “Authorization: Bearer <token>”."
NOT_FOUND = "There is nothing at this address, or nothing that is yours."


class TooLarge(exceptions.APIException):
    """A body above the limit, refused before it is read."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is larger than 256 KiB. Nothing was stored."


class Unavailable(exceptions.APIException):
    """The database does not answer."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The database does not answer just now. Send the same request again, with the same key."
    wait = RETRY_AFTER_SECONDS


class Full(Unavailable):
    """The database has no room left."""

    default_detail = (
        "The server has no room left, so nothing was stored. What is stored can be read. "
        "Send the same request again later, with the same key."
    )


def problem(
    code: int, detail: str, *, headers: Mapping[str, str] | None = None, members: Mapping[str, Any] | None = None
) -> JsonResponse:
    """A problem document; `members` are what this kind of problem adds to the usual four."""
    title = PHRASES.get(code) or HTTPStatus(code).phrase
    body = {"type": "about:blank", "title": title, "status": code, "detail": detail, **(members or {})}
    plain = {"ensure_ascii": False}
    return JsonResponse(body, status=code, content_type=MEDIA_TYPE, headers=headers, json_dumps_params=plain)


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """What REST framework calls for every exception of a view; None leaves the rest to Django's 500."""
    known = _known(error)
    if known is None:
        return None
    if isinstance(known, exceptions.ValidationError):
        fields = _by_field(known.detail)
        field, sentences = next(iter(fields.items()))
        return problem(422, f"“{field}”: {sentences[0]}", members={"errors": fields})
    headers = {}
    if wait := getattr(known, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if asked := getattr(known, "auth_header", None):
        headers["WWW-Authenticate"] = asked
    said = SIGN_IN if isinstance(known, exceptions.NotAuthenticated) else str(known.detail)
    return problem(known.status_code, said, headers=headers, members=getattr(known, "members", None))


def _known(error: Exception) -> exceptions.APIException | None:
    """The REST framework's exception that says the same."""
    match error:
        case exceptions.APIException():
            return error
        case Http404():
            return exceptions.NotFound(NOT_FOUND)
        case DjangoPermissionDenied():
            return exceptions.PermissionDenied()
        case OperationalError() | InterfaceError():
            return Full() if is_full(error) else Unavailable()
        case RequestDataTooBig():
            return TooLarge()
        case SuspiciousOperation() | BadRequest():
            return exceptions.ParseError("The request could not be understood.")
    return None


def _by_field(detail: Any) -> dict[str, list[str]]:
    """Field to sentences; what concerns the whole body stands under `body`."""
    if not isinstance(detail, Mapping):
        return {"body": _sentences(detail)}
    return {"body" if name == "non_field_errors" else str(name): _sentences(found) for name, found in detail.items()}


def _sentences(detail: Any) -> list[str]:
    if isinstance(detail, Mapping):
        return [f"{name}: {sentence}" for name, found in detail.items() for sentence in _sentences(found)]
    return [sentence for part in detail for sentence in _sentences(part)] if isinstance(detail, list) else [str(detail)]


# --- outside REST framework's views ---------------------------------------------------------------


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Any other address under the API."""
    return problem(404, f"{NOT_FOUND} Every address of the API ends with a slash.")


def lost_database(request: HttpRequest) -> HttpResponse:
    """The 503: a problem for programs, a page for people."""
    full = is_full(sys.exception())
    if request.path_info.startswith(API):
        said = (Full if full else Unavailable).default_detail
        return problem(503, said, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    return unavailable(request, full=full)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's 400: a problem for programs, a page for people."""
    if request.path_info.startswith(API):
        return problem(400, "The request could not be understood.")
    return pages.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's 500: a problem for programs, a page for people.

    A database that is lost outside of a view (a session being saved, an error page's own reads) is a 503 here too.
    """
    if is_lost(sys.exception()):
        return lost_database(request)
    if request.path_info.startswith(API):
        return problem(500, "Something went wrong here. Send the same request again, with the same key.")
    return pages.server_error(request)
