"""Reports as staff settles them. Notes are nobody's but their writer's: they are not here, and never will be."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from study import remarks
from study.models import Report

SETTLED = "{} settled. Those who reported see it on the card."


class SettleForm(ModelForm):  # type: ignore[type-arg]
    """How a report is settled; once it is, it can only be settled in another way."""

    def clean_status(self) -> str:
        """Open, fixed or kept."""
        status = str(self.cleaned_data["status"])
        if status == Report.Status.OPEN and self.instance.settled_at:
            raise ValidationError("Its learner has seen how this was settled. Choose fixed or kept.")
        return status


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What learners say is amiss: read, answer, settle."""

    form = SettleForm
    list_display = ("card", "reason", "note", "status", "created_at")
    list_filter = ("status", "reason", "card__topic")
    search_fields = ("card__ref", "note")
    ordering = ("status", "-created_at")
    list_select_related = ("card",)
    fields = ("about", "reason", "note", "created_at", "status", "reply", "settled_at")
    readonly_fields = ("about", "reason", "note", "created_at", "settled_at")
    actions = ("mark_fixed", "keep_as_it_is")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Learners report, staff settles."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        """A report stays, so that its learner sees what came of it."""
        return False

    @admin.display(description="card")
    def about(self, report: Report) -> SafeString:
        """The card, one step away."""
        address = reverse("admin:curriculum_card_change", args=[report.card_id])
        return format_html('<a href="{}">{}</a>', address, report.card)

    def save_model(self, request: HttpRequest, obj: Report, form: ModelForm[Report], change: bool) -> None:
        """Settle it with the reply; one left open keeps its reply for later."""
        if obj.status == Report.Status.OPEN:
            obj.save(update_fields=["status", "reply"])
        else:
            remarks.settle(reports=[obj], status=obj.status, reply=obj.reply, now=timezone.now())

    @admin.action(description="Mark fixed", permissions=["change"])
    def mark_fixed(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        """The cards were mended."""
        self._settle(request, reports, Report.Status.FIXED)

    @admin.action(description="Keep as it is", permissions=["change"])
    def keep_as_it_is(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        """The cards were looked at and are right."""
        self._settle(request, reports, Report.Status.KEPT)

    def _settle(self, request: HttpRequest, reports: QuerySet[Report], status: str) -> None:
        settled = remarks.settle(reports=reports, status=status, now=timezone.now())
        for report in reports:
            self.log_change(request, report, _words(status))
        self.message_user(request, SETTLED.format(settled), messages.SUCCESS)


def _words(status: str) -> Any:
    return [{"changed": {"fields": [f"status: {status}"]}}]
