"""Markdown becomes HTML that is safe, and has the shape that pages rely on."""

from __future__ import annotations

import pytest

from curriculum import markdown

FENCE = '<pre tabindex="0" role="group" aria-label="Code"><code class="hl">'


def test_one_paragraph_stands_without_its_tag() -> None:
    assert markdown.card_html("What does `GET` *ask*?") == "What does <code>GET</code> <em>ask</em>?"


def test_several_blocks_keep_their_tags() -> None:
    html = markdown.card_html("What is printed?\n```python\nprint('a')\n```")
    assert html.startswith(f"<p>What is printed?</p>\n{FENCE}<span")
    assert html.endswith("</code></pre>")


def test_code_carries_classes_and_no_style() -> None:
    html = markdown.card_html("```python\ndef f(): return 'a<b'  # why\n```")
    assert '<span class="k">def</span>' in html
    assert '<span class="c1"># why</span>' in html
    assert "a&lt;b" in html
    assert "style" not in html


def test_code_in_no_known_language_is_shown_as_it_is() -> None:
    assert markdown.card_html("```klingon\na < b\n```") == f"{FENCE}a &lt; b</code></pre>"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "[a](javascript:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](vbscript:x)",
        "![a](https://example.org/a.png)",
        "[a](https://example.org '\" onclick=alert(1)')",
        '[a](topic:"onclick="alert)',
        "```html\n<script>alert(1)</script>\n```",
        '<https://example.org/"onmouseover=alert(1)>',
        '```python" onclick="alert(1)\nx\n```',
    ],
)
def test_nothing_in_the_text_becomes_active(text: str) -> None:
    for html in (markdown.card_html(text), markdown.lesson(text).html, *markdown.cloze_html(f"{text} {{{{x}}}}")):
        tags = [part.partition(">")[0] for part in html.split("<")[1:]]
        assert not [tag for tag in tags if tag.startswith(("script", "img")) or " on" in tag]
        assert 'href="javascript' not in html
        assert 'href="data' not in html
        assert 'href="vbscript' not in html


def test_a_cloze_shows_its_gap_and_then_fills_it() -> None:
    blank = '<span class="gap" role="img" aria-label="blank">…</span>'
    assert markdown.cloze_html("Behaves as {{READ *COMMITTED*}} here.") == (
        f"Behaves as {blank} here.",
        "Behaves as <mark>READ <em>COMMITTED</em></mark> here.",
    )
    assert markdown.cloze_html("Say `FOR {{UPDATE}}` & go.") == (
        f"Say <code>FOR {blank}</code> &amp; go.",
        "Say <code>FOR <mark>UPDATE</mark></code> &amp; go.",
    )


def test_a_gap_in_a_block_of_code_is_not_torn_by_colours() -> None:
    prompt, answer = markdown.cloze_html("Lock it:\n```sql\nSELECT 1 {{FOR UPDATE}};\n```")
    assert "SELECT 1 <span" in prompt
    assert "SELECT 1 <mark>FOR UPDATE</mark>;" in answer


def test_headings_of_a_lesson_are_passages() -> None:
    lesson = markdown.lesson("## Codes that `look` alike\n\ntext\n\n### 401, *403*\n\n#### Too deep\n")
    assert lesson.passages == [("codes-that-look-alike", "Codes that look alike"), ("401-403", "401, 403")]
    assert '<h2 id="codes-that-look-alike">Codes that <code>look</code> alike</h2>' in lesson.html
    assert '<h3 id="401-403">' in lesson.html


def test_links_lead_to_topics_passages_and_the_web() -> None:
    html = markdown.lesson("[a](topic:http) [b](#c) [d](https://example.org/?a=1&b=2)").html
    assert 'href="/topics/http/"' in html
    assert 'href="#c"' in html
    assert '<a href="https://example.org/?a=1&amp;b=2" rel="nofollow noopener">d</a>' in html


def test_tables_are_rendered_without_styles_in_a_box_that_can_be_reached_to_scroll() -> None:
    html = markdown.card_html("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert html.startswith('<div tabindex="0" role="group" aria-label="Table"><table>')
    assert html.endswith("</table></div>")
    assert "<td>2</td>" in html
    assert "style" not in html
