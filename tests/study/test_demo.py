"""The demo accounts: a month over real cards, the same at each fresh start, and nowhere but in the embedded default."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import User
from curriculum.services import load
from study import demo, plans
from study.checkup import findings
from study.models import Answer, CardState

pytestmark = pytest.mark.django_db
ROW = ("key", "card__ref", "sequence", "grade", "kind", "study_day", "answered_at", "milliseconds", "due_on")


@pytest.fixture
def content(settings, clock):
    """The curriculum of the repository."""
    load(settings.CONTENT)


def test_the_learner_has_a_month_that_the_ledger_can_explain(content):
    assert demo.make(timezone.now()) == [demo.LEARNER, demo.MENTOR]
    learner = User.objects.get(email=demo.LEARNER)
    days = set(Answer.objects.for_user(learner).values_list("study_day", flat=True))
    today = plans.today_of(learner, timezone.now())
    assert len(days) > 20
    assert max(days) < today
    assert (today - min(days)).days == demo.DAYS
    assert {1, 3, 4, 5} <= set(Answer.objects.for_user(learner).values_list("grade", flat=True))
    assert CardState.objects.due(today).filter(learner=learner.pk).exists()
    assert list(findings()) == []


def test_it_is_identical_at_each_fresh_start(content):
    histories = []
    for _ in range(2):
        demo.make(timezone.now())
        histories.append(list(Answer.objects.order_by("id").values_list(*ROW)))
        User.objects.all().delete()
    assert histories[0] == histories[1]
    assert histories[0]


def test_an_account_that_exists_is_left_as_it_is(content):
    demo.make(timezone.now())
    count = Answer.objects.count()
    assert demo.make(timezone.now()) == []
    assert Answer.objects.count() == count


def test_the_accounts_are_printed_with_their_passwords(content):
    out = StringIO()
    call_command("make_demo", stdout=out)
    for email, password in demo.PASSWORDS.items():
        assert f"{email}  {password}" in out.getvalue()
        assert User.objects.get(email=email).check_password(password)


def test_outside_the_embedded_default_none_are_made(settings):
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="Nothing was created"):
        call_command("make_demo")
    assert not User.objects.exists()
