"""The counter that other tests trust."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_only_statements_on_rows_are_counted(count_statements, alice) -> None:
    with count_statements() as seen, transaction.atomic():
        list(User.objects.filter(pk=alice.pk))
        User.objects.filter(pk=alice.pk).update(keys=False)
        with connection.cursor() as cursor:
            cursor.execute("-- a comment is not a statement")
    assert [sql.split()[0] for sql in seen] == ["SELECT", "UPDATE"]
