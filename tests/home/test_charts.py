"""The small drawings of Today."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from home import charts

START = date(2026, 11, 20)


def days(*counts):
    return [(START + timedelta(days=number), count) for number, count in enumerate(counts)]


def test_the_fullest_day_is_as_tall_as_the_drawing_allows_and_the_others_are_in_proportion():
    bars = charts.week(days(18, 9, 0, 0, 0, 0, 0), {})
    assert [bar.height for bar in bars[:3]] == [charts.TALLEST, charts.TALLEST / 2, 0]
    assert all(bar.y + bar.height == charts.BASE for bar in bars)
    assert [bar.label for bar in bars] == ["Fri", "Sat", "Sun", "Mon", "Tue", "Wed", "Thu"]


def test_a_week_without_cards_draws_nothing():
    assert {bar.height for bar in charts.week(days(*[0] * 7), {})} == {0}


def test_what_is_not_due_on_its_day_was_moved_there_and_is_the_top_of_the_bar():
    due = {START + timedelta(days=number): count for number, count in enumerate((0, 4, 30))}
    bars = charts.week(days(20, 20, 20, 5, 0, 0, 0), due)
    assert [bar.moved for bar in bars] == [0, 16, 0, 5, 0, 0, 0]
    assert [bar.rest for bar in bars[:4]] == [0, pytest.approx(0.8 * charts.TALLEST, abs=0.1), 0, bars[3].height]


def test_the_parts_of_a_bar_fill_it_and_nothing_has_no_part():
    parts = charts.segments([("reviews", 10), ("drills", 0), ("new", 10)])
    assert [part.name for part in parts] == ["reviews", "new"]
    assert [part.x for part in parts] == [0, 50]
    assert parts[0].width == pytest.approx(50 - charts.GAP_PERCENT)
    assert parts[1].width == 50


def test_one_part_alone_is_the_whole_bar():
    assert charts.segments([("reviews", 3), ("new", 0)]) == [charts.Segment("reviews", 0, 100)]
