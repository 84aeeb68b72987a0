"""`manage.py create_token EMAIL --scope read --scope answer`: a personal API token, printed alone on the last line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Scope, User
from accounts.services import create_token

LONGEST_DAYS = 3650


class Command(BaseCommand):
    """Makes a token; its secret is shown once and kept nowhere."""

    help = "Make a personal API token and print it alone on the last line."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, for what, how long."""
        parser.add_argument("email", help="address of an account")
        parser.add_argument("--scope", action="append", help=f"{' or '.join(Scope.values)}; may be repeated")
        parser.add_argument("--name", default="", help="what the token is for")
        parser.add_argument("--days", type=int, help="days until it expires; never, when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the words, make the token, print it."""
        user = User.objects.filter(email=options["email"].lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no account with the address {options['email']}.")
        days, name = options["days"], options["name"]
        if days is not None and not 1 <= days <= LONGEST_DAYS:
            raise CommandError(f"A token lasts 1 to {LONGEST_DAYS} days, not {days}. Leave --days out for no end.")
        if len(name) > 80:
            raise CommandError("A name has at most 80 characters.")
        scopes = _scopes(options["scope"])
        token, secret = create_token(user=user, scopes=scopes, now=timezone.now(), name=name, days=days)
        end = f"until {token.expires_at:%d %B %Y}" if token.expires_at else "without an end"
        self.stdout.write(f"A token for {user.email}, {end}, that may {' and '.join(token.scopes)}.")
        self.stdout.write("It is shown only here; send it as “Authorization: Bearer <token>”.")
        self.stdout.write(secret)


def _scopes(names: list[str] | None) -> list[Scope]:
    for name in names or []:
        if name not in Scope.values:
            raise CommandError(f"There is no scope “{name}”. The scopes are {' and '.join(Scope.values)}.")
    return [Scope(name) for name in names or [Scope.READ]]
