"""What is amiss with a card: reported by a learner, settled by staff, seen by the learner on the card."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from study import queue, remarks, services
from study.models import CardState, Report

pytestmark = [pytest.mark.django_db]
ONE, TWO = "queues/card-01", "queues/card-02"
URL = f"/study/report/{ONE}/"


@pytest.fixture
def tell():
    """`tell(learner, "wrong", note="…")`: about the first card."""
    return lambda user, reason="wrong", **more: remarks.report(
        user=user, now=timezone.now(), **{"card": ONE, "reason": reason, **more}
    )


def settle(status, reply=None, **which):
    return remarks.settle(reports=Report.objects.filter(**which), status=status, reply=reply, now=timezone.now())


def rows():
    return list(Report.objects.order_by("pk").values_list("reason", "note", "status"))


@pytest.mark.both_databases
def test_a_report_is_open_until_it_is_settled(learner, tell, clock):
    made = tell(learner, "unclear", note=" Which of the two? ")
    assert (made.repeated, made.report.created_at) == (False, timezone.now())
    assert rows() == [("unclear", "Which of the two?", "open")]
    clock.shift(60)
    assert settle("fixed", " Reworded. ") == 1
    report = Report.objects.get()
    assert (report.status, report.reply, report.settled_at) == ("fixed", "Reworded.", timezone.now())


@pytest.mark.both_databases
def test_the_same_reason_again_is_the_same_report_with_the_newer_words(learner, tell):
    first = tell(learner, note="A")
    assert tell(learner).repeated
    again = tell(learner, note="B")
    assert (again.repeated, again.report.pk) == (True, first.report.pk)
    assert rows() == [("wrong", "B", "open")]
    tell(learner, "outdated")
    settle("kept", reason="wrong")
    tell(learner)
    assert [row[0::2] for row in rows()] == [("wrong", "kept"), ("outdated", "open"), ("wrong", "open")]


def test_it_skips_the_card_for_today_when_asked_to(learner, tell, cards):
    tell(learner)
    assert cards(learner)[0].ref == ONE
    tell(learner, skip_today=True)
    assert cards(learner)[0].ref == TWO
    assert CardState.objects.get(learner=learner.pk, card__ref=ONE).buried_until == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("given", "where"), [({"reason": "ugly"}, "reason"), ({"reason": "wrong", "note": "x" * 1_001}, "note")]
)
def test_what_is_outside_the_limits_is_named_and_nothing_is_written(learner, tell, cards, given, where):
    with pytest.raises(services.InvalidAnswer) as refusal:
        tell(learner, skip_today=True, **given)
    assert refusal.value.where == where
    assert rows() == []
    assert cards(learner)[0].ref == ONE


def test_an_unknown_card_is_refused(learner, tell):
    with pytest.raises(services.UnknownCard):
        tell(learner, card="queues/card-99")
    assert rows() == []


def test_settling_twice_keeps_the_first_moment_and_a_reply_that_is_not_given(learner, tell, clock):
    tell(learner)
    settle("kept", "It is meant so.")
    first = timezone.now()
    clock.shift(3600)
    settle("fixed")
    report = Report.objects.get()
    assert (report.status, report.reply, report.settled_at) == ("fixed", "It is meant so.", first)
    with pytest.raises(ValueError, match="fixed or kept"):
        settle("open")


@pytest.mark.both_databases
def test_the_queue_carries_the_newest_of_the_learners_own(learner, bob, tell, cards):
    tell(bob)
    settle("fixed", "For Bob")
    assert cards(learner)[0].reported == ""
    tell(learner)
    settle("kept", "For Alice", learner=learner.pk)
    card = cards(learner)[0]
    assert (card.reported, card.reply, card.pending) == ("kept", "For Alice", False)


@pytest.mark.both_databases
def test_what_came_of_a_report_is_not_hidden_by_another_that_is_open(learner, bob, tell, cards, client_of):
    tell(learner)
    tell(learner, "outdated")
    tell(bob, "unclear")
    card = cards(learner)[0]
    assert (card.reported, card.reply, card.pending) == ("open", "", True)
    settle("fixed", "It is 4.", learner=learner.pk, reason="wrong")
    for found in (cards(learner)[0], queue.one(card.showing)):
        assert (found.reported, found.reply, found.pending) == ("fixed", "It is 4.", True)
    page = client_of(learner).get("/study/").content.decode()
    assert "<b>Fixed</b> since you reported it. It is 4. Another report of yours waits to be looked at." in page


# --- pages ----------------------------------------------------------------------------------------


@pytest.fixture
def page(learner, client_of):
    return client_of(learner)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_the_form_offers_four_reasons(page, headers):
    text = page.get(URL, headers=headers).content.decode()
    assert [value for value in Report.Reason.values if f'name="reason" value="{value}"' in text] == Report.Reason.values
    assert ("<html" in text) == (not headers)


def test_it_is_sent_and_the_review_says_so(page):
    response = page.post(URL, {"reason": "wrong", "note": "It is 3."})
    assert (response.status_code, response["Location"]) == (302, "/study/")
    assert rows() == [("wrong", "It is 3.", "open")]
    text = page.get("/study/").content.decode()
    assert "Reported. The card will say what came of it." in text
    assert "You reported this card. It waits to be looked at." in text


def test_as_a_fragment_a_line_comes_back(page):
    text = page.post(URL, {"reason": "wrong"}, headers={"HX-Request": "true"}).content.decode()
    assert "Reported." in text
    assert "article" not in text


def test_with_skip_the_next_card_comes_with_the_way_back(page):
    page.get("/study/")
    given = {"reason": "wrong", "skip_today": "on", "held": TWO}
    text = page.post(URL, given, headers={"HX-Request": "true"}).content.decode()
    assert "Reported. Buried until tomorrow." in text
    assert "Take back" in text
    assert 'data-ref="queues/card-03"' in text


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_without_a_reason_the_form_says_so_and_keeps_the_words(page, headers):
    response = page.post(URL, {"note": "It is 3.", "skip_today": "on"}, headers=headers)
    text = response.content.decode()
    assert response.status_code == 422
    assert "Pick one of the four." in text
    assert "It is 3.</textarea>" in text
    assert rows() == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_report_on_what_is_no_card_is_a_404(page, method):
    assert getattr(page, method)("/study/report/queues/card-99/").status_code == 404


@pytest.mark.parametrize(
    ("status", "said"),
    [("fixed", "<b>Fixed</b> since you reported it. Thanks."), ("kept", "<b>kept</b> as it is. Thanks.")],
)
def test_the_reporter_sees_on_the_card_what_came_of_it(page, learner, bob, tell, client_of, status, said):
    tell(learner)
    settle(status, "Thanks.")
    assert said in page.get("/study/").content.decode()
    assert said not in client_of(bob).get("/study/").content.decode()


def test_nobody_reads_the_report_of_another(learner, bob, charlie, tell, client_of):
    tell(learner, note="Alice alone")
    for other in (bob, charlie):
        client = client_of(other)
        for path in (URL, "/study/", "/topics/queues/"):
            assert "Alice alone" not in client.get(path).content.decode()
        assert not Report.objects.for_user(other).exists()


def test_what_it_costs(page, count_statements):
    page.get("/study/")
    with count_statements() as seen:
        page.post(URL, {"reason": "wrong", "skip_today": "on", "held": TWO}, headers={"HX-Request": "true"})
    assert len(seen) <= 10, seen
