"""What a response is worth, over REST: judged as on the page, nothing written."""

from __future__ import annotations

import pytest

from accounts.models import Scope
from curriculum.models import Card
from study.models import CardState

pytestmark = pytest.mark.django_db
CHECK, CHOICE = "/api/v1/study/check/", "queues/card-03"


def check(api, **body):
    return api.post(CHECK, body, format="json")


@pytest.fixture
def kinds():
    """One card of each kind that the server judges, in place of the first six."""
    order = {"kind": "order", "data": {"steps": ["a", "b", "c"]}}
    short = {"kind": "short", "data": {"accept": ["write skew", "skew"]}}
    output = {"kind": "output", "data": {"accept": ["42"]}}
    choices = [{"html": text, "why_html": "", "correct": text != "b"} for text in "abc"]
    several = {"kind": "choices", "data": {"choices": choices}}
    code = '<p>Where?</p><pre><code class="hl">one\ntwo\n</code></pre>'
    bug = {"kind": "bug", "data": {"line": 2}, "prompt_html": code}
    for number, fields in enumerate((order, short, output, several, bug), start=1):
        Card.objects.filter(ref=f"queues/card-{number:02}" if number < 3 else f"queues/card-{number + 1:02}").update(
            **fields
        )


@pytest.mark.parametrize(
    ("card", "response", "verdict", "grade"),
    [
        (CHOICE, "0", "right", 4),
        (CHOICE, "1", "wrong", 1),
        ("queues/card-01", ["0", "1", "2"], "right", 4),
        ("queues/card-01", ["1", "0", "2"], "wrong", 1),
        ("queues/card-02", "Write  SKEW", "right", 4),
        ("queues/card-02", "write skw", "near", 2),
        ("queues/card-02", "phantom", "wrong", 1),
        ("queues/card-04", "42", "right", 4),
        ("queues/card-04", "43", "wrong", 1),
        ("queues/card-05", ["2", "0"], "right", 4),
        ("queues/card-05", ["0"], "wrong", 1),
        ("queues/card-06", "1", "right", 4),
        ("queues/card-06", "0", "wrong", 1),
    ],
)
def test_each_kind_is_judged_as_on_the_page_and_nothing_is_written(api, kinds, rows, card, response, verdict, grade):
    before = rows()
    given = check(api, card=card, response=response)
    assert given.status_code == 200, given.content
    assert (given.json()["verdict"], given.json()["grade"]) == (verdict, grade)
    assert given.json()["card"]["id"] == card
    assert rows() == before


def test_the_answer_side_comes_with_the_verdict(api):
    body = check(api, card=CHOICE, response="1").json()["card"]
    in_order = sorted(body["choices"], key=lambda one: one["number"])
    assert [choice["correct"] for choice in in_order] == [True, False, False]
    assert body["why_html"]


def test_a_showing_is_judged_as_it_was_shown(api, learner):
    shown = api.get("/api/v1/study/next/?topic=queues").json()
    assert check(api, card=shown["card"]["id"], shown=shown["shown"], response="x").status_code == 422  # a basic card
    assert check(api, card=CHOICE, shown=shown["shown"], response="0").status_code == 404  # of another card
    assert CardState.objects.filter(sequence__gt=0).count() == 0


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"card": CHOICE, "response": "7"}, 422, "response"),
        ({"card": CHOICE, "response": ["0"]}, 422, "response"),
        ({"card": CHOICE, "response": [{}]}, 422, "response"),
        ({"card": CHOICE, "response": "0" * 3000}, 422, "response"),
        ({"card": CHOICE}, 422, "response"),
        ({"card": CHOICE, "response": None}, 422, "response"),
        ({"card": CHOICE, "response": "0", "grade": 4}, 422, "grade"),
        ({"card": "queues/card-01", "response": "x"}, 422, "card"),
        ({"card": "queues/none", "response": "0"}, 404, None),
        ({"card": CHOICE, "response": "0", "shown": "forged"}, 404, None),
    ],
)
def test_what_cannot_be_judged_is_a_sentence(api, body, status, field):
    given = check(api, **body)
    assert given.status_code == status
    assert field is None or list(given.json()["errors"]) == [field]


def test_a_token_needs_the_scope_answer(learner, api_of):
    assert check(api_of(learner, scopes=[Scope.READ]), card=CHOICE, response="0").status_code == 403
