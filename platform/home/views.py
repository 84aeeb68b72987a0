"""Pages that join rooms: landing, welcome, today, settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, signed_in
from accounts.models import User
from curriculum.coverage import TrackCoverage, coverage_of_tracks
from curriculum.models import Card, Track
from home import charts
from home.forms import WEEKDAYS, HolidayForm, SettingsForm, WelcomeForm
from scheduling.planning import finish_day
from study import capacity, enrolment, reading
from study.models import Learner
from study.places import pace_of
from study.plans import today_of

OFFERED = 3  # tracks shown to somebody who has none


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What this is, for people who are not signed in."""
    return redirect("today") if request.user.is_authenticated else render(request, "home/landing.html")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process answers and reaches its database; no session, no page."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError):
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


# --- welcome --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A track as it can be chosen."""

    track: Track
    coverage: TrackCoverage


def offers() -> list[Offer]:
    """Every track with what exists of it, in the curriculum's order."""
    coverage = coverage_of_tracks()
    return [Offer(track, coverage[track.slug]) for track in Track.objects.all()]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def welcome(request: SignedInRequest) -> HttpResponse:
    """Track, pace and time zone on one page; as a fragment, only the line that says what they amount to."""
    now, choice = timezone.now(), offers()
    startable = {offer.track.slug: offer for offer in choice if offer.coverage.cards}
    if request.method == "POST":
        form = WelcomeForm(request.POST, startable=startable)
        if form.is_valid():
            _start(request.user, startable[form.cleaned_data["track"]].track, form, now)
            return redirect("study")
    else:
        form = WelcomeForm(startable=startable, initial=_initial(request.user, startable))
    context = {"form": form, "offers": choice, "startable": startable}
    context |= _outlook(request.user, request.GET or request.POST, form, startable, now)
    template = "home/_outlook.html" if request.htmx else "home/welcome.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _initial(user: User, startable: dict[str, Offer]) -> dict[str, object]:
    return {"track": next(iter(startable), ""), "pace": Learner.Pace.TEN, "time_zone": user.time_zone}


def _outlook(
    user: User, data: QueryDict, form: WelcomeForm, startable: dict[str, Offer], now: datetime
) -> dict[str, object]:
    """Pace, today, and the day on which the last card of the chosen track would be met."""
    initial = _initial(user, startable)
    offer = startable.get(data.get("track", "")) or startable.get(str(initial["track"]))
    paces = {str(pace): pace for pace in Learner.Pace.values}
    pace = paces.get(data.get("pace", ""), Learner.Pace.TEN)
    day, learner = today_of(user, now), Learner.objects.for_user(user).first() or Learner()
    learner.pace = pace
    room = pace_of(learner).on
    return {"pace": pace, "day": day, "seen_by": finish_day(day, offer.coverage.cards, room) if offer else None}


def _start(user: User, track: Track, form: WelcomeForm, now: datetime) -> None:
    enrolment.start_learning(
        user=user,
        track=track,
        pace=form.cleaned_data["pace"],
        time_zone=form.cleaned_data["time_zone"],
        now=now,
    )


@require_POST
@signed_in
def start_track(request: SignedInRequest, slug: str) -> HttpResponse:
    """Put a track on the list, then back to it."""
    track = get_object_or_404(Track, slug=slug)
    try:
        _, created = enrolment.enrol(user=request.user, track=track, now=timezone.now())
    except enrolment.TrackWithoutCards as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{track.title}” is {'now' if created else 'already'} on your list.")
    return redirect("track", slug)


# --- today ----------------------------------------------------------------------------------------


@require_safe
@signed_in
def today(request: SignedInRequest) -> HttpResponse:
    """What to do now: a number that can be finished."""
    page = reading.today(request.user, timezone.now())
    queue = page.queue
    week = charts.week(page.week, page.coming.load)
    context = {"today": page, "queue": queue, "waiting": queue.waiting, "week": week}
    context["moved"] = any(bar.moved for bar in week)
    if queue.waiting:
        parts = [("reviews", queue.reviews), ("drills", queue.drills), ("new", queue.fresh)]
        return render(request, "home/today.html", context | {"segments": charts.segments(parts)})
    if not page.enrolments:
        return render(request, "home/today_empty.html", context | {"tracks": _startable()})
    return render(request, "home/today_off.html" if page.day_off else "home/today_done.html", context)


def _startable() -> QuerySet[Track]:
    cards = Card.objects.asked().filter(topic__track_steps__track=OuterRef("pk"))
    return Track.objects.filter(Exists(cards))[:OFFERED]


# --- settings -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def settings(request: SignedInRequest) -> HttpResponse:
    """How somebody studies, and their account."""
    now = timezone.now()
    learner = Learner.objects.for_user(request.user).first() or Learner()
    if request.method == "POST":
        form = SettingsForm(request.POST)
        if form.is_valid() and _save(request.user, form, now):
            messages.success(request, "Saved.")
            return redirect("settings")
    else:
        form = SettingsForm(initial=_settings_of(request.user, learner))
    day = today_of(request.user, now)
    holidays = {"day": day, "holidays": capacity.holidays_from(learner, day), "days_off": HolidayForm()}
    context = {"form": form, **holidays}
    return render(request, "home/settings.html", context, status=422 if form.errors else 200)


def _save(user: User, form: SettingsForm, now: datetime) -> bool:
    """Whether the settings were stored; what they lack is on the form else."""
    try:
        enrolment.update_settings(user=user, now=now, **form.chosen())
    except capacity.InvalidChoice as refusal:
        form.add_error(refusal.where if refusal.where in form.fields else None, str(refusal))
    return form.is_valid()


def _settings_of(user: User, learner: Learner) -> dict[str, object]:
    return {
        "time_zone": user.time_zone,
        "rollover_hour": user.rollover_hour,
        "pace": learner.pace,
        "cap": learner.cap,
        "theme": user.theme,
        "keys": user.keys,
        **dict(zip(WEEKDAYS, learner.weekdays, strict=True)),
    }
