"""Behind every word of the Makefile: make .venv, fill it with the locked packages, hand over to the command.

`bench` measures against another program, too; that one gets a folder of its own, .venv-bench.

This file must be readable for Python 3.6, so that an old Python can say that it is too old. Standard library only.
"""
import errno
import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV, RIVAL = os.path.join(ROOT, ".venv"), os.path.join(ROOT, ".venv-bench")
OLDEST = (3, 11)
RUN, DEVELOP = ["requirements.txt"], ["requirements.txt", "requirements-dev.txt"]
COMMANDS = {  # word: the locks it needs, the script it hands over to
    "run": (RUN, "deploy/run.py"),
    "test": (DEVELOP, "tests/run.py"),
    "check": (DEVELOP, "tests/checks/run.py"),
    "bench": (DEVELOP, "bench/run.py"),
}


def main() -> None:
    """Look at what can be wrong, then become the command."""
    word = sys.argv[1] if len(sys.argv) > 1 else "run"
    if word not in COMMANDS:
        stop(f"There is no command {word!r}; there are {', '.join(COMMANDS)}.")
    locks, script = COMMANDS[word]
    check_python()
    if word == "run":
        check_port()
        check_folder(os.path.abspath(os.environ.get("RECALL_VAR") or os.path.join(ROOT, "var")))
    fill_venv([os.path.join(ROOT, lock) for lock in locks])
    if word == "bench":
        fill_rival()
    python = python_of(VENV)
    os.execv(python, [python, os.path.join(ROOT, script), *sys.argv[2:]])


def python_of(venv: str) -> str:
    """The Python of a virtual environment."""
    return os.path.join(venv, "bin", "python")


def stop(sentence: str) -> None:
    """Say why, on one line, and end."""
    sys.stdout.flush()
    sys.exit(sentence)


def check_python() -> None:
    """Python must be new enough."""
    if sys.version_info < OLDEST:
        stop(
            f"Recall needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}. "
            "Install a newer one, or name one you have: make run PYTHON=/path/to/python3.11"
        )


def check_port() -> None:
    """The port must be free: looked at now, before anything is installed or migrated."""
    text = os.environ.get("PORT") or "8000"
    if not (text.isdigit() and 0 < int(text) < 65536):
        stop(f"PORT is {text!r}; it must be a number from 1 to 65535. For example: make run PORT=8001")
    port = int(text)
    other = f"Choose another port: make run PORT={port + 1 if 1024 < port < 65535 else 8001}"
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            stop(f"Port {port} cannot be opened: {error.strerror}. {other}")
        stop(f"Port {port} is in use by another program. {other}")
    if answers(port):
        stop(f"Port {port} is in use by another program. {other}")


def answers(port: int) -> bool:
    """Whether anything listens where `localhost` leads a browser; it may lead to ::1 first."""
    try:
        socket.create_connection(("localhost", port), timeout=1).close()
    except OSError:
        return False
    return True


def check_folder(folder: str) -> None:
    """The folder of the database must be writable; it is made when it is missing."""
    try:
        os.makedirs(folder, 0o700, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        stop(
            f"Recall keeps its database in {folder} and cannot write there: {error.strerror}. "
            "Make the folder writable, or name another: make run RECALL_VAR=/path/to/folder"
        )


def fill_venv(locks: list, venv: str = VENV) -> None:
    """Install what is not installed yet; one at a time, for `make run` and `make test` may start together."""
    with open(locks[0]) as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        missing = [lock for lock in locks if not is_installed(lock, venv)]
        if missing:
            make_venv(venv)
            name = os.path.basename(venv)
            print(f"Installing packages into {name}. This happens once and may take a minute.", flush=True)
        for lock in missing:
            install(lock, venv)
            with open(stamp(lock, venv), "w") as file:
                file.write(fingerprint(lock, venv))


def fill_rival() -> None:
    """What `make bench` measures against; without it the other rows are measured all the same."""
    try:
        fill_venv([os.path.join(ROOT, "requirements-bench.txt")], RIVAL)
    except SystemExit as why:
        print(why, flush=True)


def stamp(lock: str, venv: str) -> str:
    """The file that says what was installed."""
    return os.path.join(venv, "installed-" + os.path.basename(lock))


def is_installed(lock: str, venv: str) -> bool:
    """Whether the environment holds just this lock; no network and no pip is needed to know."""
    try:
        with open(stamp(lock, venv)) as file:
            return file.read() == fingerprint(lock, venv) and os.access(python_of(venv), os.X_OK)
    except OSError:
        return False


def fingerprint(lock: str, venv: str) -> str:
    """Changes with the lock, with the Python and with the place of the folder."""
    with open(lock, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    return f"{digest} {sys.version.split()[0]} {venv}"


def make_venv(venv: str = VENV) -> None:
    """Make the environment, unless the one that is there works and belongs to the same Python."""
    version = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r})"
    uv, python = shutil.which("uv"), python_of(venv)
    if runs(python, "-c", version) and (uv or runs(python, "-m", "pip", "--version")):
        return
    if not uv and not runs(sys.executable, "-c", "import ensurepip, venv"):
        stop(
            f"{sys.executable} cannot make virtual environments: its venv module is not installed. "
            f"On Debian and Ubuntu: apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        )
    done = quietly(sys.executable, "-m", "venv", "--clear", *(["--without-pip"] if uv else []), venv)
    if done.returncode:
        reason = (done.stdout.strip().splitlines() or ["no reason given"])[-1]
        stop(f"The virtual environment {venv} could not be made: {reason}")


def install(lock: str, venv: str = VENV) -> None:
    """Install the lock with uv where there is one, else with pip; every file is checked against its hash."""
    if shutil.which("uv"):
        command = ["uv", "pip", "install", "-q", "--python", python_of(venv), "--compile-bytecode"]
    else:
        command = [python_of(venv), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries", "2"]
    done = quietly(*command, "--require-hashes", "-r", lock)
    if done.returncode:
        print(done.stdout, end="")
        stop(
            "The packages could not be installed; the lines above say why. "
            "The first start needs the network, later ones do not."
        )


def quietly(*command: str) -> subprocess.CompletedProcess:
    """Run the command and keep what it prints."""
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def runs(*command: str) -> bool:
    """Whether the command ends well."""
    try:
        return quietly(*command).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
