"""Every kind of card on the page without scripts: asked, checked, judged, graded, and kept in the ledger."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.utils import timezone

from curriculum.models import Card
from study import enrolment, plans, queue
from study.models import Answer, CardState

pytestmark = pytest.mark.django_db
CODE = (
    '<p>Which line is at fault?</p>\n<pre tabindex="0" role="group" aria-label="Code"><code class="hl">'
    '<span class="n">low</span> = 0\n<span class="n">high</span> = 1\nlow = high\n</code></pre>'
)
CHOICES = [
    {"html": "One", "why_html": "", "correct": True},
    {"html": "Two", "why_html": "No, because.", "correct": False},
    {"html": "Three", "why_html": "", "correct": True},
]
# kind: sides, response fields of the form, what the ledger keeps, and the grade the verdict suggests
KINDS = {
    "choices": ({"data": {"choices": CHOICES}}, {"response": ["0", "2"]}, ["0", "2"], 4),
    "order": (
        {"data": {"steps": ["First", "Second", "Third"]}},
        {"response": ["2.1", "1.0", "3.2"]},
        ["0", "1", "2"],
        4,
    ),
    "short": ({"data": {"accept": ["idempotent"]}}, {"response": "idempotant"}, "idempotant", 2),
    "output": ({"data": {"accept": ["[1, 2]"]}}, {"response": "[1, 3]"}, "[1, 3]", 1),
    "bug": ({"prompt_html": CODE, "answer_html": "Line 3", "data": {"line": 3}}, {"response": "2"}, "2", 4),
}
SCENARIO = {"data": {"rubric": ["Names the invariant", "Says where retries live", "Says how it is measured"]}}


@pytest.fixture
def front(alice, curriculum, clock, client_of):
    """`front("order", data=…)`: the first card of the queue becomes one of that kind; returns client and page."""

    def make(kind, **sides):
        enrolment.start_learning(user=alice, track=curriculum.track, pace=10, time_zone="UTC", now=timezone.now())
        fields = {"prompt_html": f"The question of {kind}?", "answer_html": "", "why_html": "Why.", **sides}
        Card.objects.filter(pk=curriculum.cards[0].pk).update(kind=kind, **fields)
        client = client_of(alice)
        return client, client.get("/study/").content.decode()

    return make


def fields(page, form):
    """The hidden fields of the page's first form with that class."""
    part = page[page.index(f'class="{form}"') :]
    part = part[: part.index("</form>")]
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', part)}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_asked_checked_judged_graded_and_kept(front, kind):
    sides, response, kept, grade = KINDS[kind]
    client, page = front(kind, **sides)
    checked = client.post("/study/check/", {**fields(page, "check"), **response})
    assert checked.status_code == 200
    assert not Answer.objects.exists()
    answer = checked.content.decode()
    suggested = re.search(r'class="(\w+) suggested" name="grade" value="(\d)"', answer)
    assert int(suggested[2]) == grade
    sent = {**fields(answer, "dock grade"), "grade": suggested[2]}
    assert client.post("/study/grade/", sent).status_code == 302
    row = Answer.objects.get()
    assert (row.grade, row.response, row.kind) == (grade, kept, "review")


@pytest.mark.parametrize("kind", KINDS)
def test_giving_up_shows_the_answer_and_suggests_again(front, kind):
    client, page = front(kind, **KINDS[kind][0])
    answer = client.post("/study/check/", {**fields(page, "check"), "giveup": "1"}).content.decode()
    assert "Here is the answer." in answer
    assert re.search(r'class="again suggested"', answer)
    client.post("/study/grade/", {**fields(answer, "dock grade"), "grade": "1"})
    assert Answer.objects.get().response is None


@pytest.mark.parametrize(
    ("kind", "response", "said"),
    [
        ("choices", ["7"], "pick what is"),
        ("bug", "9", "pick what is"),
        ("order", ["1.0", "1.1", "2.2"], "a place of its own"),
    ],
)
def test_a_response_of_the_wrong_form_is_a_sentence_and_nothing_is_written(front, kind, response, said):
    client, page = front(kind, **KINDS[kind][0])
    refused = client.post("/study/check/", {**fields(page, "check"), "response": response})
    assert refused.status_code == 422
    assert said in refused.content.decode()
    assert not Answer.objects.exists()


def test_the_answer_is_not_in_the_page_before_the_check(front):
    _, page = front("short", **KINDS["short"][0])
    assert "idempotent" not in page


def test_a_wrong_text_is_shown_against_the_answer(front):
    client, page = front("short", **KINDS["short"][0])
    answer = client.post("/study/check/", {**fields(page, "check"), "response": "idempotant"}).content.decode()
    assert {"<del>a</del>", "<ins>e</ins>"} <= set(re.findall(r"<(?:del|ins)>.*?</(?:del|ins)>", answer))


def test_a_scenario_shows_its_rubric_and_keeps_the_words(front):
    client, page = front("scenario", **SCENARIO)
    assert page.count('type="checkbox"') == 3
    sent = {**fields(page, "dock grade"), "response": "Lock the row, retry outside.", "grade": "4"}
    assert client.post("/study/grade/", sent).status_code == 302
    assert Answer.objects.get().response == "Lock the row, retry outside."


def test_steps_are_never_shown_in_their_right_order(front, alice):
    front("order", **KINDS["order"][0])
    for sequence in range(20):
        CardState.objects.filter(position__gt=0, card__kind="order").update(sequence=sequence)
        card = queue.upcoming(learner=alice.pk, day=plans.today_of(alice, timezone.now()), count=1).cards[0]
        assert [number for number, _ in card.steps] != ["0", "1", "2"]


def test_the_same_showing_is_shuffled_the_same_way(front, alice):
    client, page = front("choices", **KINDS["choices"][0])
    assert re.findall(r'name="response" value="(\d)"', page) == re.findall(
        r'name="response" value="(\d)"', client.get("/study/").content.decode()
    )
