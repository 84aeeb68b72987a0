"""Verbs around accounts: making and revoking the tokens that programs carry."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import Scope, Token, User

LAST_USED_PRECISION = timedelta(hours=1)


def create_token(
    *, user: User, scopes: Collection[Scope], now: datetime, name: str = "", days: int | None = None
) -> tuple[Token, str]:
    """A token and its secret, which is kept nowhere; without `days` it does not expire."""
    secret = Token.new_secret()
    token = Token.objects.create(
        user=user,
        name=name,
        prefix=secret[:12],
        digest=Token.digest_of(secret),
        scopes=[scope.value for scope in Scope if scope in scopes],
        created_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    return token, secret


def revoke_tokens(*, user: User, now: datetime) -> int:
    """Revoke every token of the user that is not revoked yet; how many there were."""
    return Token.objects.for_user(user).filter(revoked_at=None).update(revoked_at=now)


def note_use(token: Token, now: datetime) -> None:
    """Write when the token was used, at most once an hour: most requests write nothing."""
    if token.last_used_at and now - token.last_used_at < LAST_USED_PRECISION:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - LAST_USED_PRECISION)
    Token.objects.filter(stale, pk=token.pk).update(last_used_at=now)
