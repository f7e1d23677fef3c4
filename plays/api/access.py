"""The guard of what is read and done: a bearer token, or, to read, a person who is logged in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja.security.http import HttpAuthBase

from plays.api.auth import refusal
from plays.models.api_token import Scope
from plays.tokens import Caller, caller_of, sent_token


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
