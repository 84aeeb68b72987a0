"""Tracks and topics."""

from __future__ import annotations

from django.urls import path

from insight import views

urlpatterns = [
    path("tracks/", views.tracks, name="tracks"),
    path("tracks/<slug:slug>/", views.track, name="track"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
]
