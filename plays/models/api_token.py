"""Tokens with which programs come in: named, scoped, ended; only a hash of each is kept."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Scope(models.TextChoices):
    """What a program may do; one does not bring another along."""

    EVENTS = "events", _("send events")
    READ = "read", pgettext_lazy("scope", "read")
    ACT = "act", _("retry and start")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, now: datetime) -> ApiTokenQuerySet:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)

    def of(self, text: str) -> ApiTokenQuerySet:
        """The token that reads `text`, usable or not."""
        return self.filter(digest=digest_of(text))


class ApiToken(models.Model):
    """`tail` is how the token ends, so that people can tell which of theirs it is."""

    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    tail = models.CharField(max_length=4)
    scopes = models.JSONField(_("may"))
    created_at = models.DateTimeField(_("made"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField(_("ends"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    used_at = models.DateTimeField(_("last used"), null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["name", "-created_at"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(revoked_at=None), name="one_token_in_force_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def is_usable(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


def digest_of(text: str) -> str:
    """SHA-256 is enough: a token is 32 random bytes, nobody can try them all."""
    return hashlib.sha256(text.encode()).hexdigest()
