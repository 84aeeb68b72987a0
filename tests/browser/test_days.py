"""Catching up and days off in a browser: without scripts, and with no accessibility rule broken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from study import plans
from study.models import CardState, Learner
from tests import samples

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 700}
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def crowded(learner, curriculum):
    """Alice with 24 cards due, of which ten fit."""
    CardState.objects.all().delete()
    samples.due_cards(learner.pk, curriculum.cards, plans.today_of(learner, timezone.now()))
    Learner.objects.update(cap=10)
    plans.build(learner, timezone.now())
    return learner


def days_off(learner):
    """A week from tomorrow on, as date inputs take it."""
    today = plans.today_of(learner, timezone.now())
    return [(today + timedelta(days=number)).isoformat() for number in (1, 7)]


def see_the_cost(page, learner):
    page.goto("/settings/")
    first, last = days_off(learner)
    page.get_by_label("First day off").fill(first)
    page.get_by_label("Last day off").fill(last)
    page.get_by_role("button", name="See what it costs").click()
    expect(page.get_by_text("Due dates stay where they are")).to_be_visible()


def test_a_speed_is_chosen_without_scripts(no_js_page, sign_in, crowded):
    sign_in(no_js_page, crowded)
    no_js_page.goto("/today/")
    expect(no_js_page.get_by_label("Slower")).to_be_hidden()
    no_js_page.get_by_text("Change").click()
    no_js_page.get_by_label("Faster").check()
    no_js_page.get_by_role("button", name="Save").click()
    expect(no_js_page.get_by_text("At 15 a day you are level again tomorrow.")).to_be_visible()
    expect(no_js_page.get_by_role("heading", level=1)).to_contain_text("15 cards")


def test_days_off_are_looked_at_taken_and_given_back_without_scripts(no_js_page, sign_in, crowded):
    sign_in(no_js_page, crowded)
    see_the_cost(no_js_page, crowded)
    no_js_page.get_by_role("button", name="Take these days off").click()
    remove = no_js_page.get_by_role("button", name="Remove")
    expect(remove).to_be_visible()
    assert Learner.objects.get().holidays == [days_off(crowded)]
    remove.click()
    expect(remove).to_have_count(0)
    assert Learner.objects.get().holidays == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_they_hold_the_rules(open_context, axe, sign_in, crowded, scheme, viewport):
    context = open_context(bypass_csp=True, color_scheme=scheme, viewport=viewport, reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, crowded)
    page.goto("/today/")
    page.get_by_text("Change").click()
    axe(page)
    assert page.evaluate(OVERHANG) <= 0
    see_the_cost(page, crowded)
    axe(page)
    assert page.evaluate(OVERHANG) <= 0
    page.get_by_role("button", name="Take these days off").click()
    expect(page.get_by_role("button", name="Remove")).to_be_visible()
    axe(page)
    assert page.evaluate(OVERHANG) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_day_off_holds_them_too(open_context, axe, sign_in, crowded, scheme):
    today = plans.today_of(crowded, timezone.now()).isoformat()
    Learner.objects.update(holidays=[[today, today]])
    plans.build(crowded, timezone.now())
    page = open_context(bypass_csp=True, color_scheme=scheme, viewport=NARROW).new_page()
    sign_in(page, crowded)
    page.goto("/today/")
    expect(page.get_by_role("heading", name="A day off")).to_be_visible()
    axe(page)
