"""What `make bench` makes of what it measures; how long anything takes is not tested here."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bench import grading, memory, seed, servers, today, turns, weight
from bench import rival as rivals
from bench.browser import Browser
from bench.rows import TIMES, Row, missing
from curriculum.models import Card
from study.models import Answer, CardState
from tests.test_start import START, load


def test_a_target_is_met_up_to_the_limit_itself() -> None:
    assert not Row("a ratio", 2.0, 2.0, TIMES).missed
    assert Row("a ratio", 2.004, 2.0, TIMES).missed


def test_a_figure_without_a_target_and_a_row_without_a_figure_miss_nothing() -> None:
    assert not Row("a figure", 99.0).missed
    [row] = missing(["a ratio"], "it is not here")
    assert not row.missed
    assert str(row).split() == ["a", "ratio", "not", "measured:", "it", "is", "not", "here"]


@pytest.mark.parametrize(
    ("figure", "unit", "said"),
    [(1.234, TIMES, f"1.23 {TIMES}"), (0.05, TIMES, "1/20"), (0.75, TIMES, f"0.75 {TIMES}"), (22443, "B", "22,443 B")],
)
def test_a_figure_is_printed_as_its_unit_is_read(figure: float, unit: str, said: str) -> None:
    assert str(Row("something", figure, unit=unit)).endswith(f" {said}")


def test_calls_take_turns_one_by_one_and_the_first_turns_do_not_count() -> None:
    order: list[str] = []
    times = {"a": [9.0, 9.0, 1.0, 2.0, 6.0], "b": [9.0, 9.0, 3.0, 4.0, 5.0]}

    def call(name: str) -> float:
        order.append(name)
        return times[name].pop(0)

    assert turns.alternate(lambda: call("a"), lambda: call("b"), rounds=3, warm_up=2) == [2.0, 4.0]
    assert order == ["a", "b"] * 5


def test_batches_take_turns_and_every_call_in_them_counts() -> None:
    given = iter([[9.0, 9.0], [1.0, 2.0], [3.0, 8.0]])
    assert turns.alternate_batches(lambda size: next(given), rounds=2, size=2) == [2.5]


def test_memory_is_what_the_kernel_calls_the_proportional_share() -> None:
    assert memory.pss("00400000-7fff [rollup]\nRss:  2048 kB\nPss:  1024 kB\nPss_Anon:  9 kB\n") == 1024 * 1024


def test_the_empty_project_runs_by_the_lines_of_the_procfile() -> None:
    lines = {name: servers.of_empty(servers.OURS[name], Path("/empty")) for name in ("web", "worker", "beat")}
    assert "--chdir /empty" in lines["web"]
    assert lines["web"].endswith("empty.wsgi")
    assert all("--workdir /empty -A empty.queue" in lines[name] for name in ("worker", "beat"))
    assert not [line for line in lines.values() if "platform" in line or "config " in line]


def test_every_file_of_a_page_is_weighed_once(tmp_path: Path, settings) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "look.css").write_text('a { background: url("dot.svg") } b { background: url("data:image/png,") }')
    for name in ("dot.svg", "icons.svg", "app.js"):
        (tmp_path / name).write_text(name)
    page = (
        '<link rel="stylesheet" href="/static/look.css"><script src="/static/app.js" data-later="/static/htmx.js">'
        '<use href="/static/icons.svg#undo"/><use href="/static/icons.svg#more"/><a href="/static/other.txt">'
    )
    names = {"look.css", "app.js", "icons.svg", "dot.svg"}
    assert weight.fetched(page) == names
    files = sum(weight.gzipped((tmp_path / name).read_bytes()) for name in names)
    assert weight.cold(page) == weight.gzipped(page) + files


@pytest.mark.django_db
def test_a_seeded_learner_has_places_and_the_front_of_a_page_can_be_graded(client: Client, count_statements) -> None:
    now = timezone.now()
    cards = seed.cards(30)
    user = seed.learner("few@example.org", cards[:20], 15, now, rows=4)
    seed.others(3, cards, now)
    assert Card.objects.filter(pk__in=cards).values("ref").distinct().count() == 30
    assert Answer.objects.for_user(user).count() == 80
    assert CardState.objects.for_user(user).filter(queued_on__isnull=False, last_review_day__gt=0).count() == 15
    client.force_login(user)
    front = Browser.front(client.get("/study/").content.decode())
    with count_statements() as statements:
        graded = client.post("/study/grade/", {**front, "grade": "4"}, headers={"HX-Request": "true"})
    assert len(statements) == grading.STATEMENTS
    assert Browser.front(graded.content.decode())["card"] not in ("", front["card"])


@pytest.fixture
def no_rival(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> rivals.Rival:
    monkeypatch.setattr(rivals, "PYTHON", tmp_path / "none")
    return rivals.Rival(tmp_path / "anki", cards=10, places=5)


def test_without_the_rival_its_rows_say_so_and_nothing_fails(no_rival: rivals.Rival) -> None:
    browser: Any = SimpleNamespace()
    learner: Any = SimpleNamespace(pk=1, time_zone="UTC", rollover_hour=4, first_open_day=None)
    rows = [*grading.against_anki(browser, no_rival), *today.against_anki(learner, timezone.now(), no_rival)]
    assert [row.figure for row in rows] == [None] * 4
    assert not any(row.missed for row in rows)
    no_rival.close()


def test_a_rival_that_cannot_run_gives_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no such wheel' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(rivals, "PYTHON", broken)
    rival = rivals.Rival(tmp_path / "anki", cards=10, places=5)
    with pytest.raises(rivals.NoRival, match="no such wheel"):
        rival.ready()
    rival.close()


def test_a_rival_that_cannot_be_installed_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    start: ModuleType = load(START)
    monkeypatch.setattr(start, "RIVAL", str(tmp_path / "none"))
    monkeypatch.setattr(start, "make_venv", lambda venv: None)
    monkeypatch.setattr(start, "quietly", lambda *command: SimpleNamespace(returncode=1, stdout="no network\n"))
    start.fill_rival()
    said = capsys.readouterr().out
    assert "no network" in said
    assert "could not be installed" in said
