"""The review loop's pages. Each works as a page, as a fragment for htmx, and under study.js's buffer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template import engines
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, signed_in
from curriculum.models import Card
from study import cram, enrolment, plans, queue, reading, services, showing, verdict
from study.faces import Face
from study.faces import face as face_of
from study.forms import GradeForm, MoreForm, ShowingForm, UndoForm, first_error
from study.queue import Queue
from study.scope import EVERYTHING, Scope, UnknownScope, minutes_of
from study.scope import read as read_scope
from study.services import Graded

NO_SUCH_RESPONSE = (
    "That is not on this card. Nothing was stored; pick what is.",
    "Each step needs a place of its own. Nothing was stored; give every number once.",
)
BUFFER = 2  # the card in front, and the one behind it
NOTHING_SAID = {"notice": "", "take_back": "", "aside": None, "scope": ""}
UNDO = uuid5(NAMESPACE_URL, "undo")  # an undo's key follows from the answer it takes back: a repeat is the same undo
GRADE_NAMES = {0: "Again", 1: "Again", 2: "Again", 3: "Hard", 4: "Good", 5: "Easy"}


def _session(found: Queue) -> dict[str, object]:
    last = GRADE_NAMES[found.last_grade] if found.last_grade is not None else ""
    return {**NOTHING_SAID, "queue": found, "undo_label": last, "scope": str(found.scope)}


def part(request: SignedInRequest, name: str, context: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    """A part of the study page alone, for a script that swaps it in; what else a page is told it does not use."""
    found = engines["jinja2"].env.get_template(f"study/{name}.jinja")  # type: ignore[attr-defined]  # Jinja keeps it
    return HttpResponse(found.render({**NOTHING_SAID, **context, "request": request}), status=status)


def _page(
    request: SignedInRequest,
    day: date,
    scope: Scope = EVERYTHING,
    *,
    face: Face | None = None,
    notice: str = "",
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """The whole study page: the card in front (or `face`), the next one behind it, counters and undo."""
    held = [face.card.ref] if face else []
    found = reading.upcoming(user=request.user, day=day, count=BUFFER - len(held), scope=scope, held=held)
    faces = [*([face] if face else []), *(face_of(card) for card in found.cards)]
    if not faces and not notice and not more:
        return redirect(_done(scope)) if found.answered else _empty(request, found)
    context = {**_session(found), "face": next(iter(faces), None), "ahead": faces[1:], "notice": notice, **more}
    return render(request, "study/study.html", context, status=status)


def _empty(request: SignedInRequest, found: Queue) -> HttpResponse:
    part = cram.title_of(found.scope)
    return render(request, "study/empty.html", {**_session(found), "part": part, "again": str(found.scope.again())})


def _done(scope: Scope) -> str:
    return f"{reverse('study_done')}?{scope}" if str(scope) else reverse("study_done")


def _study(scope: Scope) -> str:
    return f"{reverse('study')}?{scope}" if str(scope) else reverse("study")


def posted(view: Callable[[SignedInRequest], HttpResponse]) -> Callable[[SignedInRequest], HttpResponse]:
    """A view that acts on a post; whoever opens its address, say by a reload, is led to the review."""

    @wraps(view)
    def led(request: SignedInRequest) -> HttpResponse:
        return redirect("study") if request.method in ("GET", "HEAD") else view(request)

    return require_http_methods(["GET", "HEAD", "POST"])(led)


@require_safe
@signed_in
def study(request: SignedInRequest) -> HttpResponse:
    """The review loop; four statements when the day is planned.

    `topic`, `area`, `document` and `missed` narrow it, `minutes` cuts it, `cram` leaves the schedule alone.
    """
    plan = plans.current(request.user, timezone.now())
    try:
        scope, minutes = read_scope(request.GET), minutes_of(request.GET)
        cram.title_of(scope)
    except UnknownScope as unknown:
        return render(request, "study/refused.html", {"title": "No such part", "sentence": str(unknown)}, status=404)
    if minutes:  # from here on a fixed number of cards, so that a reload ends where the first visit would have
        return redirect(_study(reading.cut(request.user, plan, scope, minutes)))
    if scope.cram and scope.since is None:
        return redirect(_study(scope.begun(cram.newest(request.user))))
    return _page(request, plan.study_day, scope)


@signed_in
@posted
def more(request: SignedInRequest) -> HttpResponse:
    """Add new cards to today's queue, and of a topic or area what is due above the cap; then on to them."""
    form = MoreForm(request.POST)
    if not form.is_valid():
        return _refused(request, first_error(form), 422)
    given, scope = form.cleaned_data, form.cleaned_data["session"]
    try:
        enrolment.learn_more(user=request.user, now=timezone.now(), count=given["count"], key=given["key"], scope=scope)
    except enrolment.KeyReused as refusal:
        return _refused(request, str(refusal), 422)
    return redirect(_study(scope))


