"""The API's description: valid OpenAPI 3.1, the one committed, and true of every operation."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from drf_spectacular.drainage import GENERATOR_STATS
from rest_framework.test import APIClient

from accounts.models import Scope

pytestmark = pytest.mark.both_databases
COMMITTED = Path(settings.ROOT, "docs", "openapi.yaml")
SCHEMA = "/api/v1/schema/"


@pytest.fixture(scope="module")
def schema() -> dict:
    return yaml.safe_load(COMMITTED.read_text())


def operations(schema: dict):
    """Path, method and description of every operation."""
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_the_committed_description_is_the_generated_one_and_without_a_warning():
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    assert not GENERATOR_STATS
    assert out.getvalue() == COMMITTED.read_text()


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/yaml", "application/yaml"),
        ("application/vnd.oai.openapi", "application/vnd.oai.openapi"),
    ],
)
def test_everybody_may_read_it_as_json_or_yaml(schema, accept, given):
    response = APIClient().get(SCHEMA, headers={"Accept": accept})
    assert (response.status_code, response["Content-Type"].partition(";")[0]) == (200, given)
    assert yaml.safe_load(response.content) == schema


def test_it_is_openapi_3_1(schema):
    assert schema["openapi"].startswith("3.1")


def test_every_operation_names_the_scope_it_needs_and_the_problems_it_may_answer_with(schema):
    for path, method, operation in operations(schema):
        scope = Scope.READ if method == "get" else Scope.ANSWER
        assert {"token": [scope]} in operation["security"], path
        assert {"401", "403", "429", "503"} <= set(operation["responses"]), path
        if "requestBody" in operation:
            assert {"400", "404", "413", "415", "422"} <= set(operation["responses"]), path


def test_every_refusal_is_described_as_a_problem(schema):
    for path, _, operation in operations(schema):
        for code, response in operation["responses"].items():
            if "$ref" in response:
                response = schema["components"]["responses"][response["$ref"].rpartition("/")[2]]
            if code >= "400":
                assert list(response["content"]) == ["application/problem+json"], (path, code)


def test_an_answer_is_described_with_all_its_outcomes(schema):
    post = schema["paths"]["/api/v1/answers/"]["post"]
    assert {"200", "201", "404", "409", "422"} <= set(post["responses"])
    key = next(one for one in post["parameters"] if one["name"] == "Idempotency-Key")
    assert (key["in"], key["required"], key["schema"]["format"]) == ("header", True, "uuid")
    assert {"204", "200"} <= set(schema["paths"]["/api/v1/study/next/"]["get"]["responses"])
    assert {"200", "201", "409"} <= set(schema["paths"]["/api/v1/answers/{id}/undo/"]["post"]["responses"])
