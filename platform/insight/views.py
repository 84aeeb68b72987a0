"""Pages that show memory; they read only."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, signed_in
from curriculum.coverage import coverage_of_tracks
from curriculum.models import Document, Topic, Track, passage_of
from insight import reading
from study.plans import today_of
from study.reading import tracks_of

SHOWN = {"all": "cards", "learned": "learned", "new": "new"}
PASSAGE_SECONDS = 3600  # a passage changes with a release, and is opened again and again while a card slips


@require_safe
@signed_in
def tracks(request: SignedInRequest) -> HttpResponse:
    """Every track, with what exists of it."""
    coverage, mine = coverage_of_tracks(), tracks_of(request.user)
    known = reading.mastery_of_tracks(request.user, today_of(request.user, timezone.now()))
    all_tracks = Track.objects.all()
    offers = [(track, coverage[track.slug], track.pk in mine, known.get(track.pk)) for track in all_tracks]
    met = any(mastery.seen for mastery in known.values())
    return render(request, "insight/tracks.html", {"offers": offers, "met": met, "section": "tracks"})


@require_safe
@signed_in
def track(request: SignedInRequest, slug: str) -> HttpResponse:
    """One track, topic by topic."""
    try:
        page = reading.track_page(request.user, slug, today_of(request.user, timezone.now()))
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


@require_safe
@signed_in
def passage(request: SignedInRequest, slug: str, anchor: str) -> HttpResponse:
    """One section of a topic's lesson to lie beside a card; as a page, the lesson itself."""
    topic = get_object_or_404(Topic.objects.only("slug", "title", "lesson_html", "passages"), slug=slug)
    heading = dict(topic.passages).get(anchor)
    if heading is None:
        raise Http404
    if not request.htmx:
        return redirect(f"{reverse('topic', args=[slug])}#{anchor}")
    found = {"topic": topic, "anchor": anchor, "heading": heading, "passage": passage_of(topic.lesson_html, anchor)}
    response = render(request, "insight/_passage.html", found)
    response["Cache-Control"] = f"private, max-age={PASSAGE_SECONDS}"
    return response


@require_safe
@signed_in
def sources(request: SignedInRequest) -> HttpResponse:
    """The documents the curriculum was drawn from."""
    return render(request, "insight/sources.html", {"documents": reading.documents(), "section": "tracks"})


@require_safe
@signed_in
def source(request: SignedInRequest, slug: str) -> HttpResponse:
    """One document, point by point; a point's id is its anchor."""
    try:
        page = reading.source_page(slug)
    except Document.DoesNotExist:
        raise Http404 from None
    return render(request, "insight/source.html", {"page": page, "section": "tracks"})
