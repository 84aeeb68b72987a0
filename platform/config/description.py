"""The API's description of itself: OpenAPI 3.1, with the problems every operation may answer with."""

from __future__ import annotations

import functools
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import TokenAuthentication
from accounts.permissions import required_scope
from config.problems import MEDIA_TYPE


@functools.cache
def description() -> dict[str, Any]:
    """The OpenAPI document; the same for everybody, made once a process."""
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


@extend_schema(exclude=True)
class Schema(APIView):
    """This API as OpenAPI 3.1, for everybody; JSON unless YAML is asked for."""

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = (OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer)

    def get(self, request: Request) -> Response:
        """The document."""
        return Response(description())


PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people."},
        "errors": {
            "type": "object",
            "description": "With 422: field to sentences.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
PROBLEMS = {
    400: "The body is not valid JSON.",
    401: "No token, or one that is not valid.",
    403: "The token lacks the scope.",
    404: "Nothing there, or nothing that is yours.",
    406: "Only JSON is spoken here.",
    413: "The body is above 256 KiB.",
    415: "The body is not JSON.",
    422: "A field, header or parameter outside its limits; `errors` names it.",
    429: "Too many requests; `Retry-After` says when to go on.",
    503: "The database does not answer; `Retry-After` says when to send the same again.",
}
ALWAYS, WITH_PARAMETERS, WITH_BODY = {401, 403, 406, 429, 503}, {404, 422}, {400, 404, 413, 415, 422}


def close_requests(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say that bodies which come in hold no other fields; a hook of drf-spectacular."""
    for name, schema in result["components"]["schemas"].items():
        if name.endswith("Request"):
            schema["additionalProperties"] = False
    return result


def document_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add to every operation the problems it may answer with; a hook of drf-spectacular."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    result["components"]["responses"] = {
        f"Problem{code}": {"description": said, "content": content} for code, said in PROBLEMS.items()
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            for code in sorted(_problems(operation)):
                operation["responses"].setdefault(str(code), {"$ref": f"#/components/responses/Problem{code}"})
    return result


def _problems(operation: dict[str, Any]) -> set[int]:
    places = {parameter["in"] for parameter in operation.get("parameters", ())}
    problems = ALWAYS | (WITH_BODY if "requestBody" in operation else set())
    return problems | (WITH_PARAMETERS if places - {"path"} else {404} if places else set())


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI description names the token and the scope an operation needs."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "A personal token made by `create_token`."}

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        """The scope beside the scheme, as OpenAPI 3.1 allows."""
        return {self.name: [required_scope(auto_schema.view, auto_schema.method)]}
