"""Sizes at which a room wants a wall: of functions, files, templates, and of what a browser must fetch."""

from __future__ import annotations

import ast
import gzip
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON_FOLDERS = ("platform", "tests", "deploy", "bench")
PYTHON_FILE, FUNCTION, FUNCTION_MEDIAN = 400, 60, 10  # lines
TEMPLATE, TEMPLATE_MEDIAN = 150, 25
CSS_GZIPPED, SCRIPT, SCRIPTS_GZIPPED = 7_600, 10_000, 10_000  # bytes; a script as written, the rest as fetched


def too_large() -> Iterator[str]:
    """A line for each thing above its limit."""
    functions: list[int] = []
    for path in python_files():
        yield from above(path, len(path.read_text().splitlines()), PYTHON_FILE)
        for name, lines in functions_of(path):
            yield from above(f"{path}: {name}", lines, FUNCTION)
            if "platform" in path.parts:
                functions.append(lines)
    templates = {path: len(path.read_text().splitlines()) for path in (ROOT / "templates").rglob("*.*")}
    for path, lines in templates.items():
        yield from above(path, lines, TEMPLATE)
    yield from above("median of functions in platform/", statistics.median(functions or [0]), FUNCTION_MEDIAN)
    yield from above("median of templates", statistics.median(templates.values() or [0]), TEMPLATE_MEDIAN)
    yield from above("static/css together, gzipped", gzipped("css/*.css"), CSS_GZIPPED, "bytes")
    yield from above("static/js together, gzipped", gzipped("js/*.js"), SCRIPTS_GZIPPED, "bytes")
    for path in (ROOT / "static").glob("js/*.js"):
        yield from above(path, path.stat().st_size, SCRIPT, "bytes")


def above(what: object, size: float, limit: int, unit: str = "lines") -> Iterator[str]:
    """The complaint, when there is one."""
    if size > limit:
        name = what.relative_to(ROOT) if isinstance(what, Path) else str(what).removeprefix(f"{ROOT}/")
        yield f"{name}: {size:g} {unit}, at most {limit}"


def python_files() -> Iterator[Path]:
    """Our Python files, migrations apart."""
    for folder in PYTHON_FOLDERS:
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts)


def functions_of(path: Path) -> Iterator[tuple[str, int]]:
    """Name and lines of each function and method."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def gzipped(pattern: str) -> int:
    """Bytes a browser fetches for the files, each compressed on its own."""
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in (ROOT / "static").glob(pattern))


if __name__ == "__main__":
    complaints = list(too_large())
    print("\n".join(complaints))
    sys.exit(bool(complaints))
