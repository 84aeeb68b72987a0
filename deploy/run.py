"""`make run`: prepare, then web, worker and beat of the Procfile until one of them ends or somebody stops them.

No process of a run outlives it. Ctrl-C, a TERM signal or the end of any process stop all. For the rest, this
process holds a lock as long as it lives, and every other one watches it (config.lifeline): killed with -9, it
cannot stop them, but the kernel gives the lock away and they end by themselves.
"""
from __future__ import annotations

import fcntl
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer

ROOT = Path(__file__).resolve().parents[1]
STOPPED = (128 + signal.SIGINT, 128 + signal.SIGTERM)  # as somebody asked
PATIENCE = 10  # seconds an earlier run of this folder may take to end


def main() -> int:
    """Run until stopped; the exit code."""
    var = Path(os.environ.get("RECALL_VAR") or ROOT / "var").resolve()
    var.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.chdir(ROOT)
    os.environ |= environment(var)
    lock = _lock(var / "run.lock")
    if code := _prepare():
        return code
    multiprocessing.set_start_method("fork")  # honcho needs it, and newer Pythons have another default
    processes = Processes(Printer(sys.stdout, prefix=False))
    for name, command in parse_procfile(Path("Procfile").read_text()).processes.items():
        processes.add_process(name, command)
    processes.loop()
    lock.close()
    return 0 if processes.returncode in STOPPED else int(processes.returncode or 0)


def environment(var: Path) -> dict[str, str]:
    """What every process of the run is told."""
    return {
        "RECALL_VAR": str(var),
        "RECALL_RUN_LOCK": str(var / "run.lock"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PORT": os.environ.get("PORT") or "8000",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CELERY_SKIP_CHECKS": "true",  # prepare has made them; they cost a third of a worker's memory
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",  # on one's own machine it is noise
    }


def _lock(path: Path) -> IO[str]:
    """The run's lock. It belongs to this process alone: unlike flock's, it does not pass to forked ones."""
    file = path.open("w")
    for _ in range(PATIENCE * 10):
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            time.sleep(0.1)
        else:
            return file
    sys.exit(
        f"Another run uses {path.parent}. Stop it first, or give this one a folder of its own: "
        "make run PORT=8001 RECALL_VAR=/path/to/folder"
    )


def _prepare() -> int:
    """Database, curriculum, static files, demo accounts, in one Django process; its exit code."""
    with subprocess.Popen([sys.executable, "manage.py", "prepare"], start_new_session=True) as preparing:

        def give_up(number: int, frame: FrameType | None) -> None:
            preparing.terminate()
            sys.exit(128 + number)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, give_up)
        return preparing.wait()


class Processes(Manager):  # type: ignore[misc]
    """honcho's manager without its chatter, which also notices what honcho does not.

    honcho forks a helper for each process and hears of the process from its helper alone.
    """

    parent = os.getppid()

    def _any_stopped(self) -> bool:
        for process in self._processes.values():
            if not process["process"].is_alive() and "returncode" not in process:
                self._procmgr.terminate(process["pid"])
                process["returncode"] = self.returncode = 1
                print("A process of the run was killed, so Recall stops.", file=sys.stderr, flush=True)
        if "MAKELEVEL" in os.environ and os.getppid() != self.parent:
            self.terminate()  # make was killed
        return bool(super()._any_stopped())

    def _system_print(self, data: str) -> None:
        if "stopped" in data and not self._terminating:
            print(f"The {data.split()[0]} process has ended, so Recall stops.", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
