"""manage.py lint_content, and the content of this repository."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from curriculum.findings import errors
from curriculum.lint import lint
from tests.curriculum.folder import Folder, card


def run(folder: Folder, *options: str) -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("lint_content", str(folder.root), *options, stdout=out)
    except SystemExit as exit_:
        return int(str(exit_.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def test_sound_content_is_summed_up(folder: Folder) -> None:
    folder.deck(card("choice"))
    assert run(folder) == (0, ["1 card in 2 topics: 0 errors, 0 warnings."])


def test_a_warning_is_shown_and_passes(folder: Folder) -> None:
    folder.deck(card("choice", prompt="Which part lets a producer go on? Why?"))
    code, lines = run(folder)
    assert code == 0
    assert "warning two-questions queues/a-choice-card" in lines[0]
    assert lines[1:] == ["1 card in 2 topics: 0 errors, 1 warning."]
    assert run(folder, "--no-warnings") == (0, lines[1:])


def test_an_error_is_shown_and_fails(folder: Folder) -> None:
    folder.deck(card("choice", why=None))
    code, lines = run(folder, "--no-warnings")
    assert code == 1
    assert "error why queues/a-choice-card" in lines[0]
    assert lines[1:] == ["1 card in 2 topics: 1 error, 0 warnings."]


def test_a_release_wants_every_point_covered(folder: Folder) -> None:
    assert run(folder)[0] == 0
    assert run(folder, "--release")[0] == 1


def test_a_folder_that_is_not_there_is_a_sentence(folder: Folder) -> None:
    folder.root = folder.root / "elsewhere"
    code, lines = run(folder)
    assert code == 1
    assert "The file cannot be read: No such file or directory." in lines[0]


def test_the_curriculum_of_this_repository_has_no_error() -> None:
    content, findings = lint(settings.CONTENT)
    assert [str(finding) for finding in errors(findings)] == []
    assert len(content.topics) == 62
    assert len(content.points) == 439
    assert len(content.areas) == 12


@pytest.mark.parametrize("kind", ["concept", "practice"])
def test_every_point_of_the_outline_belongs_to_a_topic(kind: str) -> None:
    content, _ = lint(settings.CONTENT)
    assert not [point.id for point in content.points.values() if point.kind == kind and not point.topics]
