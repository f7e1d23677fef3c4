"""Who may do what here: programs with a bearer token, or that sign (Standard Webhooks); people who
are logged in read.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja.security.http import HttpAuthBase
from standardwebhooks import Webhook, WebhookVerificationError
from standardwebhooks.webhooks import EmptyWebhookSecretError

from plays.models.api_token import Scope
from plays.problems import problem
from plays.tokens import Caller, caller_of, sent_token

# The replay window of the library that checks signatures.
SIGNED_WITHIN_SECONDS = 300
SIGNED = Caller(name="EVENTS_SIGNING_SECRETS", scopes=frozenset((Scope.EVENTS,)))


def caller_in(request: HttpRequest) -> Caller | None:
    """The program whose token, or whose right signature, `request` bears; else None."""
    caller = caller_of(sent_token(request))
    if caller is None and _has_signature(request.headers, request.body):
        return SIGNED
    return caller


def refusal(caller: Caller | None, needed: Scope, *, hint: str = "") -> HttpResponse | None:
    """Why `caller` may not do what `needed` names: 401 for nobody, with a `hint` if there is one,
    403 for another scope (RFC 6750, section 3.1); None where it may.
    """
    if caller is None:
        said = ["a valid bearer token or signature is needed", *filter(None, [hint])]
        response: HttpResponse = problem(401, "; ".join(said))
        response["WWW-Authenticate"] = "Bearer"
        return response
    if needed in caller.scopes:
        return None
    response = problem(403, f"this token lacks the scope {needed.value}")
    response["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{needed.value}"'
    return response


def clock_trouble(headers: Mapping[str, str]) -> str:
    """What to say of a signature whose time is too far from ours to be believed, else nothing: a
    sender whose clock is off learns it from nothing else.
    """
    try:
        off = float(headers.get("webhook-timestamp", "")) - time.time()
    except ValueError:
        return ""
    if not abs(off) > SIGNED_WITHIN_SECONDS or math.isinf(off):
        return ""
    return (
        f"webhook-timestamp is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} the clock "
        f"here; {SIGNED_WITHIN_SECONDS} are allowed"
    )


def _has_signature(headers: Mapping[str, str], body: bytes) -> bool:
    secrets = settings.EVENTS_SIGNING_SECRETS
    if not secrets or "webhook-signature" not in {name.lower() for name in headers}:
        return False
    sent = {name.lower(): value for name, value in headers.items()}
    return any(_is_signed(secret, body, sent) for secret in secrets)


def _is_signed(secret: str, body: bytes, headers: dict[str, str]) -> bool:
    """The library checks the five minutes around the timestamp and compares in constant time.

    Malformed headers make it raise ValueError (binascii.Error and UnicodeDecodeError are such)
    instead of its own error.
    """
    try:
        Webhook(secret).verify(body, headers, json_parse=False)
    except (WebhookVerificationError, EmptyWebhookSecretError, ValueError):
        return False
    return True


class Refused(Exception):
    """Who may not; `response` says why."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status_code)
        self.response = response


class Bearer(HttpAuthBase):
    """A bearer token with `scope`. A browser's login is enough to read and never to act, so no
    page of another site can act with it.
    """

    openapi_scheme = "bearer"

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        """Raises `Refused`."""
        token = sent_token(request)
        if token is None and self.scope is Scope.READ and request.user.is_authenticated:
            return Caller(name=request.user.get_username(), scopes=frozenset((Scope.READ,)))
        caller = caller_of(token)
        if refused := refusal(caller, self.scope):
            raise Refused(refused)
        assert caller is not None  # noqa: S101 - nobody was refused above
        return caller


READS, ACTS = Bearer(Scope.READ), Bearer(Scope.ACT)
