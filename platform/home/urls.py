"""Pages that join rooms."""

from __future__ import annotations

from django.urls import path

from home import views

urlpatterns = [
    path("", views.landing, name="landing"),
    path("welcome/", views.welcome, name="welcome"),
    path("today/", views.today, name="today"),
    path("tracks/<slug:slug>/start/", views.start_track, name="start_track"),
    path("settings/", views.settings, name="settings"),
    path("healthz", views.healthz, name="healthz"),
]
