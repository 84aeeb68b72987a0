"""Markdown to HTML that is safe and styled by classes alone.

Markdown is CommonMark and tables. HTML inside it is shown as text, and what comes out passes an allow-list.

- A text of one paragraph becomes what stands in it, without `<p>`, so that it can sit in a heading or a label.
  Anything longer becomes blocks: `<p>…</p><pre>…</pre>`.
- A code fence becomes `<pre tabindex="0" role="group" aria-label="Code"><code class="hl">…`; its spans carry
  Pygments' short class names (`k`, `s2`, `c1`, …), and no style.
- A cloze is shown twice: its prompt with `<span class="gap">` for the gap, its answer with `<mark>` round it.
- A table lies in `<div tabindex="0" role="group" aria-label="Table">`, which scrolls when the table is too wide.
- Headings (h2, h3) of a lesson carry an anchor; `[text](topic:slug)` leads to that topic's page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib.metadata import version
from itertools import pairwise
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from curriculum.content import HEADINGS

# Part of every digest: another renderer means that everything is rendered again.
RENDERER = "2 " + " ".join(version(name) for name in ("markdown-it-py", "nh3", "pygments"))
GAP = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
OPEN, CLOSE, BLANK = "\ue000", "\ue001", "\ue002"  # lint refuses private-use characters in content
BLANK_HTML = '<span class="gap" role="img" aria-label="blank">…</span>'
TOPIC_LINK = "topic:"
LEXERS = {"sqlite": "sql", "postgresql-sessions": "postgresql"}
TEXT_TAGS = {"a", "blockquote", "br", "code", "em", "h2", "h3", "li", "mark", "ol", "p", "pre", "span", "strong", "ul"}
TAGS = TEXT_TAGS | {"div", "table", "tbody", "td", "th", "thead", "tr"}
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href"},
    "code": {"class"},
    "div": {"tabindex", "role", "aria-label"},
    "span": {"class", "role", "aria-label"},
    "pre": {"tabindex", "role", "aria-label"},
    "ol": {"start"},
    "h2": {"id"},
    "h3": {"id"},
}


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block of code; `line` is that of its opening mark, from 0; `language` may be empty."""

    language: str
    code: str
    line: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson as HTML, and its passages as (anchor, heading) in order."""

    html: str
    passages: list[tuple[str, str]]


def card_html(text: str) -> str:
    """A side of a card: inline HTML when it is one paragraph, blocks otherwise."""
    return _clean(_marked(text))


def cloze_html(text: str) -> tuple[str, str]:
    """(prompt, answer) of a cloze: the gap empty, and the gap filled."""
    prompt, answer = GAP.sub(BLANK, text), GAP.sub(rf"{OPEN}\1{CLOSE}", text)
    filled = _marked(answer).replace(OPEN, "<mark>").replace(CLOSE, "</mark>")
    return _clean(_marked(prompt).replace(BLANK, BLANK_HTML)), _clean(filled)


def lesson(text: str) -> Lesson:
    """The lesson with an anchor at each heading."""
    tokens = PARSER.parse(text)
    passages = []
    for opening, inline in _headings(tokens):
        heading = plain(inline)
        opening.attrSet("id", anchor_of(heading))
        passages.append((anchor_of(heading), heading))
    return Lesson(_clean(PARSER.renderer.render(tokens, PARSER.options, {})), passages)


def anchor_of(heading: str) -> str:
    """`Codes that look alike` is `codes-that-look-alike`; accents go, what has no Latin letter gives ""."""
    latin = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")


def plain(inline: Token) -> str:
    """The words of an inline token without its marks."""
    return "".join(" " if child.type == "softbreak" else child.content for child in inline.children or ())


@lru_cache(maxsize=4096)
def fences(text: str) -> tuple[Fence, ...]:
    """The code fences of a text in order."""
    found = [token for token in PARSER.parse(text) if token.type == "fence"]
    return tuple(Fence(token.info.strip().partition(" ")[0], token.content, _line(token)) for token in found)


@lru_cache(maxsize=4096)
def without_fences(text: str) -> str:
    """The text with its code fences cut out."""
    lines: list[str | None] = list(text.splitlines())
    for token in PARSER.parse(text):
        if token.type == "fence" and token.map:
            lines[token.map[0] : token.map[1]] = [None] * (token.map[1] - token.map[0])
    return "\n".join(line for line in lines if line is not None).strip()


def tokens_of(text: str) -> Iterator[tuple[int, Token]]:
    """(line from 0, token) of every block and every inline part, with HTML seen as HTML."""
    for token in HTML_PARSER.parse(text):
        yield _line(token), token
        for child in token.children or ():
            yield _line(token), child


@lru_cache(maxsize=64)
def lexer_of(language: str) -> Lexer | None:
    """The highlighter of a fence's language, or None when there is none of that name."""
    try:
        return get_lexer_by_name(LEXERS.get(language, language), stripnl=False)
    except ClassNotFound:
        return None


def _line(token: Token) -> int:
    return token.map[0] if token.map else 0


def _headings(tokens: list[Token]) -> Iterator[tuple[Token, Token]]:
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag in HEADINGS:
            yield opening, inline


def _marked(text: str) -> str:
    tokens = PARSER.parse(text)
    if [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]:
        tokens = tokens[1:2]
    return str(PARSER.renderer.render(tokens, PARSER.options, {})).strip()


def _clean(html: str) -> str:
    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https"}, link_rel="nofollow noopener"
    )


def _code(_: Any, tokens: Sequence[Token], at: int, *__: Any) -> str:
    code, language = tokens[at].content.rstrip("\n"), tokens[at].info.strip().partition(" ")[0]
    lexer = lexer_of(language) if language else None
    if lexer is None or OPEN in code or BLANK in code:  # a gap would be torn by the highlighter
        body = escape(code, quote=False)
    else:
        body = highlight(code, lexer, FORMATTER).rstrip("\n")
    return f'<pre tabindex="0" role="group" aria-label="Code"><code class="hl">{body}</code></pre>\n'


def _table_open(*_: Any) -> str:
    return '<div tabindex="0" role="group" aria-label="Table"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"


def _link(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    href = str(tokens[at].attrGet("href") or "")
    if href.startswith(TOPIC_LINK):
        tokens[at].attrSet("href", f"/topics/{href.removeprefix(TOPIC_LINK)}/")
    return str(renderer.renderToken(tokens, at, options, env))


def _parser(*, html: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": html}).enable("table")
    parser.add_render_rule("fence", _code)
    parser.add_render_rule("code_block", _code)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    parser.add_render_rule("link_open", _link)
    return parser


FORMATTER = HtmlFormatter(nowrap=True)
PARSER = _parser(html=False)
HTML_PARSER = _parser(html=True)
