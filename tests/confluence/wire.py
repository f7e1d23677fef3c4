"""A server that answers exactly the bytes it is told to, once each, and notes what it was asked."""

from __future__ import annotations

import json
import ssl
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Raw = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Reply:
    """`body` as given if bytes, else as JSON; `content_type` None sends no such header."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str | None = "application/json"

    def send(self, handler: BaseHTTPRequestHandler) -> None:
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        handler.send_response(self.status)
        if self.content_type:
            handler.send_header("Content-Type", self.content_type)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        if self.status != 204:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if self.status != 204:
            handler.wfile.write(body)


@dataclass
class Asked:
    """One request as it came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up: that is what it should do here."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Wire:
    """`replies` are given in order; a request beyond them is answered 599."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.replies: list[Reply | Raw] = []
        self.asked: list[Asked] = []
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._scheme = "http"
        if tls:
            self._scheme = "https"
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self._scheme}://{self.host}/wiki"

    def will(self, *replies: Reply | Raw) -> Wire:
        self.replies += replies
        return self

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        wire = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10
            disable_nagle_algorithm = True

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                connection = self.client_address[1]
                wire.asked.append(
                    Asked(self.command, self.path, dict(self.headers), body, connection)
                )
                reply = wire.replies.pop(0) if wire.replies else Reply(599)
                with suppress(OSError):
                    reply.send(self) if isinstance(reply, Reply) else reply(self)

            do_GET = do_POST = do_PUT = do_DELETE = do_CONNECT = answer  # noqa: N815

            def log_message(self, *args: object) -> None:
                pass

        return Handler
