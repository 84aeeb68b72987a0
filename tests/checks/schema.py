"""docs/openapi.yaml is what the code would generate. `python -m tests.checks.schema --write` brings it up to date."""

from __future__ import annotations

import difflib
import sys
from io import StringIO
from pathlib import Path

import django
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
SHOWN = 30  # lines of the difference
COMMITTED = ROOT / "docs" / "openapi.yaml"


def generated() -> str:
    """The schema of the code as it stands; a warning of the generator is an error."""
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    return out.getvalue()


def main() -> int:
    """Compare, or write when asked to; the exit code."""
    text = generated()
    if "--write" in sys.argv:
        COMMITTED.write_text(text)
        return 0
    committed = COMMITTED.read_text() if COMMITTED.exists() else ""
    if text == committed:
        return 0
    changes = difflib.unified_diff(committed.splitlines(), text.splitlines(), "committed", "code", lineterm="", n=1)
    print("\n".join(list(changes)[:SHOWN]))
    print("docs/openapi.yaml is out of date: python -m tests.checks.schema --write")
    return 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "platform"))
    django.setup()
    sys.exit(main())
