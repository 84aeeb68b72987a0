"""The tools of a card as pages: put it away and take it back, write a note, report it.

Each works as a page of its own, as a fragment for htmx, and in a dialog of tools.js.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, signed_in
from curriculum.models import Card
from study import plans, remarks, standing, views
from study.forms import first_error
from study.models import CardState, Report
from study.scope import UnknownScope
from study.scope import read as read_scope
from study.services import UnknownCard
from study.tool_forms import AwayForm, NoteForm, ReportForm

Verb = Callable[..., CardState]
BURIED, SUSPENDED, RESTORED = "Buried until tomorrow.", "Suspended.", "It is asked again."
NO_PLACE = "It is asked again; today has no place left for it, so it comes on a later day."
REPORTED = "Reported. The card will say what came of it."
MEANS = {
    Report.Reason.WRONG: "The answer is not right",
    Report.Reason.UNCLEAR: "It can be read in two ways",
    Report.Reason.OUTDATED: "It was right once",
    Report.Reason.DUPLICATE: "Another card asks this",
}


# --- put away, take back --------------------------------------------------------------------------


@signed_in
@views.posted
def bury(request: SignedInRequest) -> HttpResponse:
    """Not asked before tomorrow; five statements."""
    return _put_away(request, standing.bury, BURIED)


@signed_in
@views.posted
def suspend(request: SignedInRequest) -> HttpResponse:
    """Not asked until it is taken back; five statements."""
    return _put_away(request, standing.suspend, SUSPENDED)


@signed_in
@views.posted
def restore(request: SignedInRequest) -> HttpResponse:
    """Ask a card again that was buried, suspended or set aside; what cannot be today is said."""
    form = AwayForm(request.POST)
    state = _done(request, form, standing.restore)
    if isinstance(state, HttpResponse):
        return state
    given, said = form.cleaned_data, _when(state, plans.today_of(request.user, timezone.now()))
    if given["page"]:
        messages.success(request, said)
        return redirect(f"{reverse('topic', args=[given['card'].partition('/')[0]])}#cards")
    if standing.waits(state):
        return views._after(request, given)
    if request.htmx:
        return views._after(request, given, notice=said)
    messages.success(request, said)
    return views._after(request, given)


def _when(state: CardState, day: date) -> str:
    """When a restored card is asked, as far as that is known."""
    if standing.waits(state):
        return RESTORED
    if state.due_on is None:
        return "It is asked again when its turn comes."
    if state.due_on > day:
        return f"It is asked again when it is due, on {format_date(state.due_on, 'j F')}."
    return NO_PLACE


def _put_away(request: SignedInRequest, verb: Verb, said: str) -> HttpResponse:
    form = AwayForm(request.POST)
    state = _done(request, form, verb)
    if isinstance(state, HttpResponse):
        return state
    return _next(request, form.cleaned_data, form.cleaned_data["card"], said)


def _done(request: SignedInRequest, form: AwayForm, verb: Verb) -> CardState | HttpResponse:
    """Do it, or say why it cannot be done."""
    if not form.is_valid():
        return views._refused(request, first_error(form), 422)
    try:
        return verb(user=request.user, card=form.cleaned_data["card"], now=timezone.now())
    except UnknownCard as unknown:
        return views._refused(request, str(unknown), 404)


def _next(request: SignedInRequest, given: Mapping[str, Any], ref: str, said: str) -> HttpResponse:
    """The next card, with a line that says what happened to this one and a button that takes it back.

    Where the page is left, the line waits for the page that follows.
    """
    told: dict[str, Any] = {"notice": said, "take_back": ref} if request.htmx else {}
    response = views._after(request, given, **told)
    if not request.htmx or response.status_code == 204:
        messages.success(request, said, extra_tags=ref)
    return response


# --- note and report ------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def note(request: SignedInRequest, ref: str) -> HttpResponse:
    """The learner's own words on a card."""
    card = _card(ref)
    if request.method != "POST":
        form = NoteForm(initial={"text": remarks.note_on(request.user, card)})
        return _form(request, card, form, "Your note", "study/_note_form.html")
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _form(request, card, form, "Your note", "study/_note_form.html")
    kept = remarks.keep_note(user=request.user, card=ref, text=form.cleaned_data["text"], now=timezone.now()).note
    said = "Note kept." if kept else "No note is kept."
    if request.htmx:
        return views.part(request, "_note_kept", {"note": kept.text if kept else "", "notice": said})
    messages.success(request, said)
    return redirect(views._study(form.cleaned_data["session"]))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def report(request: SignedInRequest, ref: str) -> HttpResponse:
    """What is amiss with a card; with `skip_today` the next card comes at once."""
    card = _card(ref)
    form = ReportForm(request.POST) if request.method == "POST" else ReportForm()
    if not form.is_valid():
        reasons = [(value, label, MEANS[Report.Reason(value)]) for value, label in Report.Reason.choices]
        return _form(request, card, form, "Report this card", "study/_report_form.html", reasons=reasons)
    given = form.cleaned_data
    said = {name: given[name] for name in ("reason", "note", "skip_today")}
    remarks.report(user=request.user, card=ref, now=timezone.now(), **said)
    if given["skip_today"]:
        return _next(request, given, ref, f"Reported. {BURIED}")
    if request.htmx:
        return views.part(request, "_notice", {"notice": REPORTED})
    messages.success(request, REPORTED)
    return redirect(views._study(given["session"]))


def _form(request: SignedInRequest, card: Card, form: Form, title: str, part: str, **more: object) -> HttpResponse:
    """A form on a page of its own, or alone for a dialog."""
    template = "study/_tool.html" if request.htmx else "study/tool.html"
    given = request.GET if request.method != "POST" else request.POST
    try:
        scope = str(read_scope(given.get("session", "")))
    except UnknownScope:
        scope = ""
    context = {"card": card, "form": form, "title": title, "part": part, "scope": scope, **more}
    return render(request, template, context, status=422 if form.errors else 200)


def _card(ref: str) -> Card:
    card = Card.objects.asked().filter(ref=ref).only("topic_id", "ref", "prompt_html").first()
    if card is None:
        raise Http404
    return card
