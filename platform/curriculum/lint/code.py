"""Whether code in a fence could run: Python, JSON and SQL are parsed, other languages only have to have a name."""

from __future__ import annotations

import ast
import json
import re
import sqlite3
import textwrap
import warnings
from collections.abc import Callable

from curriculum.markdown import lexer_of

SESSIONS = "postgresql-sessions"
SESSION_LINE = re.compile(r"[AB]> ")
# What a statement may begin with.
OPENERS = (
    "abort alter analyze begin call checkpoint close cluster comment commit copy create deallocate declare delete "
    "do drop end execute explain fetch grant insert listen lock merge notify prepare reindex release reset revoke "
    "rollback savepoint select set show start table truncate unlisten update vacuum values with"
)
STATEMENTS = frozenset(OPENERS.split())
STRAY = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$.*?\$\1\$""",
    re.DOTALL,
)
SQLITE_SYNTAX = re.compile(r"syntax error|incomplete input|unrecognized token")


def fault(language: str, code: str) -> str:
    """A sentence about what is wrong with the code, or ""."""
    if not language:
        return "The code names no language."
    if lexer_of(language) is None:
        return f"“{language}” is no language we can colour."
    problem = PARSERS.get(language, _anything)(textwrap.dedent(code))
    return f"The {language} does not parse: {problem}." if problem else ""


def _anything(_: str) -> str:
    return ""


def _python(code: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except SyntaxError as error:
        return f"{error.msg}, line {error.lineno}"
    except (ValueError, RecursionError, MemoryError):
        return "Python cannot read it"
    return ""


def _json(code: str) -> str:
    try:
        json.loads(code)
    except json.JSONDecodeError as error:
        return f"{error.msg}, line {error.lineno}"
    except (ValueError, RecursionError):
        return "JSON cannot hold it"
    return ""


def _sql(code: str) -> str:
    bare = STRAY.sub(lambda match: " " if match[0].startswith(("--", "/*")) else "x", code)
    if "'" in bare or '"' in bare or "$$" in bare:
        return "a quote is not closed"
    if bare.count("(") != bare.count(")"):
        return "a bracket is not closed"
    for statement in bare.split(";"):
        found = statement.split()
        if found and (word := found[0].lstrip("(").casefold()) not in STATEMENTS:
            return f"no statement begins with “{word}”"
    return ""


def _sqlite(code: str) -> str:
    """EXPLAIN compiles a statement without running it; a missing table is no fault of the syntax."""
    connection = sqlite3.connect(":memory:")
    try:
        for statement in statements(code):
            prefix = "" if statement.casefold().startswith("explain") else "EXPLAIN "
            try:
                connection.execute(prefix + statement)
            except sqlite3.Error as error:
                if SQLITE_SYNTAX.search(str(error)):
                    return str(error)
    finally:
        connection.close()
    return ""


def statements(code: str) -> list[str]:
    """The SQL cut where its statements end; a comment goes with the statement that follows it."""
    found, pending = [], ""
    for part in re.split(r"(?<=;)", code):
        pending += part
        if sqlite3.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    rest = STRAY.sub(lambda match: "" if match[0].startswith(("--", "/*")) else match[0], pending)
    return found + [pending.strip()] * bool(rest.strip())


def _sessions(code: str) -> str:
    for line in code.strip().splitlines():
        if not SESSION_LINE.match(line):
            return f"“{line}” does not begin with A> or B>"
        if problem := _sql(line[3:]):
            return problem
    return ""


PARSERS: dict[str, Callable[[str], str]] = {
    "python": _python,
    "json": _json,
    "sql": _sql,
    "postgresql": _sql,
    "sqlite": _sqlite,
    SESSIONS: _sessions,
}
