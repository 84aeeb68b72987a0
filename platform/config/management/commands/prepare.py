"""`manage.py prepare`: everything that must be in place before the first request; run at each start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

FOLDERS = ("beat", "broker", "broker-control", "mail")


class Command(BaseCommand):
    """Folders, database, curriculum, static files and, in the embedded default, the demo accounts."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Each step leaves alone what is in place already; a step that cannot be done ends the start."""
        for folder in FOLDERS:
            Path(settings.VAR, folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self.prepare_database()
        except OperationalError as error:
            raise CommandError(f"The database cannot be used: {str(error).strip()}") from error
        call_command("load_content")
        call_command("collectstatic", interactive=False, verbosity=0)
        if settings.EMBEDDED:
            call_command("make_demo")

    def prepare_database(self) -> None:
        """Migrate, unless the database knows more than this code."""
        unknown = unknown_migrations()
        if unknown:
            raise CommandError(
                f"The database comes from a newer version of {settings.PRODUCT_NAME} ({unknown[0]} is not known here). "
                "Start the newer version, or move the database away."
            )
        self.stdout.write("Preparing the database.")
        call_command("migrate", interactive=False, verbosity=0)
        if "cache" in settings.DATABASES:
            call_command("createcachetable", database="cache", verbosity=0)


def unknown_migrations() -> list[str]:
    """Migrations that were applied to the database and are not among this code's, as `app.name`."""
    known = MigrationLoader(None).disk_migrations or {}
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if (app, name) not in known)
