"""The review loop's pages. Each works as a page, as a fragment for htmx, and under study.js's buffer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, signed_in
from study import plans, queue, reading, services, showing, verdict
from study.faces import Face
from study.faces import face as face_of
from study.forms import GradeForm, ShowingForm, UndoForm, first_error
from study.queue import Queue

NO_SUCH_RESPONSE = (
    "That is not on this card. Nothing was stored; pick what is.",
    "Each step needs a place of its own. Nothing was stored; give every number once.",
)
BUFFER = 2  # the card in front, and the one behind it
GRADE_NAMES = {0: "Again", 1: "Again", 2: "Again", 3: "Hard", 4: "Good", 5: "Easy"}


def _session(found: Queue) -> dict[str, object]:
    last = GRADE_NAMES[found.last_grade] if found.last_grade is not None else ""
    return {"queue": found, "undo_key": found.last_key, "undo_label": last, "new_key": uuid4()}


def _page(
    request: SignedInRequest, day: date, *, face: Face | None = None, notice: str = "", status: int = 200
) -> HttpResponse:
    """The whole study page: the card in front (or `face`), the next one behind it, counters and undo."""
    held = [face.card.ref] if face else []
    found = queue.upcoming(learner=request.user.pk, day=day, count=BUFFER - len(held), held=held)
    faces = [*([face] if face else []), *(face_of(card) for card in found.cards)]
    if not faces and not notice:
        if found.answered:
            return redirect("study_done")
        return render(request, "study/empty.html", _session(found))
    context = {**_session(found), "face": next(iter(faces), None), "ahead": faces[1:], "notice": notice}
    return render(request, "study/study.html", context, status=status)


@require_safe
@signed_in
def study(request: SignedInRequest) -> HttpResponse:
    """The review loop; four statements when the day is planned."""
    return _page(request, plans.current(request.user, timezone.now()).study_day)


@require_POST
@signed_in
def grade(request: SignedInRequest) -> HttpResponse:
    """Store a grade and answer with the card after next; five statements."""
    form = GradeForm(request.POST)
    now = timezone.now()
    if not form.is_valid():
        return _refused(request, first_error(form), 422)
    given = form.cleaned_data
    try:
        services.grade(
            user=request.user,
            card=given["card"],
            grade=given["grade"],
            key=given["key"],
            now=now,
            shown=given["shown"],
            milliseconds=given["milliseconds"],
            response=form.said(),
        )
    except services.AlreadyAnswered as late:
        return _after(request, given["held"], notice=_answered_elsewhere(request, late), status=409)
    except services.UnknownCard as refusal:
        return _refused(request, str(refusal), 404)
    except services.Refused as refusal:
        return _refused(request, str(refusal), 422)
    return _after(request, given["held"])


@require_POST
@signed_in
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
        return render(request, "study/_card.html", {"face": face})
    return _page(request, shown.day, face=face)


@require_POST
@signed_in
def undo(request: SignedInRequest) -> HttpResponse:
    """Take back the newest answer of today; its card comes back to the front. Seven statements."""
    form = UndoForm(request.POST)
    if not form.is_valid():
        return _refused(request, first_error(form), 422)
    given = form.cleaned_data
    try:
        services.undo(user=request.user, key=given["key"], now=timezone.now(), answer_key=given["undoes"])
    except services.UnknownCard as refusal:
        return _refused(request, str(refusal), 404)
    except services.Refused as refusal:
        return _after(request, given["held"], notice=str(refusal), status=409)
    return _after(request, held=())


@require_safe
@signed_in
def done(request: SignedInRequest) -> HttpResponse:
    """What the session was: facts, and the size of tomorrow."""
    today = reading.today(request.user, timezone.now())
    return render(request, "study/done.html", {**_session(today.queue), "today": today})


# --- answers to a post ----------------------------------------------------------------------------


def _after(request: SignedInRequest, held: Collection[str], *, notice: str = "", status: int = 200) -> HttpResponse:
    """The next card the page does not hold, with counters; 204 when nothing waits; a redirect without scripts."""
    day = plans.today_of(request.user, timezone.now())
    if not request.htmx:
        return _page(request, day, notice=notice, status=status) if notice else redirect("study")
    found = queue.upcoming(learner=request.user.pk, day=day, count=1, held=held)
    if not found.waiting and status == 200:
        if not found.answered:  # the day changed under the page: plan it, as the first page of a day does
            plans.current(request.user, timezone.now())
            found = queue.upcoming(learner=request.user.pk, day=day, count=1, held=held)
        if not found.waiting:
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("study_done")})
    face = face_of(found.cards[0]) if found.cards else None
    return render(request, "study/_next.html", {**_session(found), "face": face, "notice": notice}, status=status)


def _refused(request: SignedInRequest, sentence: str, status: int) -> HttpResponse:
    if not request.htmx:
        return render(request, "study/refused.html", {"sentence": sentence}, status=status)
    response = render(request, "study/_refused.html", {"notice": sentence}, status=status)
    response["HX-Reswap"] = "none"  # the card stays; only the line above it changes
    return response


def _answered_elsewhere(request: SignedInRequest, late: services.AlreadyAnswered) -> str:
    local = timezone.localtime(late.answer.received_at, ZoneInfo(request.user.time_zone))
    if late.answer.grade is None:
        return f"Undone on another page at {local:%H:%M}. Your grade was not stored; answer it again if you like."
    return f"Already answered {GRADE_NAMES[late.answer.grade]} on another page at {local:%H:%M}."
