"""Every URL, each room's own list included."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

# Staff signs in where everybody does, with the same limits; the admin has no form of its own.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
urlpatterns = [
    path("", include("home.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("insight.urls")),
    path("study/", include("study.urls")),
    path("api/v1/", include("config.api_urls")),
    # One place for passwords: there a new one also ends what the old one gave.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
]
handler400 = "config.problems.bad_request"
handler403 = "home.errors.forbidden"
handler404 = "home.errors.not_found"
handler500 = "config.problems.server_error"
