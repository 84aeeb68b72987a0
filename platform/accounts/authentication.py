"""Who sends an API request: `Authorization: Bearer <token>` (RFC 6750), in the header and nowhere else."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import Token, User
from accounts.services import note_use

KEYWORD = "Bearer"
INVALID = "This token is not valid. It may be mistyped, revoked or past its last day."


class TokenAuthentication(BaseAuthentication):
    """Looks the token's digest up, with its user, in one statement."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """(user, token), or None without a bearer token; one that is not good is refused."""
        keyword, _, secret = get_authorization_header(request).partition(b" ")
        if keyword.lower() != KEYWORD.lower().encode():
            return None
        now = timezone.now()
        digest = Token.digest_of(secret.strip().decode("latin-1"))
        token = Token.objects.live(now).select_related("user").filter(digest=digest).first()
        if token is None:
            raise AuthenticationFailed(INVALID)
        note_use(token, now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return KEYWORD
