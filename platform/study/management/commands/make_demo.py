"""`manage.py make_demo`: the two demo accounts, in the embedded default only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from study import demo


class Command(BaseCommand):
    """Creates what is missing and prints the accounts; an existing account is left as it is."""

    help = "Create the demo learner with a month of history, and the demo mentor; print their passwords."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line an account: address and password."""
        if not settings.EMBEDDED:
            raise CommandError(
                "Demo accounts have known passwords, so they exist in the embedded default only: "
                "without DATABASE_URL, SECRET_KEY and HTTPS in the environment. Nothing was created."
            )
        demo.make(timezone.now())
        for email, password in demo.PASSWORDS.items():
            self.stdout.write(f"{email}  {password}")
