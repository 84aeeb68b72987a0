"""Pages that show memory; they read only."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, signed_in
from curriculum.models import Topic, Track
from curriculum.services import coverage_of_tracks
from insight import reading
from study.plans import today_of
from study.reading import tracks_of

SHOWN = {"all": "cards", "learned": "learned", "new": "new"}


@require_safe
@signed_in
def tracks(request: SignedInRequest) -> HttpResponse:
    """Every track, with what exists of it."""
    coverage, mine = coverage_of_tracks(), tracks_of(request.user)
    offers = [(track, coverage[track.slug], track.pk in mine) for track in Track.objects.all()]
    return render(request, "insight/tracks.html", {"offers": offers, "section": "tracks"})


@require_safe
@signed_in
def track(request: SignedInRequest, slug: str) -> HttpResponse:
    """One track, topic by topic."""
    try:
        page = reading.track_page(request.user, slug)
    except Track.DoesNotExist:
        raise Http404 from None
    return render(request, "insight/track.html", {"page": page, "section": "tracks"})


@require_safe
@signed_in
def topic(request: SignedInRequest, slug: str) -> HttpResponse:
    """One topic: its lesson, its cards, where it comes from. `?show=` narrows the cards."""
    day = today_of(request.user, timezone.now())
    try:
        page = reading.topic_page(request.user, slug, day)
    except Topic.DoesNotExist:
        raise Http404 from None
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "all"
    context = {"page": page, "show": show, "lines": getattr(page, SHOWN[show]), "section": "tracks"}
    return render(request, "insight/topic.html", context)
