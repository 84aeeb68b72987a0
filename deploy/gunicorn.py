"""gunicorn's settings, from the environment alone."""
from __future__ import annotations

import ipaddress
import os
import sys
from typing import Any

bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
threads = 4  # config.settings.WEB_THREADS: PostgreSQL's pool has as many connections and two more
workers = int(os.environ.get("WEB_CONCURRENCY") or (2 if os.environ.get("DATABASE_URL") else 1))
max_requests = 20_000
max_requests_jitter = 5_000
timeout = 30
graceful_timeout = 4  # honcho kills after 5
keepalive = 5
loglevel = "warning"
control_socket_disable = True  # it would lie in the home directory
forwarded_allow_ips = "*" if int(os.environ.get("TRUSTED_PROXIES") or 0) else ""


def on_starting(server: Any) -> None:
    """Refuse to listen beyond this machine with the settings of the embedded default, its mail included."""
    missing = [name for name in ("SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_URL") if not os.environ.get(name)]
    beyond = [str(address) for address in server.cfg.address if not _is_loopback(address)]
    if beyond and missing:
        sys.exit(
            f"Recall does not listen beyond this machine ({', '.join(beyond)}) with its defaults: "
            f"set {' and '.join(missing)} first."
        )


def _is_loopback(address: Any) -> bool:
    if isinstance(address, str):  # a Unix socket's path
        return True
    if not isinstance(address, tuple):
        return False
    try:
        return address[0] == "localhost" or ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return False


def post_fork(server: Any, worker: Any) -> None:
    """Tie the worker, and through its process group gunicorn itself, to the run."""
    from config import lifeline

    lifeline.hold()


def post_worker_init(worker: Any) -> None:
    """Say where, once: now the application is loaded and whoever connects is answered."""
    if worker.age == 1 and os.environ.get("RECALL_RUN_LOCK"):
        print(f"\n  http://localhost:{os.environ['PORT']}/\n\nCtrl-C stops it.", flush=True)