@signed_in
@posted
def grade(request: SignedInRequest) -> HttpResponse:
    """Store a grade and answer with the card after next; five statements."""
    form = GradeForm(request.POST)
    now = timezone.now()
    if not form.is_valid():
        return _refused(request, first_error(form), 422)
    given = form.cleaned_data
    try:
        graded = services.grade(
            user=request.user,
            card=given["card"],
            grade=given["grade"],
            key=given["key"],
            now=now,
            shown=given["shown"],
            answered_at=given["answered_at"],
            milliseconds=given["milliseconds"],
            response=form.said(),
        )
    except services.AlreadyAnswered as late:
        return _after(request, given, notice=_answered_elsewhere(request, late), status=409)
    except services.UnknownCard as refusal:
        return _refused(request, str(refusal), 404)
    except services.Refused as refusal:
        return _refused(request, str(refusal), 422)
    return _after(request, given, **_set_aside(graded, given["card"]))


@signed_in
@posted
def check(request: SignedInRequest) -> HttpResponse:
    """The answer side of a card that asks for a response, with the verdict; nothing is written."""
    form = ShowingForm(request.POST)
    if not form.is_valid():
        return _refused(request, first_error(form), 422)
    given = form.cleaned_data
    try:
        shown = showing.read(given["shown"], learner=request.user.pk, ref=given["card"])
    except showing.Forged:
        return _refused(request, str(services.UnknownCard()), 404)
    card = queue.one(shown)
    said = form.said()
    if said is not None and not verdict.is_response(shown.asks, shown.parts, said):
        return _refused(request, NO_SUCH_RESPONSE[shown.asks == "order"], 422)
    face = Face(
        card, given["key"], given["shown"], shown.days(), said, checked=True, milliseconds=given["milliseconds"]
    )
    if request.htmx:
        return part(request, "_card", {"face": face, "scope": str(given["session"])})
    return _page(request, shown.day, given["session"], face=face)


@signed_in
@posted
def undo(request: SignedInRequest) -> HttpResponse:
    """Take back the newest answer of today; its card comes back to the front. Seven statements."""
    form = UndoForm(request.POST)
    if not form.is_valid():
        return _refused(request, first_error(form), 422)
    given = form.cleaned_data
    try:
        key = uuid5(UNDO, str(given["undoes"]))
        services.undo(user=request.user, key=key, now=timezone.now(), answer_key=given["undoes"])
    except services.UnknownCard as refusal:
        return _refused(request, str(refusal), 404)
    except services.Refused as refusal:
        return _after(request, given, notice=str(refusal), status=409)
    return _after(request, {**given, "held": []})


@require_safe
@signed_in
def done(request: SignedInRequest) -> HttpResponse:
    """What the session was: facts, and the size of tomorrow."""
    try:
        scope = read_scope(request.GET)
        part = cram.title_of(scope)
    except UnknownScope:
        return redirect("study_done")
    today = reading.today(request.user, timezone.now())
    practised = reading.upcoming(user=request.user, day=today.day, count=0, scope=scope).answered if scope.cram else 0
    context = {"today": today, "part": part, "practised": practised, "again": str(scope.again())}
    return render(request, "study/done.html", {**_session(today.queue), **context})


# --- answers to a post ----------------------------------------------------------------------------


def _after(
    request: SignedInRequest, given: Mapping[str, Any], *, notice: str = "", status: int = 200, **more: object
) -> HttpResponse:
    """The next card the page does not hold, with counters; 204 when nothing waits; a redirect without scripts."""
    scope, held = given["session"], given["held"]
    day = plans.today_of(request.user, timezone.now())
    told = bool(notice or more)
    if not request.htmx:
        if not told:
            return redirect(_study(scope))
        plans.current(request.user, timezone.now())
        page: dict[str, Any] = {"notice": notice, "status": status, **more}
        return _page(request, day, scope, **page)
    found = reading.upcoming(user=request.user, day=day, count=1, scope=scope, held=held)
    if not found.waiting and not found.answered:  # the day changed under the page: plan it, as its first page does
        plans.current(request.user, timezone.now())
        found = reading.upcoming(user=request.user, day=day, count=1, scope=scope, held=held)
    if not found.waiting and status == 200 and "aside" not in more:
        return HttpResponse(status=204, headers={"HX-Redirect": _done(scope)})
    face = face_of(found.cards[0]) if found.cards else None
    context = {**_session(found), "face": face, "notice": notice, **more}
    return part(request, "_next", context, status=status)


def _refused(request: SignedInRequest, sentence: str, status: int) -> HttpResponse:
    if not request.htmx:
        return render(request, "study/refused.html", {"sentence": sentence}, status=status)
    response = part(request, "_refused", {"notice": sentence}, status=status)
    response["HX-Reswap"] = "none"  # the card stays; only the line above it changes
    return response


def _set_aside(graded: Graded, ref: str) -> dict[str, Any]:
    """What the learner is told about a card that this grade set aside: the card, and how often it slipped."""
    if not graded.set_aside or graded.memory is None:
        return {}
    card = Card.objects.select_related("topic").only("ref", "prompt_html", "passage", "topic__slug").get(ref=ref)
    return {"aside": card, "times": graded.memory.lapses}


def _answered_elsewhere(request: SignedInRequest, late: services.AlreadyAnswered) -> str:
    local = timezone.localtime(late.answer.received_at, ZoneInfo(request.user.time_zone))
    if late.answer.grade is None:
        return f"Undone on another page at {local:%H:%M}. Your grade was not stored; answer it again if you like."
    return f"Already answered {GRADE_NAMES[late.answer.grade]} on another page at {local:%H:%M}."
