"""What web, worker and beat hold, each measured once it has done its first work."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

from accounts.models import User
from bench import servers
from bench.browser import Browser
from bench.grading import FEW_CARDS, MANY_CARDS
from bench.rows import TIMES, Row, missing

PROC = Path("/proc")
MIB = 1024 * 1024
WEB, AGAINST_BARE, FLAT = 120.0, 1.5, 1.1
ANSWERS = 5
QUIET = 0.05  # seconds of CPU in a second that a process at rest may use
PATIENCE = 60  # seconds until it rests
WHATS = ("web tree after its first answers", "the same, from few to many cards", "worker and beat, against bare ones")


def rows(var: Path, empty: Path, few: User, many: User) -> list[Row]:
    """Web for a learner with few cards and for one with many; worker and beat beside bare ones."""
    if not (PROC / "self" / "smaps_rollup").exists():
        return missing(WHATS, "this system does not tell what processes share")
    of_few, of_many = web(var, few), web(var, many)
    return [
        Row(f"web tree after its first answers, {FEW_CARDS:,} cards", of_few / MIB, WEB, "MiB"),
        Row(f"web tree after its first answers, {MANY_CARDS:,} cards", of_many / MIB, WEB, "MiB"),
        Row(f"web tree, growth from {FEW_CARDS:,} to {MANY_CARDS:,} cards", of_many / of_few, FLAT, TIMES),
        *_celery(var, empty),
    ]


def web(var: Path, user: User) -> int:
    """Bytes of the web tree after Today, the review and a few grades of one learner."""
    visitor = Visitor(user)
    with servers.web(servers.OURS["web"], servers.environment_of(var)) as (group, port):
        visitor.port = port
        visitor.get("/today/")
        visitor.fields = visitor.front(visitor.get("/study/"))
        for _ in range(ANSWERS):
            visitor.grade()
        return held_by(group)


class Visitor(Browser):
    """A browser that signs in here and then asks a server on a port."""

    port = 0

    def _call(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[str, float]:
        if not self.port:
            return super()._call(method, path, fields)
        connection = HTTPConnection("127.0.0.1", self.port, timeout=servers.PATIENCE)
        connection.request(method, path, self.body(fields), self.headers())
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        return page, 0.0


def _celery(var: Path, empty: Path) -> list[Row]:
    """All four run at the same time, so that what they share with each other counts alike."""
    found: dict[str, tuple[int, int]] = {}
    ours, bare = servers.environment_of(var), servers.empty_environment()
    with ExitStack() as stack:
        groups = {
            name: (
                stack.enter_context(servers.running(servers.OURS[name], ours)),
                stack.enter_context(servers.running(servers.of_empty(servers.OURS[name], empty), bare)),
            )
            for name in ("worker", "beat")
        }
        _call_task("--workdir platform -A config", "study.schedule_reviews", ours)
        _call_task(f"--workdir {empty} -A empty.queue", "empty.queue.nothing", bare)
        for name, (group, bare_group) in groups.items():
            rest(group)
            rest(bare_group)
            found[name] = held_by(group), held_by(bare_group)
    return [row for name, (own, theirs) in found.items() for row in _against(name, own, theirs)]


def _against(name: str, own: int, theirs: int) -> list[Row]:
    return [
        Row(f"a bare Celery {name} over the empty project", theirs / MIB, unit="MiB"),
        Row(f"our {name}", own / MIB, unit="MiB"),
        Row(f"our {name}, against the bare one", own / theirs, AGAINST_BARE, TIMES),
    ]


def _call_task(where: str, task: str, told: dict[str, str]) -> None:
    command = [sys.executable, "-m", "celery", "--quiet", *where.split(), "call", task]
    subprocess.run(command, cwd=servers.ROOT, env=told, check=True, stdout=subprocess.DEVNULL)


# --- /proc ----------------------------------------------------------------------------------------


def members(group: int) -> list[Path]:
    """The folders in /proc of a process group's members."""
    return [path for path in PROC.glob("[0-9]*") if _stat(path)[2:3] == [str(group)]]


def _stat(process: Path) -> list[str]:
    """The fields of stat after the name: state, parent, group, …; none when the process is gone."""
    try:
        return (process / "stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def held_by(group: int) -> int:
    """Bytes of a group's processes: what they share counts in part for each (PSS)."""
    return sum(pss((process / "smaps_rollup").read_text()) for process in members(group))


def pss(text: str) -> int:
    """Bytes out of the text of smaps_rollup."""
    [line] = [line for line in text.splitlines() if line.startswith("Pss:")]
    return int(line.split()[1]) * 1024


def rest(group: int) -> None:
    """Wait until a group has done something and then nothing for a second."""
    limit, before = time.monotonic() + PATIENCE, 0.0
    while time.monotonic() < limit:
        time.sleep(1)
        now = _cpu(group)
        if now > 0.3 and now - before < QUIET:
            return
        before = now


def _cpu(group: int) -> float:
    """CPU seconds used so far, at the kernel's hundredths."""
    return sum(int(ticks) for process in members(group) for ticks in _stat(process)[11:13]) / 100
