"""Counting what reaches the default database, and letting one statement of it fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db import InterfaceError, OperationalError, connection

COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements of the block, in order; BEGIN, COMMIT, savepoints and PRAGMA are not among them."""
    seen: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.lstrip(" (\n").upper().startswith(COUNTED):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


@dataclass
class Failure:
    """Whether the statement that was to fail came up."""

    reached: bool = False


def refused() -> None:
    """The statement alone fails: a lock that is not given, a disk that is full."""
    raise OperationalError("refused by a test")


def lost() -> None:
    """The connection to a server is gone, and with it whatever was not committed."""
    connection.connection.close()
    connection.errors_occurred = True
    raise InterfaceError("lost by a test")


@contextmanager
def failing(number: int, fail: Callable[[], None], *, unheard: bool = False) -> Iterator[Failure]:
    """`fail` instead of the statement of that number, from 1; BEGIN, savepoints and COMMIT count as statements.

    `unheard`: only COMMITs count, and `fail` comes after that one, so that all is stored and nobody hears of it.
    """
    failure, numbers, commit = Failure(), count(1), connection._commit

    def meet(execute: Callable[..., Any], *arguments: Any) -> Any:
        if (unheard and execute is not commit) or next(numbers) != number:
            return execute(*arguments)
        failure.reached = True
        if unheard:
            execute(*arguments)
        return fail()

    connection._commit = lambda: meet(commit)  # type: ignore[method-assign]
    try:
        with connection.execute_wrapper(meet):
            yield failure
    finally:
        del connection._commit
        connection.close_if_unusable_or_obsolete()  # as Django does after every request
