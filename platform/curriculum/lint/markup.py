"""Markdown that content may not use, and links that lead nowhere. Lines count from 0."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from markdown_it.token import Token

from curriculum.content import HEADINGS
from curriculum.markdown import TOPIC_LINK, tokens_of

FORBIDDEN = {
    "html_block": ("HTML", "write Markdown; put code into backticks."),
    "html_inline": ("HTML", "write Markdown; put code into backticks."),
    "image": ("a picture", "say it in words or in a block of code."),
    "hr": ("a ruled line", "use a heading, or leave it out."),
    "code_block": ("an indented block", "fence code with ``` and name its language."),
}


def outside_subset(text: str, *, headings: bool) -> Iterator[tuple[int, str, str]]:
    """(line, what, cure) of everything that is not in our subset of Markdown."""
    found = ((line, _outside(token, headings)) for line, token in tokens_of(text))
    for line, problem in dict.fromkeys(found):  # an opening and a closing tag are one fault
        if problem:
            yield line, *problem


def _outside(token: Token, headings: bool) -> tuple[str, str] | None:
    if token.type == "heading_open" and not headings:
        return "a heading", "leave headings to the lesson."
    if token.type == "heading_open" and token.tag not in HEADINGS:
        return f"a heading of level {token.tag[1]}", "use ## or ###."
    return FORBIDDEN.get(token.type)


def broken_links(text: str, topics: Collection[str], anchors: Collection[str]) -> Iterator[tuple[int, str, str]]:
    """(line, sentence, cure) of every link that is neither on the web, nor to a topic, nor to one of the anchors."""
    for line, token in tokens_of(text):
        if token.type == "link_open":
            href = str(token.attrGet("href"))
            if problem := _link_problem(href, topics, anchors):
                yield line, f"The link “{href}” {problem[0]}.", problem[1]


def _link_problem(href: str, topics: Collection[str], anchors: Collection[str]) -> tuple[str, str] | None:
    if href.startswith("#"):
        known = href.removeprefix("#") in anchors
        return None if known else ("names no heading of this lesson", f"name one of {', '.join(anchors) or 'none'}.")
    if href.startswith(TOPIC_LINK):
        known = href.removeprefix(TOPIC_LINK) in topics
        return None if known else ("names no topic", "name a folder of content/topics/.")
    parts = urlsplit(href)
    if parts.scheme in ("http", "https") and parts.netloc:
        return None
    return "leads nowhere", "use https://…, topic:<id>, or #<heading> of the same lesson."
