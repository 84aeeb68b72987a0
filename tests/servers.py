"""Servers for the tests: the ones the environment names, else our own on free ports, else none.

What is started here lives in a temporary folder and is stopped by whoever started it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
POSTGRES_FOLDERS = "/usr/lib/postgresql"  # Debian keeps initdb and postgres off the PATH


def chromium() -> str | None:
    """The browser's path, or None when there is none."""
    return next((path for name in CHROMIUMS if (path := shutil.which(name))), None)


def free_port() -> int:
    """A port of the loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres() -> Iterator[str | None]:
    """A URL: TEST_DATABASE_URL, or a server of our own, or None when PostgreSQL is not installed."""
    if named := os.environ.get("TEST_DATABASE_URL"):
        yield named
    elif (binaries := postgres_binaries()) is None:
        yield None
    else:
        with tempfile.TemporaryDirectory(prefix="recall-pg-") as folder, own_postgres(binaries, Path(folder)) as url:
            yield url


@contextmanager
def redis() -> Iterator[str | None]:
    """A URL: TEST_REDIS_URL, or a server of our own, or None when Redis is not installed."""
    if named := os.environ.get("TEST_REDIS_URL"):
        yield named
    elif (program := shutil.which("redis-server") or shutil.which("valkey-server")) is None:
        yield None
    else:
        with tempfile.TemporaryDirectory(prefix="recall-redis-") as folder, own_redis(program, Path(folder)) as url:
            yield url


def postgres_binaries() -> Path | None:
    """The folder of initdb and pg_ctl, or None when PostgreSQL is not installed."""
    if path := shutil.which("initdb"):
        return Path(path).resolve().parent
    found = sorted(Path(POSTGRES_FOLDERS).glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def own_postgres(binaries: Path, folder: Path) -> Iterator[str]:
    """The URL of our own PostgreSQL in the folder, stopped at the end."""
    server = Postgres(binaries, folder)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


class Postgres:
    """A PostgreSQL of our own in a folder; it refuses root, so root lends it another user."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries, self.folder = binaries, folder
        self.port, self.user = free_port(), _unprivileged()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/test_recall"
        if self.user:
            os.chown(folder, pwd.getpwnam(self.user).pw_uid, -1)
        made = ["-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        _run([binaries / "initdb", *made], folder, self.user)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._control("-o", options, "start")

    def stop(self) -> None:
        """Stop it as a crash would: every connection breaks at once."""
        self._control("-m", "immediate", "stop")

    def _control(self, *words: str) -> None:
        control = [self.binaries / "pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log"]
        _run([*control, *words], self.folder, self.user)


@contextmanager
def own_redis(program: str, folder: Path) -> Iterator[str]:
    """Our own Redis in the folder, stopped at the end."""
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "ready to accept connections" in line.lower():
                break
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.stdout.read()


def _unprivileged() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _run(command: list[str | Path], folder: Path, user: str | None) -> None:
    done = subprocess.run(command, cwd=folder, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr.strip()}")
