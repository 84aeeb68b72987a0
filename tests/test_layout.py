"""The folder platform/ must stay a plain folder: as a package it would hide Python's own module platform."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "platform"


def test_platform_has_no_python_file_of_its_own() -> None:
    assert list(SOURCE.glob("*.py")) == []


def test_python_finds_its_own_module_platform() -> None:
    assert SOURCE not in Path(platform.__file__).parents


def test_no_room_bears_the_name_of_a_standard_module() -> None:
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert rooms
    assert not rooms & sys.stdlib_module_names


def test_no_room_is_called_a_drawer() -> None:
    drawers = {"core", "common", "utils", "util", "helpers", "misc"}
    assert not [path for path in SOURCE.rglob("*.py") if path.stem in drawers or path.parent.name in drawers]
