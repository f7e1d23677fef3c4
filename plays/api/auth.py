"""Who may post events: a bearer token, or a signature of Standard Webhooks."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest
from standardwebhooks import Webhook, WebhookVerificationError
from standardwebhooks.webhooks import EmptyWebhookSecretError


def may_post(request: HttpRequest) -> bool:
    """True with a right token or a right signature; several of both may be valid at a time."""
    return has_token(request) or _has_signature(request.headers, request.body)


def has_token(request: HttpRequest) -> bool:
    """Whether the Authorization header carries one of `EVENTS_TOKENS`."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return False
    sent = token.strip().encode()
    return any(hmac.compare_digest(sent, known.encode()) for known in _known_tokens())


def _known_tokens() -> list[str]:
    return [token.strip() for token in settings.EVENTS_TOKENS if token.strip()]


def _has_signature(headers: Mapping[str, str], body: bytes) -> bool:
    secrets = [secret.strip() for secret in settings.EVENTS_SIGNING_SECRETS if secret.strip()]
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
