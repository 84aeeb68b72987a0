"""The project's URLs and the yardstick beside them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as project

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def yardstick(request: HttpRequest) -> HttpResponse:
    """A logged-in view that reads session and user and nothing else."""
    return HttpResponse(str(request.user.pk))


urlpatterns = [path("yardstick", yardstick), *project]
