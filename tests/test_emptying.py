"""After a test that commits, the next one finds what it would find in a new database."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from accounts.models import User
from study import enrolment
from tests import emptying
from tests.samples import Curriculum


def filled() -> set[str]:
    """The names of the models that have rows."""
    return {model.__name__ for model in apps.get_models(include_auto_created=True) if model._base_manager.exists()}


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_nothing_stays_but_content_types_and_permissions(alice: User, curriculum: Curriculum) -> None:
    enrolment.start_learning(user=alice, track=curriculum.track, pace=5, time_zone="UTC", now=timezone.now())
    Client().force_login(alice)
    assert {"User", "Session", "Card", "Point_topics", "Enrolment"} <= filled()
    emptying.empty("default")
    assert filled() == {"ContentType", "Permission"}
    assert ContentType.objects.count() == len(apps.get_models())
    assert Permission.objects.count() == sum(
        len(model._meta.default_permissions) + len(model._meta.permissions) for model in apps.get_models()
    )
