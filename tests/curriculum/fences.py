"""One runner for each fence of an output card: what its code shows last, as a person at the prompt would see it.

SQL shows a single value, or for a statement without one its command tag, such as COMMIT, or an error's SQLSTATE.
On PostgreSQL every card has a schema of its own, in a database that these tests made.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager

import psycopg
from psycopg.conninfo import make_conninfo

from curriculum.lint.code import statements

PATIENCE = 10  # seconds that a statement may take, and a lock be waited for
# Never what a card asks for: SQL that is wrong in itself, and a statement that took longer than our patience.
FAULTS = ("42", psycopg.errors.QueryCanceled.sqlstate)
PAUSE = 0.005  # seconds between two looks at who waits; it decides nothing
Rows = list[list[str]]


def run_python(code: str) -> str:
    """What the code prints; of a last line that is an expression, its value."""
    lines = code.rstrip().splitlines()
    printed = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=20)
    assert printed.returncode == 0, printed.stderr
    if printed.stdout.strip():
        return printed.stdout.strip()
    last = "\n".join([*lines[:-1], f"print(repr({lines[-1]}))"])
    return subprocess.run([sys.executable, "-I", "-c", last], capture_output=True, text=True, timeout=20).stdout.strip()


def run_sqlite(code: str, setup: str = "") -> str:
    """The single value that the last statement returns."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        for statement in statements(f"{setup}\n{code}"):
            rows = [["NULL" if value is None else str(value) for value in row] for row in database.execute(statement)]
    return only(rows)


def run_postgresql(code: str, setup: str, database: str) -> str:
    """What the last statement shows."""
    with own_schema(database, setup) as conninfo, psycopg.connect(conninfo, autocommit=True) as connection:
        return only(shown(connection, code))


def run_sessions(code: str, setup: str, database: str) -> str:
    """What is shown last by lines in turn of `A> ` and `B> `, each a session; one that waited shows when it ends."""
    history: list[Rows] = []
    with own_schema(database, setup) as conninfo, Session(conninfo) as a, Session(conninfo) as b:
        for line in code.strip().splitlines():
            speaker, other = (a, b) if line.startswith("A> ") else (b, a)
            speaker.send(line[len("A> ") :])
            settle(database, a, b)
            history += [session.take() for session in (speaker, other) if session.has_shown]
        history += [session.take() for session in (a, b) if session.statement]
    return only(history[-1])


def only(rows: Rows) -> str:
    """The value of a result that has just one."""
    assert [len(row) for row in rows] == [1], rows
    return rows[0][0]


def shown(connection: psycopg.Connection, code: str) -> Rows:
    """What the last statement of the code shows; an error stops none of those after it, as at a prompt."""
    for statement in statements(code):
        try:
            cursor = connection.execute(statement)
        except psycopg.Error as error:
            if error.sqlstate is None or error.sqlstate.startswith(FAULTS):
                raise
            rows = [[error.sqlstate]]
        else:
            rows = _values(cursor) if cursor.description else [[str(cursor.statusmessage)]]
    return rows


def _values(cursor: psycopg.Cursor) -> Rows:
    """The rows in the words of the server, not in Python's."""
    result = cursor.pgresult
    cells = [[result.get_value(row, column) for column in range(result.nfields)] for row in range(result.ntuples)]
    return [["NULL" if cell is None else cell.decode() for cell in row] for row in cells]


@contextmanager
def own_database(server: str) -> Iterator[str]:
    """A new database on the server, and how to connect to it; it is dropped at the end."""
    name = f"test_cards_{os.getpid()}"
    with psycopg.connect(server, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield make_conninfo(server, dbname=name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def own_schema(database: str, setup: str) -> Iterator[str]:
    """How to connect to a new schema in which the set-up has run; it is dropped at the end."""
    options = f"-c search_path=card -c statement_timeout={PATIENCE}s -c default_transaction_isolation=read\\ committed"
    conninfo = make_conninfo(database, options=options)
    with psycopg.connect(conninfo, autocommit=True) as owner:
        owner.execute("CREATE SCHEMA card")
        try:
            for statement in statements(setup):
                owner.execute(statement)
            yield conninfo
        finally:
            owner.execute("DROP SCHEMA card CASCADE")


class Session:
    """A connection with a thread of its own, so that its statement may wait while the other session goes on."""

    def __init__(self, conninfo: str) -> None:
        self.connection = psycopg.connect(conninfo, autocommit=True)
        self.thread = ThreadPoolExecutor(1)
        self.statement: Future[Rows] | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.cancel_safe()  # what still waits, when a card has gone wrong
        self.thread.shutdown()
        self.connection.close()

    @property
    def has_shown(self) -> bool:
        return self.statement is not None and self.statement.done()

    def send(self, line: str) -> None:
        assert self.statement is None, f"the session still waits and cannot take: {line}"
        self.statement = self.thread.submit(shown, self.connection, line)

    def take(self) -> Rows:
        done, self.statement = self.statement, None
        return done.result()


def settle(database: str, a: Session, b: Session) -> None:
    """Return when each session is at its prompt again, or one of them waits for a lock that the other holds.

    When both wait, PostgreSQL finds the deadlock and ends it after `deadlock_timeout`.
    """
    with psycopg.connect(database, autocommit=True) as watcher:
        while busy := [session for session in (a, b) if session.statement and not session.statement.done()]:
            if len(busy) == 1 and _waits(watcher, *busy, b if busy == [a] else a):
                return
            wait([session.statement for session in busy], timeout=PAUSE, return_when=FIRST_COMPLETED)


def _waits(watcher: psycopg.Connection, session: Session, holder: Session) -> bool:
    pids = [each.connection.info.backend_pid for each in (holder, session)]
    return bool(watcher.execute("SELECT %s = ANY(pg_blocking_pids(%s))", pids).fetchone()[0])
