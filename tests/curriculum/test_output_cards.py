"""Every output card is run: what it prints, or shows last, is the first answer it accepts."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from curriculum import services
from curriculum.models import Card
from tests.curriculum.fences import own_database, run_postgresql, run_python, run_sessions, run_sqlite
from tests.curriculum.folder import Folder, card

TOPICS = Path(__file__).resolve().parents[2] / "content" / "topics"
FENCE = re.compile(r"```(\S+)\n(.*?)```", re.DOTALL)
ON_POSTGRESQL = {"postgresql": run_postgresql, "postgresql-sessions": run_sessions}
ACCOUNTS = "CREATE TABLE account (id int PRIMARY KEY, balance int); INSERT INTO account VALUES (1, 100), (2, 100);"


def code_of(asked: dict[str, Any]) -> tuple[str, str]:
    """Language and code of the card's first fence."""
    return FENCE.search(asked["prompt"]).groups()


def output_cards(*, on_postgresql: bool) -> list[Any]:
    """Each output card of the curriculum that needs PostgreSQL, or needs none, named by its ref."""
    found = []
    for deck in sorted(TOPICS.glob("*/cards.toml")):
        for asked in tomllib.loads(deck.read_text())["cards"]:
            if asked["kind"] == "output" and (code_of(asked)[0] in ON_POSTGRESQL) is on_postgresql:
                found.append(pytest.param(asked, id=f"{deck.parent.name}/{asked['id']}"))
    return found


def lines(*each: str) -> str:
    return "\n".join(each)


def same(shown: str, accepted: str) -> bool:
    return shown.split() == accepted.split()


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """How to connect to a database of this module's own."""
    with own_database(os.environ["TEST_DATABASE_URL"]) as conninfo:
        yield conninfo


@pytest.mark.parametrize("asked", output_cards(on_postgresql=False))
def test_it_gives_what_it_says(asked: dict[str, Any]) -> None:
    language, code = code_of(asked)
    assert language in ("python", "sqlite"), "the suite cannot run this fence yet"
    shown = run_python(code) if language == "python" else run_sqlite(code, asked.get("setup", ""))
    assert same(shown, asked["accept"][0]), shown


@pytest.mark.postgresql
@pytest.mark.parametrize("asked", output_cards(on_postgresql=True))
def test_it_gives_on_postgresql_what_it_says(asked: dict[str, Any], database: str) -> None:
    language, code = code_of(asked)
    shown = ON_POSTGRESQL[language](code, asked.get("setup", ""), database)
    assert same(shown, asked["accept"][0]), shown


def test_the_set_up_of_a_card_runs_before_its_code() -> None:
    assert run_sqlite("SELECT sum(balance) FROM account;", ACCOUNTS) == "200"


@pytest.mark.django_db
def test_the_set_up_of_a_card_is_never_stored_where_it_could_be_shown(folder: Folder) -> None:
    prompt = "The only account holds 100. What does this return?\n```sqlite\nSELECT balance FROM account;\n```"
    folder.deck(card("output", prompt=prompt, setup=ACCOUNTS, accept=["100"]))
    services.load(folder.root)
    assert "CREATE TABLE" not in str(Card.objects.values().get())


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("SELECT balance FROM account WHERE id = 1;  -- one; of two", "100"),
        ("SELECT NULL;", "NULL"),
        ("SELECT balance > 50 FROM account WHERE id = 1;", "t"),
        ("SELECT 'a;b'", "a;b"),
        ("UPDATE account SET balance = 0;", "UPDATE 2"),
        ("INSERT INTO account VALUES (1, 5);", "23505"),
        ("BEGIN; SELECT 1 / 0; COMMIT;", "ROLLBACK"),
    ],
)
@pytest.mark.postgresql
def test_a_statement_shows_its_value_or_its_tag_or_its_error(code: str, shown: str, database: str) -> None:
    assert run_postgresql(code, ACCOUNTS, database) == shown


@pytest.mark.parametrize("code", ["SELECT balance FROM account;", "SELECT id, balance FROM account LIMIT 1;"])
@pytest.mark.postgresql
def test_a_card_cannot_ask_for_more_than_one_value(code: str, database: str) -> None:
    with pytest.raises(AssertionError):
        run_postgresql(code, ACCOUNTS, database)


@pytest.mark.postgresql
def test_sql_that_is_wrong_in_itself_is_a_fault_of_the_card_wherever_it_stands(database: str) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        run_postgresql("SELECT 1 FROM acount; SELECT 1;", ACCOUNTS, database)


@pytest.mark.postgresql
def test_a_card_finds_nothing_of_the_card_before_it(database: str) -> None:
    assert run_postgresql("CREATE TABLE left_over (); SELECT 1;", "", database) == "1"
    with pytest.raises(psycopg.errors.UndefinedTable):
        run_postgresql("SELECT count(*) FROM left_over;", "", database)


@pytest.mark.postgresql
def test_a_card_that_would_never_end_is_stopped(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.curriculum.fences.PATIENCE", 0.1)
    with pytest.raises(psycopg.errors.QueryCanceled):
        run_postgresql("SELECT pg_sleep(3600);", "", database)


ADD_TO_1 = "UPDATE account SET balance = balance + 10 WHERE id = 1 RETURNING balance;"
ADD_TO_2 = ADD_TO_1.replace("id = 1", "id = 2")


@pytest.mark.postgresql
def test_two_sessions_are_two_connections(database: str) -> None:
    code = lines("A> BEGIN;", f"A> {ADD_TO_1}", "B> SELECT balance FROM account WHERE id = 1;")
    assert run_sessions(code, ACCOUNTS, database) == "100"


@pytest.mark.postgresql
def test_a_statement_that_waits_for_the_other_session_shows_its_result_when_it_goes_on(database: str) -> None:
    code = lines("A> BEGIN;", f"A> {ADD_TO_1}", f"B> {ADD_TO_1}  -- waits", "A> COMMIT;")
    assert run_sessions(code, ACCOUNTS, database) == "120"


@pytest.mark.postgresql
def test_a_deadlock_ends_whoever_loses_it(database: str) -> None:
    start = ["A> BEGIN;", f"A> {ADD_TO_1}", "B> BEGIN;", f"B> {ADD_TO_2}", f"A> {ADD_TO_2}", f"B> {ADD_TO_1}"]
    code = lines(*start, "A> COMMIT;", "B> COMMIT;", "A> SELECT sum(balance) FROM account;")
    assert run_sessions(code, ACCOUNTS, database) == "220"


@pytest.mark.postgresql
def test_a_statement_that_gives_up_its_wait_shows_its_error(database: str) -> None:
    code = lines("A> BEGIN;", f"A> {ADD_TO_1}", "B> SET lock_timeout = '50ms';", f"B> {ADD_TO_1}")
    assert run_sessions(code, ACCOUNTS, database) == "55P03"


@pytest.mark.postgresql
def test_a_session_that_waits_can_be_sent_nothing(database: str) -> None:
    code = lines("A> BEGIN;", f"A> {ADD_TO_1}", f"B> {ADD_TO_1}", "B> SELECT 1;")
    with pytest.raises(AssertionError, match="still waits and cannot take: SELECT 1;"):
        run_sessions(code, ACCOUNTS, database)


@pytest.mark.postgresql
def test_a_wait_that_nobody_ends_is_stopped(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.curriculum.fences.PATIENCE", 0.1)
    with pytest.raises(psycopg.errors.QueryCanceled):
        run_sessions(lines("A> BEGIN;", f"A> {ADD_TO_1}", f"B> {ADD_TO_1}"), ACCOUNTS, database)
