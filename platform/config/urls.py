"""Every URL, each room's own list included."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLResolver, include, path
from django.urls.resolvers import RoutePattern
from django.views.generic import RedirectView


class OnDemand(URLResolver):
    """A list of URLs in a namespace, loaded with the first request to one of them or the first use of its names.

    REST framework and what it brings are a third of a start, and pages need none of it.
    """

    def _populate(self) -> None:
        """Nothing: Django asks for names without a namespace here, and there are none."""


# Staff signs in where everybody does, with the same limits; the admin has no form of its own.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
urlpatterns = [
    path("study/", include("study.urls")),  # first, because it is asked most
    path("", include("home.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("insight.urls")),
    OnDemand(RoutePattern("api/v1/"), "config.api_urls", app_name="api", namespace="api"),
    # One place for passwords: there a new one also ends what the old one gave.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
]
handler400 = "config.problems.bad_request"
handler403 = "home.errors.forbidden"
handler404 = "home.errors.not_found"
handler500 = "config.problems.server_error"
