"""Numbers and days in the words of the pages."""

from __future__ import annotations

from datetime import date

import pytest

from config.templatetags import wording

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [(1, "card", "1 card"), (0, "card", "0 cards"), (1057, "card", "1,057 cards"), (2, "box,boxes", "2 boxes")],
)
def test_a_number_stands_with_its_noun(number, noun, words):
    assert wording.counted(number, noun) == words


@pytest.mark.parametrize(
    ("day", "words", "with_preposition"),
    [
        (FRIDAY, "today", "today"),
        (date(2026, 11, 21), "tomorrow", "tomorrow"),
        (date(2026, 11, 26), "Thursday", "on Thursday"),
        (date(2026, 11, 27), "27 November", "on 27 November"),
        (date(2027, 1, 24), "24 January 2027", "on 24 January 2027"),
        (date(2026, 11, 1), "1 November", "on 1 November"),
    ],
)
def test_a_day_is_named_as_people_name_it(day, words, with_preposition):
    assert wording.as_day(day, FRIDAY) == words
    assert wording.on_day(day, FRIDAY) == with_preposition
