"""Who somebody is, and the keys programs carry in their name."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Makes users from an e-mail address and a password."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """A user with the address in lower case; without a password log-in is only possible after a reset."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        """A user who may do everything; used by `manage.py createsuperuser`."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by an e-mail address; time zone and rollover hour say when their study day starts."""

    class Theme(models.TextChoices):
        SYSTEM = "system", "Follow the system"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    email = models.EmailField(max_length=254, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC", help_text="IANA name")
    rollover_hour = models.PositiveSmallIntegerField(default=4, help_text="local hour at which a study day starts")
    # After a change of zone or hour a study day may not run backwards: no day before this one is used again.
    first_open_day = models.DateField(null=True, blank=True)
    theme = models.CharField(max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    keys = models.BooleanField("single-key shortcuts", default=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_in_any_case"),
            models.CheckConstraint(condition=models.Q(rollover_hour__lte=23), name="user_rollover_hour_of_a_day"),
        ]

    def __str__(self) -> str:
        return self.email


class Scope(models.TextChoices):
    """What a token may do."""

    READ = "read", "Read"
    ANSWER = "answer", "Answer"


class TokenQuerySet(models.QuerySet["Token"]):
    """Reads of tokens."""

    def for_user(self, user: User) -> TokenQuerySet:
        """The user's own tokens."""
        return self.filter(user=user)

    def live(self, now: datetime) -> TokenQuerySet:
        """Tokens that are neither revoked nor past their day, of users who may sign in."""
        unexpired = models.Q(expires_at=None) | models.Q(expires_at__gt=now)
        return self.filter(unexpired, revoked_at=None, user__is_active=True)


class Token(models.Model):
    """A personal API token. Only its SHA-256 is kept: a token has 256 random bits, so no slow hash is needed."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80, default="")
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.prefix}… ({', '.join(self.scopes)})"

    @staticmethod
    def new_secret() -> str:
        """A fresh secret, shown once: `recall_` and 43 URL-safe characters."""
        return f"recall_{secrets.token_urlsafe(32)}"

    @staticmethod
    def digest_of(secret: str) -> str:
        """SHA-256 of the secret in hex, 64 characters."""
        return hashlib.sha256(secret.encode()).hexdigest()
