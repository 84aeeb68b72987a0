"""Who may open a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias, cast
from urllib.parse import urlencode

from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.views.decorators.vary import vary_on_headers

from accounts.models import User

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request that passed `signed_in`: its user is one of ours."""

    user: User
    htmx: bool  # whether htmx or a script of ours asks for a part of the page


View: TypeAlias = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def signed_in(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let signed-in people in.

    Others are sent to sign-in and back again; a fragment's request gets a bare 401 instead, because a script
    that follows a redirect would swap a sign-in page into the middle of another.
    """

    @wraps(view)
    @vary_on_headers("HX-Request")
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        by_script = request.META.get("HTTP_HX_REQUEST") == "true"
        user = get_user(request)  # without the wrapper of `request.user`, which makes every look at it four
        if isinstance(user, User):
            request.user = user
            request.htmx = by_script  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        if by_script:
            return HttpResponse("Sign in to go on. What you answered is kept.", status=401, content_type="text/plain")
        back = urlencode({"next": request.get_full_path() if request.method == "GET" else resolve_url("study")})
        return redirect(f"{resolve_url('account_login')}?{back}")

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", guarded)
