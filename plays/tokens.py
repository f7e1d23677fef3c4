"""Bearer tokens: what a request sends, and which program it lets in to do what."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from plays.models.api_token import Scope
from plays.sync.access.tokens import find_token

OF_THE_ENVIRONMENT = "EVENTS_TOKENS"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A program that was let in: `name` is for the audit trail."""

    name: str
    scopes: frozenset[Scope]


def sent_token(request: HttpRequest) -> str | None:
    """The bearer token of the Authorization header; "" for a header of another kind, None where
    there is none.
    """
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def caller_of(token: str | None) -> Caller | None:
    """Whom `token` lets in; None for nobody: unknown, expired and revoked ones are alike.

    Those of the environment may send events and read; the others have the scopes they were given.
    """
    if not token:
        return None
    if _is_of_the_environment(token):
        return Caller(name=OF_THE_ENVIRONMENT, scopes=frozenset((Scope.EVENTS, Scope.READ)))
    found = find_token(token)
    if found is None:
        return None
    return Caller(name=found.name, scopes=frozenset(map(Scope, found.scopes)))


def _is_of_the_environment(token: str) -> bool:
    """Each of them is compared, whichever fits: the time taken tells nothing."""
    sent = token.encode()
    fits = [hmac.compare_digest(sent, known.encode()) for known in settings.EVENTS_TOKENS]
    return any(fits)
