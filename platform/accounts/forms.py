"""Forms around accounts."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from accounts.models import User


class SignUpForm(SignupForm):  # type: ignore[misc]
    """allauth's, made safe for a double click."""

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """The new user, or the page that says where the message is.

        When another request has made the account since this form was checked, that one has sent the message.
        """
        try:
            with transaction.atomic():
                saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
                return saved
        except IntegrityError:
            return None, get_adapter(request).respond_email_verification_sent(request, None)
