"""Every URL, each room's own list included."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("home.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("insight.urls")),
    path("study/", include("study.urls")),
    path("api/v1/", include("config.api_urls")),
]
handler400 = "config.problems.bad_request"
handler403 = "home.errors.forbidden"
handler404 = "home.errors.not_found"
handler500 = "config.problems.server_error"
