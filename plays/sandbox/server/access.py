"""Who may come in, and how often: credentials, scopes of tokens, a rate limit."""

from __future__ import annotations

import base64
import binascii
import hmac
import math
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Literal

from plays.sandbox.content.updates import NoopPut
from plays.sandbox.server import replies
from plays.sandbox.server.messages import Response
from plays.sandbox.server.router import Route

DeadCredentials = Literal["measured", "documented", "anonymous"]
Deployment = Literal["cloud", "datacenter"]
CONTEXTS: dict[Deployment, str] = {"cloud": "/wiki", "datacenter": "/confluence"}


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a sandbox behaves.

    `dead_credentials` is what rejected ones get: 404 and 403 as measured on Cloud, 401 as
    documented (what Data Center says), or on v1 Data Center's fall to an anonymous 200. With
    `scopes` the token is a scoped one, which works through the gateway only. `rate_limit` is in
    requests per second.
    Data Center has REST v1 alone, below a context path of its own, and no gateway.
    """

    email: str
    token: str
    latency: float = 0.0
    dead_credentials: DeadCredentials = "measured"
    noop_put: NoopPut = "new_version"
    scopes: frozenset[str] | None = None
    rate_limit: float | None = None
    deployment: Deployment = "cloud"


class Access:
    """Checks requests against the options; `accepts_token` can be taken away and given back."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._limit = None if options.rate_limit is None else RateLimit(options.rate_limit)
        self.accepts_token = True

    def knows(self, headers: Message) -> bool:
        """Say whether the credentials are the right ones, revoked or not."""
        scheme, _, given = (headers.get("Authorization") or "").partition(" ")
        options = self._options
        if scheme.lower() == "bearer":
            return _same(given.strip(), options.token)
        if scheme.lower() != "basic":
            return False
        try:
            decoded = base64.b64decode(given, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        return _same(decoded, f"{options.email}:{options.token}")

    def user(self, headers: Message) -> str:
        """Return whose request it is, for `X-AUSERNAME`."""
        accepted = self.accepts_token and self.knows(headers)
        return self._options.email if accepted else "anonymous"

    def refusal(
        self, headers: Message, path: str, route: Route | None, *, via_gateway: bool
    ) -> Response | None:
        """Return the answer to a request that may not go on, None to one that may."""
        if self._limit is not None and (wait := self._limit.take()):
            return replies.rate_limited(str(math.ceil(wait)), limit=self._limit.per_second)
        if not (self.accepts_token and self.knows(headers)):
            return replies.dead_credentials(path, self._how_they_die())
        scopes = self._options.scopes
        if scopes is None:
            return None
        if not via_gateway:
            return replies.scoped_token_on_site()
        return replies.scope_missing() if route and route.scope not in scopes else None

    def _how_they_die(self) -> DeadCredentials:
        how = self._options.dead_credentials
        is_cloud = self._options.deployment == "cloud"
        return how if is_cloud or how == "anonymous" else "documented"

    def limit_headers(self) -> dict[str, str]:
        """Return the headers that tell what is left of the rate limit."""
        return {} if self._limit is None else self._limit.headers()


class RateLimit:
    """A bucket that refills by itself and holds one second's worth of requests."""

    def __init__(self, per_second: float) -> None:
        self._rate = per_second
        self._lock = threading.Lock()
        self.per_second = max(math.ceil(per_second), 1)
        self._left = float(self.per_second)
        self._checked = time.monotonic()

    def take(self) -> float:
        """Take one request out of the bucket; return the seconds to wait where it is empty."""
        with self._lock:
            self._refill()
            if self._left < 1:
                return (1 - self._left) / self._rate
            self._left -= 1
            return 0.0

    def headers(self) -> dict[str, str]:
        """Return the X-RateLimit headers of this moment."""
        with self._lock:
            self._refill()
            full_in = (self.per_second - self._left) / self._rate
            reset = datetime.now(UTC) + timedelta(seconds=full_in)
            return replies.rate_limit_headers(self.per_second, int(self._left), reset)

    def _refill(self) -> None:
        now = time.monotonic()
        self._left = min(self._left + (now - self._checked) * self._rate, self.per_second)
        self._checked = now


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())
