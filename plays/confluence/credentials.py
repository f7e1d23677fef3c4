"""The account's name and token on every request, and nowhere else: not in a repr, log or error."""

from __future__ import annotations

from base64 import b64encode

from requests import PreparedRequest
from requests.auth import AuthBase

_SHORTEST_SECRET = 6


class Credentials(AuthBase):
    """Basic with an e-mail or user name, Bearer with a token alone, nothing without a token.

    Set as the session's `auth`, also when empty: requests would otherwise take a name and password
    from `.netrc`. Raises ValueError for characters that a header cannot carry.
    """

    def __init__(self, email: str, token: str) -> None:
        self._email, self._token = email.strip(), token.strip()
        if not (self._token.isascii() and self._token.isprintable()):
            raise ValueError("the Confluence token has characters that no token has")
        if not self._email.isprintable() or ":" in self._email:
            raise ValueError("the Confluence e-mail cannot be used: it has a colon or controls")
        self._basic = b64encode(f"{self._email}:{self._token}".encode()).decode()

    def __bool__(self) -> bool:
        """Always true, for requests asks; see `are_given`."""
        return True

    @property
    def are_given(self) -> bool:
        return bool(self._token)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers.pop("Authorization", None)
        if self._token:
            scheme = f"Basic {self._basic}" if self._email else f"Bearer {self._token}"
            request.headers["Authorization"] = scheme
        return request

    def hidden_in(self, body: bytes) -> bytes:
        """An error's body without our secrets, should a proxy have echoed the request."""
        for secret in (self._basic, self._token):
            if len(secret) >= _SHORTEST_SECRET:
                body = body.replace(secret.encode(), b"***")
        return body

    def __repr__(self) -> str:
        return "<Credentials>"
