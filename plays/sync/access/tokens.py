"""API tokens made, found and revoked; a token itself is told once and kept by nobody here."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from plays.models.api_token import ApiToken, Scope, digest_of
from plays.models.audit import Verb
from plays.rules.fields import one_line
from plays.sync.audit import note

PREFIX = "sync_"  # so that a leaked one is recognised for what it is
USE_NOTED_EVERY = timedelta(minutes=1)


class TokenRefused(ValueError):
    """Such a token cannot be made; the message says why, in the reader's language."""


def make_token(
    name: str,
    scopes: Collection[Scope],
    *,
    by: User | None,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """The new token's row, and its text, which is shown now or never. Raises `TokenRefused`."""
    name, now = one_line(name), timezone.now()
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        _refuse_unfit(name, scopes, expires_at, now)
        token = ApiToken.objects.create(
            name=name,
            digest=digest_of(text),
            tail=text[-4:],
            scopes=[scope.value for scope in Scope if scope in scopes],
            created_at=now,
            created_by=by,
            expires_at=expires_at,
        )
        ends = expires_at.isoformat() if expires_at else ""
        note(
            Verb.MAKE_TOKEN,
            by=by,
            target=name,
            details={"scopes": token.scopes, "ends": ends},
            now=now,
        )
    return token, text


def revoke_token(token: ApiToken, *, by: User | None, reason: str = "") -> bool:
    """From now on it lets nobody in. False where it was revoked already."""
    now = timezone.now()
    with transaction.atomic():
        in_force = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
        if not in_force.update(revoked_at=now):
            return False
        note(Verb.REVOKE_TOKEN, by=by, target=token.name, reason=reason, now=now)
    return True


def find_token(text: str) -> ApiToken | None:
    """The usable token that reads `text`. That it was used is noted, to the minute."""
    now = timezone.now()
    token = ApiToken.objects.of(text).usable(now).first()
    if token is not None:
        _note_use(token, now)
    return token


def _note_use(token: ApiToken, now: datetime) -> None:
    """At most once per minute, so that reading stays reading; a full disk keeps nobody out."""
    old = Q(used_at=None) | Q(used_at__lte=now - USE_NOTED_EVERY) | Q(used_at__gt=now)
    if token.used_at is None or not timedelta() <= now - token.used_at < USE_NOTED_EVERY:
        with suppress(DatabaseError):
            ApiToken.objects.filter(old, pk=token.pk).update(used_at=now)


def _refuse_unfit(
    name: str, scopes: Collection[Scope], expires_at: datetime | None, now: datetime
) -> None:
    if not name or len(name) > 100:
        raise TokenRefused(_("Give the token a name of at most 100 characters."))
    if not scopes:
        raise TokenRefused(_("Choose at least one thing that the token may do."))
    if expires_at is not None and expires_at <= now:
        raise TokenRefused(_("The end must lie in the future."))
    if ApiToken.objects.select_for_update().filter(name=name, revoked_at=None).exists():
        raise TokenRefused(
            _("There is a token “%(name)s” already. Revoke it, or choose another name.")
            % {"name": name}
        )
