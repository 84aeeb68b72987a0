"""`make run` started for real and ended in every way there is: nothing of it stays behind."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.runs import PROC, Run, running

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not (PROC / "self/environ").exists(), reason="looks at processes through /proc"),
]
MAKE = ["make", "run"]


@pytest.fixture(scope="module")
def first_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A var folder after a first start, so that each test has a second one."""
    var = tmp_path_factory.mktemp("first") / "var"
    with running(var) as run:
        assert run.left_after((run.process.pid, signal.SIGINT)) == {}
    return var


@pytest.fixture
def var(first_var: Path, tmp_path: Path) -> Path:
    """A copy of its own for each test."""
    return Path(shutil.copytree(first_var, tmp_path / "var"))


VICTIMS: dict[str, Callable[[Run], int]] = {
    "the run itself": lambda run: run.process.pid,
    "the helper of web": lambda run: run.helper_of(run.find("gunicorn")),
    "web": lambda run: run.find("gunicorn"),
    "worker": lambda run: run.find("config worker"),
    "beat": lambda run: run.find("config beat"),
}


@pytest.mark.parametrize("victim", VICTIMS)
def test_killing_any_process_ends_all_of_them(var: Path, victim: str) -> None:
    with running(var) as run:
        assert len(run.processes()) >= 7
        assert run.left_after((VICTIMS[victim](run), signal.SIGKILL)) == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_ending_make_ends_all_of_them(var: Path, number: int) -> None:
    with running(var, MAKE) as run:
        assert run.left_after((run.process.pid, number)) == {}


def test_a_killed_web_process_is_replaced_and_still_ends_with_the_run(var: Path) -> None:
    with running(var) as run:
        killed = run.find("gunicorn", oldest=False)
        os.kill(killed, signal.SIGKILL)
        assert run.healthy()
        assert run.find("gunicorn", oldest=False) != killed
        assert run.left_after((run.process.pid, signal.SIGINT)) == {}


def test_two_runs_on_two_ports_do_not_disturb_each_other(var: Path, first_var: Path, tmp_path: Path) -> None:
    other_var = Path(shutil.copytree(first_var, tmp_path / "other"))
    with running(var) as one, running(other_var) as other:
        assert one.healthy()
        assert other.healthy()
        assert one.left_after((one.process.pid, signal.SIGINT)) == {}
        assert other.healthy()


def test_the_address_is_printed_once_with_the_demo_accounts_and_without_noise(var: Path) -> None:
    with running(var) as run:
        text = "".join(run.output)
        assert run.healthy()
        assert text.count("http://localhost") == 1
        assert "learner@example.org" in text
        assert "mentor@example.org" in text
        assert not [line for line in run.output if "WARNING" in line or "ERROR" in line or "Traceback" in line]
