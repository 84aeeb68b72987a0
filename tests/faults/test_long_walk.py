"""A long random walk of one learner over two Chromium tabs, two more browsers and the API: nothing is lost or doubled.

RECALL_WALK says how many answers, undos and resends; a run of 10,000 takes minutes. It ends by itself.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from study import enrolment, plans
from study.models import Answer, CardState
from tests import samples
from tests.browser.loop import GUARD
from tests.faults.walkers import Browser, Program, Tab
from tests.study.test_doctor import doctor

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.django_db(transaction=True)]
STEPS = int(os.environ.get("RECALL_WALK") or 300)
SEED = os.environ.get("RECALL_WALK_SEED") or "walk"
SECONDS = 120 + STEPS * 0.25  # the walk gives up here, and says so
DAYS = 40  # a sign-in lasts 60
MORE_TOPICS = 20
AT_ONCE = 4  # steps of each browser and program while the tabs are at theirs


@pytest.fixture
def learner(alice, curriculum, clock):
    samples.widen(curriculum, MORE_TOPICS)
    enrolment.start_learning(user=alice, track=curriculum.track, pace=20, time_zone="UTC", now=timezone.now())
    return alice


@pytest.fixture
def tabs(learner, open_context, sign_in, tolerated) -> Iterator[list[Tab]]:
    tolerated += ["Failed to load resource"]  # a 409 or a lost post is meant; every 500 is looked for below
    pages = [open_context().new_page() for _ in range(2)]
    for page in pages:
        sign_in(page, learner)
    yield [Tab(page, f"{SEED} tab {number}") for number, page in enumerate(pages)]
    for page in pages:
        page.unroute_all(behavior="ignoreErrors")


@pytest.fixture
def walkers(learner, live_server, curriculum, api_of) -> list[Browser | Program]:
    refs = list(CardState.objects.values_list("card__ref", flat=True)) + [card.ref for card in curriculum.cards]

    def session() -> str:
        client = Client()
        client.force_login(learner)
        return client.cookies["sessionid"].value

    browsers = [Browser(live_server.url, f"{SEED} browser {number}", refs, session()) for number in range(2)]
    token = api_of(learner)._credentials["HTTP_AUTHORIZATION"]
    return [*browsers, Program(live_server.url, f"{SEED} program", refs, token)]


def walk(steps: Callable[[], int], tabs: list[Tab], walkers: list[Any], clock: Any) -> None:
    """Rounds in which everybody acts at once; the days pass between them, and the job runs beside them."""
    started, day = time.monotonic(), 0
    with ThreadPoolExecutor(len(walkers)) as pool:
        while steps() < STEPS:
            assert time.monotonic() - started < SECONDS, f"only {steps()} of {STEPS} steps in {SECONDS:.0f} s"
            for tab in tabs:
                tab.reveal()
            tabs[0].page.wait_for_timeout(GUARD)
            doing: list[Future[None]] = [pool.submit(several, walker) for walker in walkers]
            for tab in tabs:
                tab.act()
            if (passed := steps() * DAYS // STEPS) > day:
                clock.shift(timedelta(days=passed - day))
                day = passed
                plans.sweep(timezone.now())
            for done in doing:
                done.result()
            for walker in walkers:  # and each once alone, so that an undo finds its answer the newest
                walker.answer()
                walker.undo()


def several(walker: Browser | Program) -> None:
    for _ in range(AT_ONCE):
        walker.step()


def test_a_long_walk_over_browsers_and_the_api_ends_with_a_silent_doctor(tabs, walkers, learner, clock, capsys):
    everybody, started = [*tabs, *walkers], time.monotonic()
    walk(lambda: sum(one.log.steps for one in everybody), tabs, walkers, clock)
    for tab in tabs:
        tab.settle()
    with capsys.disabled():
        tell(everybody, time.monotonic() - started)
    assert doctor()[1] == ""
    assert min(tab.log.did["answer"] for tab in tabs) > STEPS // 50
    statuses = sum((one.log.statuses for one in everybody), Counter())
    assert {said for said in statuses if said[-3:] >= "500"} == set()
    stored = set(Answer.objects.values_list("key", flat=True))
    assert {UUID(key) for one in everybody for key in one.log.stored} <= stored
    undone = set(Answer.objects.exclude(undoes=None).values_list("undoes", flat=True))
    assert {number for one in everybody for number in one.log.undone} <= undone
    for state in CardState.objects.exclude(due_on=None):
        assert state.due_on > state.last_review_on


def tell(everybody: list[Any], seconds: float) -> None:
    """The figures of the walk."""
    rows = Counter(Answer.objects.values_list("kind", flat=True))
    print(f"\n{sum(one.log.steps for one in everybody)} steps in {seconds:.0f} s; in the ledger: {dict(rows)}")
    for one in everybody:
        print(f"  {type(one).__name__}: {dict(one.log.did)} -> {dict(one.log.statuses)}")
