"""What the rules look for in plain English. All of it takes Markdown and leaves code blocks out."""

from __future__ import annotations

import re

from curriculum.markdown import GAP, without_fences

INLINE_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
SENTENCE_END = re.compile(r"(?<=[.?!])[\"”)*_]*\s+")
CLAUSE_END = re.compile(r"[,:;—–(]\s*|\s+(?:and|then)\s+")
EDGES = ".,:;!?()[]{}<>\"'“”‘’*_`…"
AUXILIARY = re.compile(
    r"(?:is|are|am|was|were|do|does|did|can|could|will|would|shall|should|has|have|had|may|might|must)(?:n['’]t|not)?"
)
ASKING = re.compile(
    rf"\b(?:what|which|who|whom|whose|why|how)\b|\b(?:when|where)\s+{AUXILIARY.pattern}\b", re.IGNORECASE
)
NUMBER = r"(?:two|three|four|five|six|seven|eight|nine|ten|\d+)"
SET_QUESTION = re.compile(
    rf"\b(?:list|name|give|mention|enumerate)\s+(?:all|every|each|some|several|the\s+{NUMBER}|{NUMBER}|as many)\b"
    rf"|\b(?:what|which)\s+are\s+(?:all|some|the|{NUMBER})\b|\bwhat\s+{NUMBER}\s+\w+s\b|\benumerate\b",
    re.IGNORECASE,
)
LISTING = re.compile(r"^list\b", re.IGNORECASE)
VERBS = (
    "answer argue arrange assess calculate choose classify compare complete compute contrast convert correct count "
    "decide defend define derive describe design diagnose distinguish draw estimate evaluate expand explain fill "
    "find fix give identify judge justify list mark match name order outline pick plan point predict propose prove "
    "put rank read recommend reduce replace review rewrite say select set show simplify sketch sort spot state "
    "suggest tell trace translate turn walk weigh work write"
)
IMPERATIVES = frozenset(VERBS.split())
OF_THE_ABOVE = re.compile(r"\b(?:all|none|both|neither|any|some)\s+of\s+the\s+(?:above|others?)\b", re.IGNORECASE)
OF_THESE = re.compile(r"^(?:all|none|both|neither|any)\s+of\s+(?:these|them|those)\b", re.IGNORECASE)
DOUBLE_NEGATION = re.compile(
    r"(?:\b(?:not|never|cannot|nobody|nothing|none|neither)\b|n['’]t\b)\s+(?:[\w-]+\s+){0,2}?"
    r"(?:not|never|no|none|nothing|nobody|without|impossible|unlikely|unusual|uncommon|untrue|false|incorrect|invalid)\b",
    re.IGNORECASE,
)
AGING = re.compile(
    r"\b(?:latest|currently|nowadays|modern|recent(?:ly)?|these days)\b"
    r"|\b(?:up[- ]to[- ]date|state[- ]of[- ]the[- ]art)\b",
    re.IGNORECASE,
)


def prose(text: str) -> str:
    """The text without code blocks and without the braces of a gap."""
    return GAP.sub(r"\1", without_fences(text))


def without_code(text: str) -> str:
    """The prose with a stroke for each piece of inline code, whose words mean nothing in English."""
    return INLINE_CODE.sub("–", prose(text))


def words(text: str) -> list[str]:
    """The words in small letters, without the punctuation round them; `HTTP/2` is one word."""
    return [word for part in text.casefold().split() if (word := part.strip(EDGES))]


def sentences(text: str) -> list[str]:
    """The sentences of the prose, code left out."""
    return [sentence for sentence in SENTENCE_END.split(without_code(text)) if sentence.strip()]


def first_words(sentence: str) -> list[str]:
    """The first word of each clause of a sentence."""
    return [found[0] for clause in CLAUSE_END.split(sentence) if (found := words(clause))]


def yes_or_no(text: str) -> str:
    """The question that yes or no would answer, or ""."""
    for sentence in sentences(text):
        starts = first_words(sentence)
        opens = [bool(AUXILIARY.fullmatch(word)) for word in starts]
        if "?" in sentence and any(opens) and (opens[0] or not ASKING.search(sentence)):
            return sentence.strip()
    return ""


def set_question(text: str) -> str:
    """The words that ask for a whole set, or ""."""
    for sentence in sentences(text):
        if found := SET_QUESTION.search(sentence) or LISTING.search(sentence.strip()):
            return found[0]
    return ""


def asks_something(text: str) -> bool:
    """Whether there is a question mark, or a clause that opens with a verb that tells the learner what to do."""
    if "?" in without_code(text):
        return True
    return any(word in IMPERATIVES for sentence in sentences(text) for word in first_words(sentence))


def contains(text: str, part: str) -> bool:
    """Whether the words of `part` stand in the prose of `text` next to one another."""
    inner, outer = words(prose(part)), words(prose(text))
    return bool(inner) and any(outer[at : at + len(inner)] == inner for at in range(len(outer)))
