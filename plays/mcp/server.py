"""The server: all tools, on standard input and output or on HTTP with a bearer token."""

from __future__ import annotations

from typing import Any

import uvicorn
from asgiref.sync import sync_to_async
from django import db
from django.conf import settings
from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from plays import tokens
from plays.confluence.session import our_version
from plays.mcp import job_tools, page_tools, product_tools
from plays.mcp.tools import UNTRUSTED, caller

PATH = "/mcp"
LOCAL = ("127.0.0.1", "localhost", "[::1]")
INSTRUCTIONS = (
    "Reads and writes the Confluence pages of a business-development team, and the Plays behind "
    "them. Prefer record_event for what was done: the product then writes every page itself. "
    "Writing tools take dry_run and answer with the difference they made. Make a call that failed "
    f"again with the same arguments: nothing is made twice. {UNTRUSTED}"
)


def make_server() -> MCPServer[Any]:
    """The server with every tool."""
    server: MCPServer[Any] = MCPServer(
        "syncadmin",
        title="Play Sync",
        version=our_version(),
        instructions=INSTRUCTIONS,
        log_level="WARNING",
    )
    for tools in (page_tools, product_tools, job_tools):
        tools.add_to(server)
    return server


def serve_http(host: str, port: int) -> None:
    """Serve until the process is told to end."""
    app = make_server().streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,
        json_response=True,
        host=host,
        transport_security=_allowed(host, port),
    )
    uvicorn.run(TokenNeeded(app), host=host, port=port, log_level="warning", access_log=False)


class TokenNeeded:
    """Only requests with a usable bearer token go on to `app`; each tool looks at its scopes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        by = await _let_in(Headers(scope=scope)) if scope["type"] == "http" else None
        if scope["type"] == "http" and by is None:
            answer = JSONResponse(
                {"error": "a valid bearer token is needed"},
                status_code=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
            await answer(scope, receive, send)
            return
        before = caller.set(by)
        try:
            await self.app(scope, receive, send)
        finally:
            caller.reset(before)


async def _let_in(headers: Headers) -> tokens.Caller | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return await _caller_of(token.strip()) if scheme.lower() == "bearer" else None


@sync_to_async
def _caller_of(token: str) -> tokens.Caller | None:
    db.close_old_connections()
    try:
        return tokens.caller_of(token)
    finally:
        db.close_old_connections()


def _allowed(host: str, port: int) -> TransportSecuritySettings:
    """A browser's page of another origin, or of a name that was made to lead here, is refused."""
    names = [*LOCAL, host, *settings.ALLOWED_HOSTS]
    hosts = {form for name in names if name != "*" for form in (name, f"{name}:*")}
    local = {f"http://{name}:*" for name in LOCAL}
    return TransportSecuritySettings(
        allowed_hosts=sorted(hosts),
        allowed_origins=sorted(local | set(settings.CSRF_TRUSTED_ORIGINS)),
    )
