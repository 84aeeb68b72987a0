"""/healthz: whether the process answers and reaches its database."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection

pytestmark = pytest.mark.django_db


def test_it_says_ok_in_plain_text_after_one_statement(client, count_statements):
    with count_statements() as seen:
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Content-Type"].startswith("text/plain")
    assert seen == ["SELECT 1"]


def test_it_makes_no_session(client):
    assert not client.get("/healthz").cookies


def test_a_lost_database_is_a_503(client):
    def lost(execute, sql, params, many, context):
        raise OperationalError("server closed the connection")

    with connection.execute_wrapper(lost):
        assert client.get("/healthz").status_code == 503
