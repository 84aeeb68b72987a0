"""A process of a run ends with the run, however the run ended."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
import time
from pathlib import Path

GRACE = 3  # seconds for what is in flight


def hold() -> None:
    """Where `make run` started this process, end its process group as soon as the run is gone.

    RECALL_RUN_LOCK names the file whose lock the run holds while it lives; a thread waits for it to be free.
    """
    if path := os.environ.get("RECALL_RUN_LOCK"):
        threading.Thread(target=_end_with, args=[Path(path)], name="lifeline", daemon=True).start()


def _end_with(path: Path) -> None:
    with path.open() as file:
        fcntl.lockf(file, fcntl.LOCK_SH)
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE)
    os.killpg(0, signal.SIGKILL)
