"""Every page that is not the review loop: no accessibility rule broken, no sideways scrolling, nothing inline."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from curriculum import markdown
from curriculum.models import Topic
from study import enrolment, plans, queue, services

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 700}
PUBLIC = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/inactive/", "/nowhere/"]
SIGNED_IN = [
    "/today/",
    "/welcome/",
    "/tracks/",
    "/tracks/steady/",
    "/tracks/later/",
    "/topics/queues/",
    "/topics/clocks/",
    "/sources/",
    "/sources/sample-list/#sample-list/01/queues",
    "/settings/",
    "/settings/holidays/",
    "/accounts/password/change/",
    "/accounts/email/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# targets under 24 px: WCAG 2.5.8 leaves out what stands inside a sentence
SMALL = """() => [...document.querySelectorAll("a, button, select, summary")]
    .filter(one => one.checkVisibility() && getComputedStyle(one).display != "inline" && !one.closest(".skip"))
    .filter(one => one.getBoundingClientRect().height < 24).map(one => one.outerHTML)"""
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)


def answer(user, count):
    """Answer that many cards of the day with Good, the last one with Again."""
    day = plans.current(user, timezone.now()).study_day
    for number in range(count):
        card = queue.upcoming(learner=user.pk, day=day, count=1).cards[0]
        services.grade(user=user, card=card.ref, grade=1 if number == 1 else 4, key=uuid4(), now=timezone.now())


@pytest.fixture
def learner(alice, curriculum):
    """Alice in the middle of a day of five cards."""
    now = timezone.now()
    enrolment.start_learning(user=alice, track=curriculum.track, pace=5, time_zone="UTC", now=now)
    answer(alice, 2)
    return alice


@pytest.fixture
def look(open_context, axe, sign_in, tolerated):
    """`look("/today/", alice, "dark")`: axe and the size of targets at both widths, no sideways scrolling."""
    tolerated.append("status of 404")

    def check(path, user, scheme):
        context = open_context(bypass_csp=True, color_scheme=scheme, viewport=WIDE, reduced_motion="reduce")
        page = context.new_page()
        if user:
            sign_in(page, user)
        page.goto(path)
        axe(page)
        assert page.evaluate(SMALL) == []
        page.set_viewport_size(NARROW)
        axe(page)
        assert page.evaluate(SMALL) == []
        assert page.evaluate(OVERHANG) <= 0

    return check


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_hold_the_rules(look, path, scheme):
    look(path, None, scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", SIGNED_IN)
def test_pages_of_signed_in_people_hold_the_rules(look, learner, path, scheme):
    look(path, learner, scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_today_holds_them_without_a_track_and_when_it_is_done(look, learner, bob, scheme):
    look("/today/", bob, scheme)
    answer(learner, 4)
    look("/today/", learner, scheme)


def test_a_table_too_wide_scrolls_in_its_own_box_and_no_word_breaks(look, open_context, sign_in, learner):
    word = "incomprehensibilities"
    table = markdown.lesson(f"| {word} | {word} | {word} |\n|--|--|--|\n| a | b | c |")
    Topic.objects.filter(slug="queues").update(lesson_html=table.html)
    look("/topics/queues/", learner, "light")
    page = open_context(viewport=NARROW).new_page()
    sign_in(page, learner)
    page.goto("/topics/queues/")
    box = page.get_by_role("group", name="Table")
    assert box.evaluate("box => box.scrollWidth - box.clientWidth") > 0
    assert page.get_by_role("columnheader").first.evaluate("cell => cell.clientHeight") < 48
    box.focus()
    expect(box).to_be_focused()


def test_on_a_phone_a_page_shorter_than_the_screen_begins_at_the_top(open_context, sign_in, learner):
    answer(learner, 4)
    page = open_context(viewport={"width": 390, "height": 844}).new_page()
    sign_in(page, learner)
    page.goto("/today/")
    assert page.locator(".side .brand").bounding_box()["y"] < 24


def test_a_form_with_mistakes_holds_them_and_puts_the_focus_on_the_summary(
    open_context, axe, sign_in, learner, tolerated
):
    tolerated.append("status of 422")
    page = open_context(bypass_csp=True, viewport=NARROW).new_page()
    sign_in(page, learner)
    page.goto("/settings/")
    page.get_by_label("Reviews a day").fill("5000")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    axe(page)
    page.get_by_role("link", name="Choose 200 or fewer").click()
    assert page.evaluate("location.hash") == "#id_cap"


def test_the_page_with_the_shown_message_holds_them(open_context, axe):
    page = open_context(bypass_csp=True, viewport=NARROW).new_page()
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill("dora@example.org")
    page.get_by_label("Password").fill("a-long-sesame-7")
    page.get_by_role("button", name="Create an account").click()
    page.get_by_role("heading", name="Here is the message").wait_for()
    axe(page)
    assert page.evaluate(OVERHANG) <= 0


def test_a_theme_of_ones_own_overrules_the_system(open_context, sign_in, learner):
    learner.theme = "dark"
    learner.save()
    page = open_context(color_scheme="light").new_page()
    sign_in(page, learner)
    page.goto("/today/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 20, 22)"


def test_icons_are_drawn_under_the_policy(page, sign_in, learner):
    sign_in(page, learner)
    with page.expect_response("**/icons.svg") as icons:
        page.goto("/today/")
    assert icons.value.ok
    assert page.locator(".nav .i").first.bounding_box()["width"] == 18


def test_nothing_is_written_inline(learner):
    client = Client()
    client.force_login(learner)
    for path in [*PUBLIC, *SIGNED_IN]:
        for visitor in (client, Client()):
            html = visitor.get(path, follow=True).content.decode()
            assert not INLINE.search(html), (path, INLINE.search(html))
