"""A content folder of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.curriculum.folder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A small content folder without cards and without findings."""
    return Folder(tmp_path / "content")
