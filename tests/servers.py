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
    elif (binaries := _postgres_binaries()) is None:
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


def _postgres_binaries() -> Path | None:
    if path := shutil.which("initdb"):
        return Path(path).resolve().parent
    found = sorted(Path(POSTGRES_FOLDERS).glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def own_postgres(binaries: Path, folder: Path) -> Iterator[str]:
    """Our own PostgreSQL in the folder, stopped at the end; it refuses root, so root lends it another user."""
    port, user = free_port(), _unprivileged()
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    data = folder / "data"
    _run([binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"], folder, user)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    _run([*control, "-o", options, "start"], folder, user)
    try:
        yield f"postgres://postgres@127.0.0.1:{port}/test_recall"
    finally:
        _run([*control, "-m", "immediate", "stop"], folder, user)


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
