"""Tracks, topics and the documents they were drawn from."""

from __future__ import annotations

from django.urls import path

from insight import views

urlpatterns = [
    path("tracks/", views.tracks, name="tracks"),
    path("tracks/<slug:slug>/", views.track, name="track"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("topics/<slug:slug>/passages/<slug:anchor>/", views.passage, name="passage"),
    path("sources/", views.sources, name="sources"),
    path("sources/<slug:slug>/", views.source, name="source"),
]
