"""Who may post events: a bearer token, or a signature of Standard Webhooks."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest
from standardwebhooks import Webhook, WebhookVerificationError
from standardwebhooks.webhooks import EmptyWebhookSecretError

from plays import tokens


def may_post(request: HttpRequest) -> bool:
    """True with a right token or a right signature; several of both may be valid at a time."""
    return tokens.is_known(tokens.sent_token(request)) or _has_signature(
        request.headers, request.body
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
