"""Lists come in pages: every row once, in a fixed order, by cursors that cannot be made up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from study.models import Answer

pytestmark = pytest.mark.django_db


def walk(api, path: str, link: str = "next") -> list[list[dict]]:
    """The pages of a list from a path on, following `next` or `previous`."""
    pages = []
    while path:
        body = api.get(path).json()
        pages.append(body["results"])
        path = body[link]
    return pages


def flat(pages: list[list[dict]], name: str) -> list[object]:
    return [row[name] for page in pages for row in page]


@pytest.mark.parametrize(
    ("path", "name"), [("topics/", "slug"), ("cards/", "id"), ("tracks/", "slug"), ("cards/?kind=basic", "id")]
)
def test_small_pages_together_are_the_large_one(api, path, name):
    join = "&" if "?" in path else "?"
    whole = flat(walk(api, f"/api/v1/{path}"), name)
    pages = walk(api, f"/api/v1/{path}{join}page_size=2")
    assert flat(pages, name) == whole
    assert len(whole) == len(set(whole))
    assert {len(page) for page in pages[:-1]} <= {2}


def test_one_can_go_back(api):
    second = api.get(api.get("/api/v1/cards/?page_size=20").json()["next"]).json()
    assert len(second["results"]) == 4
    assert api.get(second["previous"]).json()["results"][0]["id"] == "queues/card-01"


def test_answers_come_newest_first_and_stay_in_place_when_more_are_given(api, send, clock):
    for number in range(1, 6):
        clock.shift(timedelta(seconds=1))
        send(api, card=f"queues/card-0{number}", grade=4)
    first = api.get("/api/v1/answers/?page_size=3").json()
    send(api, card="queues/card-06", grade=4)
    second = api.get(first["next"]).json()
    assert flat([first["results"], second["results"]], "card") == [f"queues/card-0{n}" for n in (5, 4, 3, 2, 1)]


def test_a_page_holds_a_hundred_rows_unless_asked_and_never_more_than_500(api, learner, curriculum):
    now, card = timezone.now(), curriculum.cards[0]
    Answer.objects.bulk_create(
        Answer(learner_id=learner.pk, card=card, key=f"{n:032x}", sequence=n, grade=4, kind="practice",
               study_day=now.date(), answered_at=now, received_at=now)
        for n in range(1, 551)
    )  # fmt: skip
    counts = [len(api.get(f"/api/v1/answers/{query}").json()["results"]) for query in ("", "?page_size=0500")]
    assert counts == [100, 500]
    for size in (501, 10**30):
        assert len(api.get(f"/api/v1/answers/?page_size={size}").json()["results"]) == 500


@pytest.mark.parametrize("size", ["0", "-1", "ten", "1.5", "", "²", "٣", "000"])
def test_a_size_that_is_none_is_refused(api, size):
    response = api.get("/api/v1/cards/", {"page_size": size})
    assert response.status_code == 422
    assert list(response.json()["errors"]) == ["page_size"]


@pytest.mark.parametrize("cursor", ["", "x", "cD0x", "W10:x:y", "\0", "🙂", "WzAsZmFsc2UsIjEiXQ:1vx1wO:" + "A" * 43])
def test_a_made_up_cursor_is_a_404(api, cursor):
    for path in ("cards/", "answers/", "states/", "enrolments/", "notes/", "reports/", "memory/"):
        response = api.get(f"/api/v1/{path}", {"cursor": cursor})
        assert response.status_code == 404
        assert response.json()["detail"] == "This cursor is not one of this list's. Read the list from its start."


def test_a_cursor_belongs_to_one_list(api):
    elsewhere = api.get("/api/v1/cards/?page_size=1").json()["next"].replace("/cards/", "/answers/")
    assert api.get(elsewhere).status_code == 404
