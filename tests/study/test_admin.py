"""The admin: for staff alone, behind the sign-in of everybody, with reports to settle and no learner's note."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from curriculum.models import Card
from study import remarks
from study.models import Report
from tests.test_every_url import check_headers

pytestmark = pytest.mark.django_db
ONE = "queues/card-01"
REPORTS = "/admin/study/report/"


@pytest.fixture
def staff(make_user, client_of, clock):
    """A client of somebody who may do everything in the admin."""
    return client_of(make_user("staff@example.org", is_staff=True, is_superuser=True))


@pytest.fixture
def report(learner):
    """Alice's report of the first card; her note stands on it as well."""
    remarks.keep_note(user=learner, card=ONE, text="Alice alone", now=timezone.now())
    said = {"card": ONE, "reason": "wrong", "note": "It is 3."}
    return remarks.report(user=learner, now=timezone.now(), **said).report


def pages(report):
    """Every page of the admin that staff can open."""
    yield from ("/admin/", "/admin/study/", "/admin/curriculum/", REPORTS, "/admin/curriculum/card/")
    yield reverse("admin:study_report_change", args=[report.pk])
    yield reverse("admin:study_report_history", args=[report.pk])
    yield reverse("admin:curriculum_card_change", args=[report.card_id])


def test_nobody_is_led_to_the_sign_in_of_everybody(client, report):
    for path in pages(report):
        first = client.get(path)
        assert first["Location"].startswith("/admin/login/?next="), path
        second = client.get(first["Location"])
        assert second["Location"].startswith("/accounts/login/?next=")
        check_headers(second, path)


def test_there_is_no_second_form_to_guess_passwords_at(client, make_user):
    make_user("staff@example.org", is_staff=True)
    response = client.post("/admin/login/", {"username": "staff@example.org", "password": "sesame-1"})
    assert response["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_who_is_not_staff_gets_a_403(alice, client_of):
    client = client_of(alice)
    assert client.get(client.get("/admin/")["Location"]).status_code == 403


def test_passwords_are_changed_in_one_place(staff):
    assert staff.get("/admin/password_change/")["Location"] == reverse("account_change_password")


def test_staff_opens_every_page_and_reads_no_note_and_no_address(staff, report):
    for path in pages(report):
        response = staff.get(path)
        text = response.content.decode()
        assert response.status_code == 200, path
        check_headers(response, path)
        assert "Alice alone" not in text
        assert "alice@example.org" not in text
    assert staff.get("/admin/study/note/").status_code == 404


def test_it_knows_reports_and_cards_and_nothing_else():
    assert {model._meta.label for model in admin.site._registry} == {"study.Report", "curriculum.Card"}


def test_a_card_is_read_and_not_written(staff, report):
    address = reverse("admin:curriculum_card_change", args=[report.card_id])
    assert "What is sample queues 1?" in staff.get(address).content.decode()
    assert staff.post(address, {"ref": "other/card"}).status_code == 403
    assert staff.get("/admin/curriculum/card/add/").status_code == 403
    assert Card.objects.get(pk=report.card_id).ref == ONE


def test_reports_are_neither_added_nor_deleted(staff, report):
    assert staff.get(f"{REPORTS}add/").status_code == 403
    assert staff.post(reverse("admin:study_report_delete", args=[report.pk]), {"post": "yes"}).status_code == 403
    assert Report.objects.count() == 1


def test_open_reports_can_be_filtered(staff, report):
    assert "It is 3." in staff.get(f"{REPORTS}?status__exact=open").content.decode()
    assert "It is 3." not in staff.get(f"{REPORTS}?status__exact=fixed").content.decode()


@pytest.mark.parametrize(("action", "status"), [("mark_fixed", "fixed"), ("keep_as_it_is", "kept")])
def test_an_action_settles_what_is_selected(staff, report, bob, action, status):
    other = remarks.report(user=bob, card=ONE, reason="unclear", now=timezone.now()).report
    response = staff.post(REPORTS, {"action": action, "_selected_action": [report.pk]}, follow=True)
    assert "1 settled." in response.content.decode()
    report.refresh_from_db()
    other.refresh_from_db()
    assert (report.status, report.settled_at, other.status) == (status, timezone.now(), "open")
    assert LogEntry.objects.get().object_id == str(report.pk)


def test_a_reply_and_a_status_settle_one_and_the_learner_reads_it(staff, report, learner, client_of):
    address = reverse("admin:study_report_change", args=[report.pk])
    assert staff.post(address, {"status": "fixed", "reply": "It says 3 now."}).status_code == 302
    report.refresh_from_db()
    assert (report.status, report.reply, report.settled_at) == ("fixed", "It says 3 now.", timezone.now())
    page = client_of(learner).get("/study/").content.decode()
    assert "<b>Fixed</b> since you reported it. It says 3 now." in page


def test_a_settled_report_is_not_opened_again(staff, report):
    remarks.settle(reports=[report], status="kept", now=timezone.now())
    response = staff.post(reverse("admin:study_report_change", args=[report.pk]), {"status": "open", "reply": ""})
    assert "Choose fixed or kept." in response.content.decode()
    report.refresh_from_db()
    assert report.status == "kept"


def test_staff_without_the_permission_settles_nothing(make_user, client_of, report):
    client = client_of(make_user("clerk@example.org", is_staff=True))
    assert client.post(REPORTS, {"action": "mark_fixed", "_selected_action": [report.pk]}).status_code == 403
    report.refresh_from_db()
    assert report.status == "open"
