"""Starting `make run` in a test, and seeing every process that belongs to it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import servers

ROOT = Path(__file__).resolve().parents[2]
PROC = Path("/proc")
STARTS_WITHIN = 120  # seconds
ENDS_WITHIN = 10


class Run:
    """A run of this checkout on a free port, with everything it writes in `var`."""

    def __init__(self, var: Path, command: list[str] | None = None, **settings: str) -> None:
        self.var, self.port, self.settings = var, servers.free_port(), settings
        self.command = command or [sys.executable, "deploy/start.py", "run"]
        self.output: list[str] = []

    def start(self) -> None:
        """Start it and wait for the line with the address."""
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self._environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        watchdog = threading.Timer(STARTS_WITHIN, self.stop)
        watchdog.start()
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line)
            if f"http://localhost:{self.port}/" in line:
                watchdog.cancel()
                return
        watchdog.cancel()
        raise AssertionError(f"the run did not start:\n{''.join(self.output)}")

    def _environment(self) -> dict[str, str]:
        dropped = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "MAKELEVEL", "MAKEFLAGS", "MFLAGS")
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        return {**kept, "RECALL_VAR": str(self.var), "PORT": str(self.port), **self.settings}

    def manage(self, *words: str) -> str:
        """What `manage.py` prints in the environment of the run."""
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self._environment(), capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def processes(self) -> dict[int, str]:
        """Every living process of the run: process number and command line."""
        return {pid: _words(pid) for pid in map(int, filter(str.isdigit, os.listdir(PROC))) if self._owns(pid)}

    def _owns(self, pid: int) -> bool:
        try:
            marked = f"RECALL_VAR={self.var}".encode() in (PROC / str(pid) / "environ").read_bytes().split(b"\0")
            return marked and (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    def find(self, word: str, oldest: bool = True) -> int:
        """The oldest (or youngest) process with the word in its command line."""
        found = [pid for pid, command in sorted(self.processes().items()) if word in command]
        return found[0 if oldest else -1]

    def helper_of(self, pid: int) -> int:
        """The parent."""
        return int((PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])

    def left_after(self, act: object, seconds: float = ENDS_WITHIN) -> dict[int, str]:
        """What is left of the run some seconds after the signal `act = (pid, number)`, at once when nothing is."""
        watched = [os.pidfd_open(pid) for pid in self.processes()]
        os.kill(*act)  # type: ignore[misc]
        for descriptor in watched:
            select.select([descriptor], [], [], seconds)
            os.close(descriptor)
        return self.processes()

    def healthy(self) -> bool:
        """Whether /healthz answers 200."""
        with urllib.request.urlopen(f"http://localhost:{self.port}/healthz", timeout=10) as response:
            return bool(response.status == 200)

    def stop(self) -> None:
        """End whatever is left, so that a failing test leaves nothing either."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def _words(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


@contextmanager
def running(var: Path, command: list[str] | None = None, **settings: str) -> Iterator[Run]:
    """A run that has printed its address; nothing of it is left after the block. `settings` join its environment."""
    run = Run(var, command, **settings)
    try:
        run.start()
        yield run
    finally:
        run.stop()
