"""Where allauth asks us."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.services import revoke_tokens

# What allauth says on a form, in our words. A wrong password and an unknown address must not be told apart.
SENTENCES = {
    "account_inactive": "This account is switched off.",
    "cannot_remove_primary_email": "This is your main address. Make another one the main one first.",
    "duplicate_email": "This address is on your account already.",
    "email_password_mismatch": "That email and password do not belong together. Try again, or reset the password.",
    "email_taken": "This address already belongs to an account.",
    "enter_current_password": "This is not your current password.",
    "incorrect_password": "This is not your password.",
    "invalid_password_reset": "This link no longer works. Ask for a new one.",
    "max_email_addresses": "An account has %d addresses at most. Remove one first.",
    "rate_limited": "That was too often in a short time. Wait a few minutes, then try again.",
    "too_many_login_attempts": "That was tried too often. Wait five minutes, then try again, or reset the password.",
    "unknown_email": "No account has this address.",
    "unverified_primary_email": "Confirm this address before you make it the main one.",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sends allauth's mail; where mail never leaves the machine, the page shows what would have been sent.

    A new password ends what the old one gave: Django ends the other sessions, and we the tokens.
    """

    error_messages = DefaultAccountAdapter.error_messages | SENTENCES

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, and where mail is local keep the text in the session of whoever asked for it on this machine."""
        request = allauth_context.request
        details = {"request": request, "email": email, "product": settings.PRODUCT_NAME, **context}
        message = self.render_mail(template_prefix, email, details)
        message.send()
        if settings.MAIL_IS_LOCAL and request is not None and _is_this_machine(request):
            request.session["local_mail"] = {"to": email, "subject": message.subject, "body": message.body}

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        """Set it, and revoke the user's tokens."""
        super().set_password(user, password)
        revoke_tokens(user=user, now=timezone.now())


def _is_this_machine(request: HttpRequest) -> bool:
    try:
        return ip_address(request.META["REMOTE_ADDR"]).is_loopback
    except ValueError:  # a Unix socket has no address: somebody's proxy is in front
        return False
