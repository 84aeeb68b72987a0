"""What a token may do; somebody signed in on the same site may do everything that is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import Scope, Token

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports this module


def required_scope(view: APIView, method: str | None) -> Scope:
    """The scope a request needs: the view's own `required_scope`, else `read` for safe methods and `answer`."""
    usual = Scope.READ if method in SAFE_METHODS else Scope.ANSWER
    return Scope(getattr(view, "required_scope", usual))


class HasScope(BasePermission):
    """Signed in, and when by a token, one with the scope the request needs."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """False asks to sign in; a token without the scope is told which one it lacks."""
        if not request.user or not request.user.is_authenticated:
            return False
        scope = required_scope(view, request.method)
        if isinstance(request.auth, Token) and scope not in request.auth.scopes:
            raise PermissionDenied(f"This token may not do that: it lacks the scope “{scope}”.")
        return True
