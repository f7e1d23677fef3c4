"""Bearer tokens: what a request sends, and whether it is one of those that let a program in."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.http import HttpRequest


def sent_token(request: HttpRequest) -> str | None:
    """The bearer token of the Authorization header; "" for a header of another kind, None where
    there is none.
    """
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def is_known(token: str | None) -> bool:
    """Whether `token` is one of `EVENTS_TOKENS`.

    Each of them is compared, whichever fits: the time taken tells nothing.
    """
    if not token:
        return False
    sent = token.encode()
    fits = [hmac.compare_digest(sent, known.encode()) for known in settings.EVENTS_TOKENS]
    return any(fits)
