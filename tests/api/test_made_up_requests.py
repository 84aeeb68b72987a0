"""Requests made up from the API's description, good and bad: never a 5xx, always what the description says."""

from __future__ import annotations

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from accounts.models import Scope
from accounts.services import create_token
from config.wsgi import application

# Requests come in as from a server, which puts its connection back after each: a test's transaction would be lost.
pytestmark = pytest.mark.django_db(transaction=True)
schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)


@pytest.fixture
def token(learner) -> str:
    """Alice's, for everything."""
    return create_token(user=learner, scopes=list(Scope), now=timezone.now())[1]


@schema.parametrize()
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_operation_does_what_it_says(case, token):
    # Requests are read more strictly than JSON Schema can say: 4.0 is no grade, and a slug must be a track's.
    stricter = [positive_data_acceptance]
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=stricter)
