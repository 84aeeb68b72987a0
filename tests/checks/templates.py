"""Every template compiles; a mistake in one that no test renders would wait for its first reader."""

from __future__ import annotations

import sys
from pathlib import Path

import django
from django.template import TemplateSyntaxError, engines
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"


def broken() -> list[str]:
    """A line for each template that does not compile."""
    assert engines["django"]
    found = []
    for path in sorted(path for path in TEMPLATES.rglob("*") if path.is_file()):
        try:
            using = "jinja2" if path.suffix == ".jinja" else "django"
            get_template(str(path.relative_to(TEMPLATES)), using=using)
        except (TemplateSyntaxError, UnicodeDecodeError) as error:
            found.append(f"{path.relative_to(ROOT)}: {error}")
    return found


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "platform"))
    django.setup()
    complaints = broken()
    print("\n".join(complaints))
    sys.exit(bool(complaints))
