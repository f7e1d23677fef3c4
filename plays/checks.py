"""System checks: settings that would lose or double work are refused before anything runs."""

from __future__ import annotations

import base64
import stat
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

from plays.models.mapping import ENVIRONMENT, PartChoice
from plays.models.person import GROUPS
from plays.rules.claims import BadMap, read_map
from plays.rules.cron import schedule_problem
from plays.single_sign_on import is_safe
from plays.sync.mappings.page_reference import is_page_id

# What the product's own commands look at first. Django's checks look at every model, form and
# template tag, which costs more than many a command; `manage.py check` runs them all.
OUR_CHECKS = ["plays"]


@register("plays")
def clocks_grow(**_: Any) -> list[CheckMessage]:
    """Longest write < task timeout < page lease < the queue's redelivery."""
    clocks = (
        ("SYNC_LONGEST_WRITE_SECONDS", settings.SYNC_LONGEST_WRITE_SECONDS),
        ("Q_CLUSTER['timeout']", settings.Q_CLUSTER["timeout"]),
        ("SYNC_LEASE_SECONDS", settings.SYNC_LEASE_SECONDS),
        ("Q_CLUSTER['retry']", settings.Q_CLUSTER["retry"]),
    )
    return [
        Error(
            f"{name} ({seconds} s) must be shorter than {next_name} ({next_seconds} s).",
            hint="Otherwise two workers may write a page at once; raise the later ones.",
            id="plays.E001",
        )
        for (name, seconds), (next_name, next_seconds) in pairwise(clocks)
        if seconds >= next_seconds
    ]


@register("plays")
def queue_only_wakes(**_: Any) -> list[CheckMessage]:
    """The queue must not retry by itself, and must read the clock as we do."""
    wanted = {
        "ack_failures": True,
        "max_attempts": 1,
        "bulk": 1,
        "catch_up": False,
        "time_zone": settings.TIME_ZONE,
    }
    return [
        Error(
            f"Q_CLUSTER[{name!r}] must be {value!r}.",
            hint="django-q2 only wakes workers; retries are the jobs' own.",
            id="plays.E002",
        )
        for name, value in wanted.items()
        if settings.Q_CLUSTER.get(name) != value
    ]


@register("plays")
def environment_is_readable(**_: Any) -> list[CheckMessage]:
    """Values of the environment that cannot be meant."""
    found: list[CheckMessage] = []
    if not _is_zone(settings.TIME_ZONE):
        found.append(Error(f"TIME_ZONE {settings.TIME_ZONE!r} is unknown.", id="plays.E003"))
    if wrong := schedule_problem(settings.SYNC_SCHEDULE):
        found.append(
            Error(
                f"SYNC_SCHEDULE {settings.SYNC_SCHEDULE!r} {wrong}.",
                hint="For example 0 18 * * 5, Friday 18:00.",
                id="plays.E004",
            )
        )
    if settings.CONFLUENCE_DEPLOYMENT not in ("cloud", "datacenter"):
        found.append(Error("CONFLUENCE_DEPLOYMENT must be cloud or datacenter.", id="plays.E005"))
    if settings.CONFLUENCE_TIMEOUT <= 0:
        found.append(Error("CONFLUENCE_TIMEOUT must be above zero.", id="plays.E006"))
    if settings.SYNC_RETRY_COUNT < 1:
        found.append(Error("SYNC_RETRY_COUNT must be 1 or more.", id="plays.E010"))
    if settings.SYNC_RETRY_DELAY < 0:
        found.append(Error("SYNC_RETRY_DELAY must be 0 or more.", id="plays.E011"))
    if settings.RETENTION_DAYS < 1:
        found.append(Error("RETENTION_DAYS must be 1 or more.", id="plays.E013"))
    if settings.LOG_FORMAT not in ("text", "json"):
        found.append(Error("LOG_FORMAT must be text or json.", id="plays.E021"))
    if settings.SESSION_COOKIE_AGE < 3600:
        found.append(Error("SESSION_HOURS must be 1 or more.", id="plays.E017"))
    if settings.CONFLUENCE_URL and not settings.CONFLUENCE_URL.startswith(("https://", "http://")):
        found.append(Error("CONFLUENCE_URL must begin with https:// or http://.", id="plays.E007"))
    return found + _page_ids() + _signing_secrets() + _alert_channels() + _single_sign_on()


