"""Where messages go: mail, and incoming webhooks in the form that their address asks for.

Forms. Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks ·
Microsoft Teams: an Adaptive Card (learn.microsoft.com, "Create and send messages", Workflows) ·
Mattermost: https://developers.mattermost.com/integrate/webhooks/incoming ·
others: JSON of ours, signed by https://www.standardwebhooks.com.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from standardwebhooks import Webhook

from plays.models import Person
from plays.sync.alerts.letter import Letter

SECONDS = 10.0
GENERIC = "generic+"
PERSON = "person-"
TEAMS_HOSTS = (
    ".webhook.office.com",
    ".logic.azure.com",
    ".powerplatform.com",
    ".powerautomate.com",
)


class NotSent(Exception):
    """Why a message was not taken, in words without the address, which may be a secret."""


@dataclass(frozen=True, kw_only=True)
class Channel:
    """`key` and `label` may be shown and stored; `send` raises `NotSent`."""

    key: str
    label: str
    send: Callable[[Letter], None]


def channels() -> list[Channel]:
    """As the settings name them."""
    mail = [_mail(settings.ALERT_EMAILS)] if settings.ALERT_EMAILS else []
    return mail + [_webhook(address) for address in settings.ALERT_WEBHOOKS]


def channel_named(key: str) -> Channel | None:
    """The channel with that key, if the settings, or a person who is still here, name it."""
    if key.startswith(PERSON):
        user = User.objects.filter(person__pk=key.removeprefix(PERSON), is_active=True).first()
        return _mail([user.email]) if user and user.email else None
    return next((one for one in channels() if one.key == key), None)


def person_key(person: Person) -> str:
    return f"{PERSON}{person.pk}"


def _mail(people: list[str]) -> Channel:
    def send(letter: Letter) -> None:
        mail = EmailMessage(letter.subject, letter.text, to=people)
        mail.extra_headers["Message-ID"] = f"<{letter.id}.{letter.at:%Y%m%d%H%M%S}@play-sync>"
        try:
            mail.send()
        except (OSError, ValueError) as error:  # SMTPException is an OSError
            raise NotSent(type(error).__name__) from None

    return Channel(key="mail", label=", ".join(people)[:200], send=send)


def _webhook(address: str) -> Channel:
    is_generic = address.startswith(GENERIC)
    url = address.removeprefix(GENERIC)
    host = urlsplit(url).hostname or ""
    name, form = ("JSON", _generic) if is_generic else _form_of(host)

    def send(letter: Letter) -> None:
        body = json.dumps(form(letter), ensure_ascii=False)
        headers = {"Content-Type": "application/json"}
        if is_generic:
            headers |= _signature(letter, body)
        _post(url, body, headers)

    key = hashlib.sha256(address.encode()).hexdigest()[:32]
    return Channel(key=key, label=f"{name} · {host}", send=send)


def _form_of(host: str) -> tuple[str, Callable[[Letter], Any]]:
    if host == "hooks.slack.com":
        return "Slack", _slack
    if host.endswith(TEAMS_HOSTS):
        return "Teams", _teams
    return "Mattermost", _mattermost


def _post(url: str, body: str, headers: dict[str, str]) -> None:
    try:
        answer = requests.post(
            url, data=body.encode(), headers=headers, timeout=SECONDS, allow_redirects=False
        )
    except requests.RequestException as error:  # its words hold the address
        raise NotSent(type(error).__name__) from None
    if not 200 <= answer.status_code < 300:
        raise NotSent(f"HTTP {answer.status_code}")


def _signature(letter: Letter, body: str) -> dict[str, str]:
    """None where no secret is set. The id stays the same however often it is sent."""
    if not settings.ALERT_WEBHOOK_SECRET:
        return {}
    now = datetime.now(UTC)
    signed = Webhook(settings.ALERT_WEBHOOK_SECRET).sign(letter.id, now, body)
    return {
        "webhook-id": letter.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signed,
    }


def _generic(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "type": "alert.test" if letter.lines[0].why == "test" else "alert",
        "timestamp": letter.at.isoformat(),
        "level": letter.level,
        "subject": letter.subject,
        "items": [
            {"why": line.why, "what": line.what, "do": line.do, "url": line.url}
            for line in letter.lines
        ],
    }


def _slack(letter: Letter) -> dict[str, Any]:
    escaped = partial(html.escape, quote=False)
    paragraphs = []
    for line in letter.lines:
        parts = [f"{line.mark} {escaped(line.what)}"]
        parts += [f"→ {escaped(line.do)}"] if line.do else []
        parts += [f"<{line.url}>"] if line.url else []
        paragraphs.append("\n".join(parts))
    return {"text": "\n\n".join(paragraphs)}


def _mattermost(letter: Letter) -> dict[str, Any]:
    return {"text": letter.text, "username": "Play Sync"}


def _teams(letter: Letter) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    for line in letter.lines:
        text = f"{line.mark} {line.what}"
        blocks.append({"type": "TextBlock", "text": text, "wrap": True, "weight": "Bolder"})
        if line.do:
            blocks.append({"type": "TextBlock", "text": f"→ {line.do}", "wrap": True})
        if line.url:
            blocks.append({"type": "TextBlock", "text": f"[{line.url}]({line.url})", "wrap": True})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks,
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [content]}
