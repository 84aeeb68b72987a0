"""The review's pages: no accessibility rule broken, no sideways scrolling, and what they weigh."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import expect

from curriculum.models import Card
from tests.browser.loop import ONE, THREE, TWO, Loop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
SIZES = ({"width": 1280, "height": 800}, {"width": 320, "height": 640})
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LIGHT_ENOUGH = 30 * 1000  # bytes, gzipped


@pytest.fixture
def look(axe):
    """`look(page)`: axe at both sizes, and no sideways scrolling at the narrow one."""

    def check(page):
        for size in SIZES:
            page.set_viewport_size(size)
            axe(page)
        assert page.evaluate(OVERHANG) <= 0

    return check


@pytest.fixture
def seen(open_context, learner, sign_in, scheme):
    """The review in one of the two schemes, with room for axe's own script."""
    page = open_context(bypass_csp=True, color_scheme=scheme).new_page()
    sign_in(page, learner)
    return Loop(page)


@SCHEMES
def test_question_answer_and_choices_hold_the_rules(seen, look):
    seen.open()
    for ref in (ONE, TWO, THREE):
        seen.shows(ref)
        look(seen.page)
        seen.reveal()
        look(seen.page)
        seen.page.keyboard.press("1")
    expect(seen.undo).to_be_visible()


@SCHEMES
def test_the_list_of_keys_and_a_message_hold_them(seen, look, tolerated):
    tolerated.append("Failed to load resource")
    seen.open()
    seen.refuse(503)
    seen.grade()
    expect(seen.status).not_to_be_empty()
    look(seen.page)
    seen.page.keyboard.press("?")
    look(seen.page)


@SCHEMES
def test_done_holds_them(seen, look):
    seen.open()
    for key in ("1", "4", "4", "4", "4", "4"):
        seen.grade(key)
    seen.page.wait_for_url("**/study/done/")
    look(seen.page)


@SCHEMES
def test_empty_holds_them(seen, look, bob, sign_in):
    sign_in(seen.page, bob)
    seen.page.goto("/study/")
    expect(seen.page.get_by_role("heading", level=1)).to_have_text("Nothing is due")
    look(seen.page)


@SCHEMES
def test_long_code_and_long_words_stay_inside(seen, look):
    code = "SELECT " + ", ".join(f"column_number_{number}" for number in range(30))
    block = f'<pre tabindex="0" role="group" aria-label="Code"><code class="hl">{code}</code></pre>'
    Card.objects.filter(ref=ONE).update(
        prompt_html=f"<p>What does <code>{'x' * 60}</code> do?</p>\n{block}", answer_html=f"<p>Nothing.</p>\n{block}"
    )
    seen.open()
    seen.reveal()
    look(seen.page)


def test_the_page_and_everything_it_loads_is_light(page, learner, sign_in):
    weights = {}
    page.on("response", lambda response: weights.update({response.url: len(gzip.compress(response.body()))}))
    sign_in(page, learner)
    Loop(page).open()
    page.wait_for_load_state("networkidle")
    assert {"study.js", "outbox.js", "app.css"} <= {url.rsplit("/", 1)[-1] for url in weights}
    assert sum(weights.values()) <= LIGHT_ENOUGH, weights


def test_a_fragment_is_lighter_still(loop):
    with loop.page.expect_response("**/study/grade/") as response:
        loop.grade()
    assert len(gzip.compress(response.value.body())) <= 2000
