"""`manage.py mcp`: the agents' tools on standard input and output, or on HTTP."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from plays.checks import OUR_CHECKS
from plays.models import ApiToken

NOT_INSTALLED = (
    "the Model Context Protocol SDK is not installed: install with --editable '.[mcp]', then "
    "start again"
)


class Command(BaseCommand):
    help = (
        "Serves the tools for agents (Model Context Protocol) on standard input and output. They "
        "only read, unless MCP_WRITES is on."
    )
    requires_system_checks = OUR_CHECKS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--http",
            type=_address,
            metavar="HOST:PORT",
            help="serve http://HOST:PORT/mcp with a bearer token instead",
        )

    def handle(self, *, http: tuple[str, int] | None, **_: Any) -> None:
        if find_spec("mcp") is None:
            raise CommandError(NOT_INSTALLED)
        from plays.mcp.server import PATH, make_server, serve_http

        if http is None:
            make_server().run("stdio")
            return
        if not settings.EVENTS_TOKENS and not ApiToken.objects.usable(timezone.now()).exists():
            raise CommandError(
                "nobody could get in: make a token with manage.py token NAME --scope read, or set "
                "EVENTS_TOKENS"
            )
        host, port = http
        self.stderr.write(f"serving http://{host}:{port}{PATH}; Ctrl-C ends it")
        serve_http(host, port)


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ArgumentTypeError(f"{text!r} is not HOST:PORT")
    return host.strip("[]") or "127.0.0.1", int(port)
