"""What can be wrong before the first request is said in one sentence."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests import servers

ROOT = Path(__file__).resolve().parents[1]
START = ROOT / "deploy" / "start.py"


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def start() -> ModuleType:
    return load(START)


def run_with(**variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run([sys.executable, START, "run"], env=environment, capture_output=True, text=True, timeout=60)


def test_an_old_python_can_read_the_script_that_refuses_it() -> None:
    ast.parse(START.read_text(), feature_version=(3, 6))


def test_an_old_python_is_named_with_what_is_needed(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "OLDEST", (99, 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; .* is 3\.1\d"):
        start.check_python()


def test_a_python_without_venv_is_told_what_to_install(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "runs", lambda *command: False)
    monkeypatch.setattr(start.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"its venv module is not installed\. .* apt install python3\.\d+-venv"):
        start.make_venv()


def test_an_install_without_network_says_that_only_the_first_one_needs_it(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "quietly", lambda *command: SimpleNamespace(returncode=1, stdout=""))
    with pytest.raises(SystemExit, match="The first start needs the network, later ones do not"):
        start.install("requirements.txt")


def test_a_port_in_use_is_named_before_anything_is_written(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run_with(PORT=str(port), RECALL_VAR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == f"Port {port} is in use by another program. Choose another port: make run PORT={port + 1}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    done = run_with(PORT=port, RECALL_VAR=str(tmp_path))
    assert done.returncode == 1
    assert "must be a number from 1 to 65535" in done.stderr


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run_with(PORT=str(servers.free_port()), RECALL_VAR=str(tmp_path / "file" / "var"))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Recall keeps its database in {tmp_path}/file/var and cannot write there: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_left_alone() -> None:
    MigrationRecorder(connection).record_applied("study", "9999_the_future")
    with pytest.raises(CommandError, match=r"newer version of Recall \(study\.9999_the_future is not known here\)"):
        call_command("prepare")


def gunicorn(**variables: str) -> subprocess.CompletedProcess[str]:
    bind = f"0.0.0.0:{servers.free_port()}"
    options = ["--chdir", "platform", "-c", "deploy/gunicorn.py", "-b", bind]
    command = [sys.executable, "-m", "gunicorn", *options, "config.wsgi"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **variables}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def test_listening_beyond_this_machine_with_the_defaults_is_refused() -> None:
    done = gunicorn()
    assert done.returncode != 0
    assert "set SECRET_KEY and ALLOWED_HOSTS and EMAIL_URL first." in done.stderr
    assert "Traceback" not in done.stderr


def test_listening_beyond_this_machine_needs_all_of_them() -> None:
    known = {"SECRET_KEY": "s" * 60, "EMAIL_URL": "consolemail://"}
    assert "with its defaults: set ALLOWED_HOSTS first." in gunicorn(**known).stderr


def test_listening_beyond_this_machine_with_mail_that_pages_show_is_refused() -> None:
    known = {"SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": "recall.example.org"}
    assert "with its defaults: set EMAIL_URL first." in gunicorn(**known).stderr


NAMES = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "HTTPS")


def settings_with(var: Path, *names: str, **variables: str) -> list[object]:
    """Some settings as a process of its own would have them."""
    kept = {name: value for name, value in os.environ.items() if name not in (*NAMES, "DJANGO_SETTINGS_MODULE")}
    code = f"import json; from config import settings; print(json.dumps([getattr(settings, n) for n in {names}]))"
    environment = {**kept, "PYTHONPATH": str(ROOT / "platform"), "RECALL_VAR": str(var), **variables}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("variables", "demo_accounts", "shown_mail"),
    [
        ({}, True, True),
        ({"ALLOWED_HOSTS": "localhost,127.0.0.1"}, True, True),
        ({"SECRET_KEY": "s" * 60}, False, True),
        ({"EMAIL_URL": "smtp://mail.example.org"}, True, False),
        ({"ALLOWED_HOSTS": "recall.example.org"}, False, False),
        ({"ALLOWED_HOSTS": "*"}, False, False),
        ({"HTTPS": "1"}, False, False),
        ({"TRUSTED_PROXIES": "1"}, False, False),
    ],
)
def test_demo_accounts_and_shown_mail_are_for_one_person_on_one_machine(
    tmp_path: Path, variables: dict[str, str], demo_accounts: bool, shown_mail: bool
) -> None:
    assert settings_with(tmp_path, "EMBEDDED", "MAIL_IS_LOCAL", **variables) == [demo_accounts, shown_mail]


def test_behind_tls_no_cookie_travels_without_it(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    assert settings_with(tmp_path, *names, HTTPS="1") == ["__Host-sessionid", "__Host-csrftoken", True, True]
    a_year = 365 * 24 * 60 * 60
    assert settings_with(tmp_path, "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", HTTPS="1") == [True, a_year]
    header = settings_with(tmp_path, "SECURE_PROXY_SSL_HEADER", HTTPS="1", TRUSTED_PROXIES="1")
    assert header == [["HTTP_X_FORWARDED_PROTO", "https"]]


def test_a_statement_of_a_page_is_given_up_before_the_request_is(tmp_path: Path) -> None:
    variables = {"DATABASE_URL": "postgres://127.0.0.1/recall", "RECALL_ROLE": "web"}
    [databases] = settings_with(tmp_path, "DATABASES", **variables)
    assert "statement_timeout=20s" in databases["default"]["OPTIONS"]["options"]  # type: ignore[index,call-overload]
    assert load(ROOT / "deploy" / "gunicorn.py").timeout > 20


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        (("127.0.0.1", 8000), True),
        (("::1", 8000), True),
        (("localhost", 8000), True),
        ("/run/recall.sock", True),
        (("0.0.0.0", 8000), False),
        (("::", 8000), False),
        (("192.0.2.7", 8000), False),
        (("recall.example.org", 8000), False),
        (3, False),
    ],
)
def test_which_addresses_are_this_machine(address: object, loopback: bool) -> None:
    assert load(ROOT / "deploy" / "gunicorn.py")._is_loopback(address) is loopback
