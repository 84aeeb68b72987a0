"""Cards as staff sees them: to be found and read; they are written in content/ and nowhere else."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from curriculum.models import Card


class ReadOnly:
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False


@admin.register(Card)
class CardAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """The cards of the curriculum."""

    list_display = ("ref", "kind", "tier", "retired")
    list_filter = ("retired", "kind", "tier", "topic")
    search_fields = ("ref", "prompt")
    ordering = ("ref",)
    fields = ("ref", "kind", "tier", "question", "answer", "why", "passage", "source", "checked", "retired")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """With what a row shows."""
        return super().get_queryset(request).select_related("source")

    @admin.display
    def question(self, card: Card) -> SafeString:
        """The prompt as it is asked."""
        return _safe(card.prompt_html)

    @admin.display
    def answer(self, card: Card) -> SafeString:
        """The answer as it is shown."""
        return _safe(card.answer_html)

    @admin.display
    def why(self, card: Card) -> SafeString:
        """The reason under the answer."""
        return _safe(card.why_html)


def _safe(html: str) -> SafeString:
    """HTML that passed the allow-list when the content was loaded."""
    return render_to_string("admin/_markup.html", {"html": html})
