"""`make test`: every test on what it needs, in four passes, and one closing line for all of them.

Servers are the ones TEST_DATABASE_URL and TEST_REDIS_URL name, else the programs installed here, started for
the pass. What cannot run is left out and named in one line; in CI that is a failure.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests import servers  # noqa: E402

Server = AbstractContextManager[str | None]
NOTHING_COLLECTED = 5  # pytest's exit code
TOGETHER = ("-n", str(min(2, os.cpu_count() or 1)), "--dist", "loadgroup")  # two at a time, each with its own database
ONCE_MORE = ("--reruns", "1")  # a browser on a busy machine may miss a beat; what fails twice fails
CLOSING = ("failed", "passed", "skipped", "error")


class Passes:
    """Runs pytest once a pass and keeps what it counted."""

    def __init__(self, arguments: list[str]) -> None:
        self.arguments = arguments
        self.left_out: list[str] = []
        self.broken = False
        self.tally = Path(tempfile.mkstemp(prefix="recall-tally-")[1])

    def run(
        self,
        title: str,
        marks: str,
        variable: str = "",
        server: Server = nullcontext(""),  # noqa: B008
        how: tuple[str, ...] = TOGETHER,
    ) -> None:
        """One pass over the tests that `marks` selects; `variable` tells them the server's URL."""
        with server as url:
            if url is None:
                self.left_out.append(title)
                return
            print(f"\n-- {title}", flush=True)
            environment = {**os.environ, "RECALL_TEST_TALLY": str(self.tally)}
            environment |= {"TEST_DATABASE_URL": "", "TEST_REDIS_URL": ""} | ({variable: url} if variable else {})
            command = [sys.executable, "-m", "pytest", "-m", marks, *how, *self.arguments]
            code = subprocess.run(command, cwd=ROOT, env=environment).returncode
            self.broken |= code not in (0, NOTHING_COLLECTED)

    def counts(self) -> Counter[str]:
        """Outcomes of all passes together."""
        total: Counter[str] = Counter()
        for line in self.tally.read_text().splitlines():
            total.update(json.loads(line))
        self.tally.unlink()
        return total


def chromium() -> Server:
    """What the browser pass needs; it has no URL."""
    return nullcontext("" if servers.chromium() else None)


def main() -> int:
    """Run the passes, say what was left out, close as pytest does; the exit code."""
    started = time.monotonic()
    passes = Passes(sys.argv[1:])
    passes.run("The suite on SQLite", "not postgresql and not broker and not browser")
    on_postgresql = "both_databases or postgresql"
    passes.run("What meets the database, on PostgreSQL", on_postgresql, "TEST_DATABASE_URL", servers.postgres())
    passes.run("What meets the broker, on Redis", "broker", "TEST_REDIS_URL", servers.redis())
    passes.run("What meets a browser, in headless Chromium", "browser", server=chromium(), how=ONCE_MORE)
    if passes.left_out:
        print(f"\nLeft out, because its program is not installed here: {'; '.join(passes.left_out)}.")
        passes.broken |= bool(os.environ.get("CI"))
    counts = passes.counts()
    outcome = ", ".join(f"{counts[kind]} {kind}" for kind in CLOSING if counts[kind])
    print(f"\n===== {outcome or 'no tests ran'} in {time.monotonic() - started:.2f}s =====")
    return int(passes.broken or not counts["passed"])


if __name__ == "__main__":
    sys.exit(main())
