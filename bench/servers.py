"""Processes as the Procfile starts them, and an empty Django project beside them; each in a group of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from django.core.management import call_command
from honcho.environ import parse_procfile

from deploy.run import environment
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[1]
OURS = parse_procfile((ROOT / "Procfile").read_text()).processes
PATIENCE = 60  # seconds
GRACE = 5
EMPTY_CELERY = '''"""An application of Celery with nothing to do."""
from celery import Celery

app = Celery("empty")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.task
def nothing():
    pass
'''
EMPTY_SETTINGS = """
CELERY_BROKER_URL = "filesystem://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "data_folder_in": str(BASE_DIR / "broker"), "data_folder_out": str(BASE_DIR / "broker"),
    "control_folder": str(BASE_DIR / "control"), "polling_interval": 0.5,
}
CELERY_BEAT_SCHEDULE = {"nothing": {"task": "empty.queue.nothing", "schedule": 60.0}}
CELERY_BEAT_SCHEDULE_FILENAME = str(BASE_DIR / "schedule")
"""


def environment_of(var: Path) -> dict[str, str]:
    """What `make run` tells its processes, but for the lock that they would watch."""
    told = {**os.environ, **environment(var), "PYTHONPATH": str(ROOT / "platform")}
    del told["RECALL_RUN_LOCK"]
    return told


def make_empty(folder: Path) -> Path:
    """What `django-admin startproject` makes, migrated, with Celery beside it; its folder."""
    project = folder / "empty"
    (project / "broker").mkdir(parents=True)
    (project / "control").mkdir()
    call_command("startproject", "empty", str(project))
    (project / "empty" / "queue.py").write_text(EMPTY_CELERY)
    with (project / "empty" / "settings.py").open("a") as settings:
        settings.write(EMPTY_SETTINGS)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=project, env=empty_environment(), check=True)
    return project


def empty_environment() -> dict[str, str]:
    """The same for the empty project; platform/ is on the path for gunicorn's settings, which end a lost run."""
    told = environment_of(Path("unused"))
    return {**told, "DJANGO_SETTINGS_MODULE": "empty.settings"}


def of_empty(command: str, project: Path) -> str:
    """A line of the Procfile, meant for the empty project instead."""
    for ours, theirs in (
        ("--chdir platform", f"--chdir {project}"),
        ("config.wsgi", "empty.wsgi"),
        ("--workdir platform -A config", f"--workdir {project} -A empty.queue"),
    ):
        command = command.replace(ours, theirs)
    return command


@contextmanager
def running(command: str, told: Mapping[str, str]) -> Iterator[int]:
    """A shell's command in a process group of its own; the group's id. All of it is gone afterwards."""
    process = subprocess.Popen(
        ["/bin/sh", "-c", command], cwd=ROOT, env=told, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process.pid
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(GRACE)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


@contextmanager
def web(command: str, told: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """gunicorn on a free port: (its group, the port). It answers when the block begins."""
    port = free_port()
    with running(command, {**told, "PORT": str(port)}) as group:
        first_answer(port)
        yield group, port


def first_answer(port: int) -> None:
    """Wait until the landing page is answered."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.002)
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/", headers={"Host": "localhost"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"The first answer was {answer.status}.")