@register("plays", Tags.security)
def secret_key_is_set(**_: Any) -> list[CheckMessage]:
    """Without it the web process starts, and answers every request with an error."""
    try:
        settings.SECRET_KEY  # noqa: B018 - Django itself refuses to read an empty one
    except ImproperlyConfigured:
        return [
            Error(
                "SECRET_KEY is empty.",
                hint="Set a long random text, the same on every machine.",
                id="plays.E012",
            )
        ]
    return []


@register("plays", Tags.security)
def secrets_are_kept(**_: Any) -> list[CheckMessage]:
    """A `.env` that everybody on the machine reads gives away what is in it."""
    file = settings.ENV_FILE
    if settings.DEBUG or not file.exists() or not file.stat().st_mode & stat.S_IROTH:
        return []
    return [
        Warning(
            f"{file} can be read by everybody on this machine; it holds secrets.",
            hint=f"chmod o= {file}",
            id="plays.W001",
        )
    ]


def _page_ids() -> list[CheckMessage]:
    return [
        Error(
            f"{name} {getattr(settings, name)!r} is no page id: ids are digits.",
            hint=f"The page that plays {PartChoice(part).label}; the id is in its address.",
            id="plays.E008",
        )
        for part, name in ENVIRONMENT.items()
        if getattr(settings, name) and not is_page_id(getattr(settings, name).strip())
    ]


def _signing_secrets() -> list[CheckMessage]:
    """Source: the Standard Webhooks specification, "Signature scheme": 24 to 64 bytes."""
    return [
        Error(
            f"Secret {place} of EVENTS_SIGNING_SECRETS is no Standard Webhooks secret.",
            hint="whsec_ and then base64 of 24 to 64 random bytes.",
            id="plays.E009",
        )
        for place, secret in enumerate(settings.EVENTS_SIGNING_SECRETS, 1)
        if not 24 <= _secret_length(secret) <= 64
    ]


def _alert_channels() -> list[CheckMessage]:
    """Addresses that nothing can be sent to, and a secret that cannot sign."""
    found: list[CheckMessage] = [
        Error(
            f"Entry {place} of ALERT_WEBHOOKS is no web address.",
            hint="https://… for Slack, Teams or Mattermost; generic+https://… for JSON.",
            id="plays.E014",
        )
        for place, address in enumerate(settings.ALERT_WEBHOOKS, 1)
        if not address.removeprefix("generic+").startswith(("https://", "http://"))
    ]
    if settings.ALERT_PING_URL and not settings.ALERT_PING_URL.startswith(("https://", "http://")):
        found.append(Error("ALERT_PING_URL is no web address.", id="plays.E022"))
    secret = settings.ALERT_WEBHOOK_SECRET
    if secret and not 24 <= _secret_length(secret) <= 64:
        hint = "whsec_ and then base64 of 24 to 64 random bytes."
        message = "ALERT_WEBHOOK_SECRET is no Standard Webhooks secret."
        found.append(Error(message, hint=hint, id="plays.E015"))
    found += [
        Error(f"{address!r} of ALERT_EMAILS is no mail address.", id="plays.E016")
        for address in settings.ALERT_EMAILS
        if "@" not in address
    ]
    return found


def _single_sign_on() -> list[CheckMessage]:
    """Off while its names are empty; half set it would let nobody in."""
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    empty = [name for name in names if not getattr(settings, name)]
    found: list[CheckMessage] = []
    if empty and len(empty) < len(names):
        hint = f"{' and '.join(empty)} empty. Set all three, or none."
        found.append(Error("Single sign-on is set by halves.", hint=hint, id="plays.E018"))
    if not empty and not is_safe(settings.OIDC_ISSUER):
        found.append(Error("OIDC_ISSUER must begin with https://.", id="plays.E019"))
    try:
        read_map(settings.OIDC_GROUP_MAP, GROUPS)
    except BadMap as error:
        found.append(Error(f"OIDC_GROUP_MAP: {error}.", id="plays.E020"))
    return found


def _secret_length(secret: str) -> int:
    text = secret.removeprefix("whsec_").rstrip("=")
    try:
        return len(base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
    except ValueError:
        return 0


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
