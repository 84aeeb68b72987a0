"""`make check`: every tool over the whole project; one line for each that agrees, its output for each that does not."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
PRODUCTION = {"HTTPS": "1", "SECRET_KEY": os.urandom(32).hex(), "ALLOWED_HOSTS": "recall.example.org"}

Check = tuple[str, list[str], dict[str, str]]


def checks() -> list[Check]:
    """What is checked, the command, and what it needs in its environment."""
    templates = sorted(str(path) for path in (ROOT / "templates").rglob("*.html"))
    return [
        ("style (ruff)", [str(BIN / "ruff"), "check", "-q", "."], {}),
        ("types (mypy)", [str(BIN / "mypy"), "--no-error-summary"], {}),
        ("layers (import-linter)", [str(BIN / "lint-imports")], {"PYTHONPATH": "platform"}),
        ("security (bandit)", [str(BIN / "bandit"), "-q", "-ll", "-r", "platform"], {}),
        ("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], {}),
        ("production settings", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        ("curriculum", [*MANAGE, "lint_content"], {}),
        ("API schema", [sys.executable, "-m", "tests.checks.schema"], {}),
        ("template style (djade)", [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates], {}),
        ("templates compile", [sys.executable, "-m", "tests.checks.templates"], {}),
        ("sizes", [sys.executable, "-m", "tests.checks.sizes"], {}),
        ("contrast of colours", [sys.executable, "-m", "tests.checks.contrast"], {}),
    ]


def passes(check: Check, var: str) -> bool:
    """Run one check and report it."""
    title, command, extra = check
    started = time.monotonic()
    environment = {**os.environ, "RECALL_VAR": var, "DJANGO_SETTINGS_MODULE": "config.settings", **extra}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    print(f"{'FAILED' if done.returncode else 'ok':6}  {title}  {time.monotonic() - started:.1f} s", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return not done.returncode


def main() -> int:
    """All checks, or those whose title contains the word given; the exit code."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    with tempfile.TemporaryDirectory(prefix="recall-check-") as var:
        return int(not all([passes(check, var) for check in checks() if word in check[0]]))  # noqa: C419  all run


if __name__ == "__main__":
    sys.exit(main())
