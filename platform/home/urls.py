"""Pages that join rooms."""

from __future__ import annotations

from django.urls import path

from home import days, views

urlpatterns = [
    path("", views.landing, name="landing"),
    path("welcome/", views.welcome, name="welcome"),
    path("today/", views.today, name="today"),
    path("tracks/<slug:slug>/start/", views.start_track, name="start_track"),
    path("today/comeback/", days.set_comeback, name="comeback"),
    path("settings/", views.settings, name="settings"),
    path("settings/holidays/", days.holidays, name="holidays"),
    path("settings/holidays/remove/", days.remove_holiday, name="remove_holiday"),
    path("healthz", views.healthz, name="healthz"),
]
