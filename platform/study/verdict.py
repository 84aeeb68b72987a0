"""What a response to a card is worth. Pure: the same for a page, the API and a replay of the ledger.

The grades an automatic verdict stands for: right 4, near miss 2, wrong 1; Easy is the learner's own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz

RIGHT, NEAR, WRONG = 4, 2, 1
NEAR_RATIO = 85  # of 100, by rapidfuzz
Response = str | list[str]

ONE_OF = {"choice", "bug"}  # the response is one number
SEVERAL_OF = {"choices", "order"}  # a list of numbers
TYPED = {"short", "output"}
CHECKED = ONE_OF | SEVERAL_OF | TYPED  # kinds that the server judges; the others are judged by the learner
# Numbers with a short unit, and names that code or a protocol spells in one way: a near miss of one is another one.
EXACT = re.compile(
    r"(?<!\S)(?:[-+~]?[\d.,:%]*\d[\d.,:%]*(?:\s?(?:\w{1,3}|%))?|\S*[\d_./()\[\]{}<>=*]\S*"
    r"|[A-Z][A-Z-]+|[a-z]+[A-Z]\w*|[A-Z]\w*(?:-[A-Z]\w*)+)(?!\S)"
)
NUMBER = re.compile(
    r"\d+|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)"
    r"(?:teen|ty)|twenty|forty|eighty|hundred|thousand|million|billion|once|twice|half|first|second|third)\b"
)
UNIT = re.compile(r"(?<=\d)\s+(?=[^\W\d_]|%)")  # what stands between a number and its unit


def is_response(kind: str, parts: int, response: object) -> bool:
    """Whether a response has the form its kind asks for; `parts` is how many choices, steps or lines there are.

    A card that the learner judges asks for none, so it takes any.
    """
    numbers = [str(number) for number in range(parts)]
    if kind in ONE_OF:
        return response in numbers
    if kind == "choices":
        return isinstance(response, list) and len(set(response)) == len(response) and set(response) <= set(numbers)
    if kind == "order":
        return isinstance(response, list) and sorted(response) == sorted(numbers)
    return isinstance(response, str) or kind not in TYPED


def parts_of(kind: str, data: Mapping[str, Any], prompt_html: str) -> int:
    """How many choices, steps or lines of code a card has to pick from; 0 for the other kinds."""
    if kind == "bug":
        return len(lines_of(prompt_html))
    return len(data.get("steps", ())) if kind == "order" else len(data.get("choices", ()))


def lines_of(prompt_html: str) -> list[str]:
    """The rendered lines of a prompt's code; highlighting never spans two lines."""
    code = prompt_html.partition("<pre")[2].partition("<code")[2].partition(">")[2].partition("</code>")[0]
    return code.rstrip("\n").split("\n") if code else []


def judge(kind: str, data: Mapping[str, Any], response: Response) -> int:
    """RIGHT, NEAR or WRONG for a response of the right form."""
    if kind == "bug":
        return RIGHT if response == str(int(data["line"]) - 1) else WRONG
    if kind == "order":
        return RIGHT if list(response) == [str(number) for number in range(len(data["steps"]))] else WRONG
    if kind in TYPED:
        return _typed(str(response), data["accept"], near=kind == "short")
    right = {str(number) for number, choice in enumerate(data["choices"]) if choice["correct"]}
    return RIGHT if {*([response] if isinstance(response, str) else response)} == right else WRONG


def _typed(said: str, accepted: Sequence[str], *, near: bool) -> int:
    given = normal(said)
    if given in map(normal, accepted):
        return RIGHT
    if not near:
        return WRONG
    if UNIT.sub("", given) in (UNIT.sub("", normal(text)) for text in accepted):
        return RIGHT
    return NEAR if any(_is_near(given, text.strip()) for text in accepted) else WRONG


def _is_near(given: str, accepted: str) -> bool:
    """Whether a text is like an accepted one, and the same in its numbers and names; of these alone nothing is."""
    text, words = normal(accepted), f" {given} {UNIT.sub('', given)} "
    return (
        bool(EXACT.sub("", accepted).strip())
        and NUMBER.findall(given) == NUMBER.findall(text)
        and all(f" {UNIT.sub('', normal(name))} " in words for name in EXACT.findall(accepted))
        and fuzz.ratio(given, text) >= NEAR_RATIO
    )


def normal(text: str) -> str:
    """A typed text with case, Unicode form and spaces made alike."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
