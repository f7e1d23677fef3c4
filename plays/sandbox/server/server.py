"""Speaks HTTP/1.1 on one port, keeps connections open, and lets go of all of them when told to."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from plays.sandbox.server.messages import Response

MOST_READ = 32 * 1024 * 1024
STOP_SECONDS = 5.0
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")


@dataclass(frozen=True, kw_only=True)
class RawRequest:
    """A request as it came over the wire; `target` is path and query, still quoted."""

    method: str
    target: str
    headers: Message
    body: bytes


Answer = Callable[[RawRequest], Response | None]


class HttpServer:
    """Serves in background threads, one a connection; `answer` makes the answers.

    Where `answer` returns None the connection is closed without a word.
    """

    def __init__(self, host: str, port: int, answer: Answer) -> None:
        """Take the port. Raises OSError when somebody has it."""
        self._server = _Listener((host, port), _handler_for(answer))
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.02},
            name=f"sandbox:{self.port}",
            daemon=True,
        )

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection, and wait for the threads to end."""
        self._server.shutdown()
        self._thread.join(STOP_SECONDS)
        self._server.server_close()
        self._server.hang_up()


class _Listener(ThreadingHTTPServer):
    """A threading server that knows its connections, so that it can end them."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._connections_lock = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        with self._connections_lock:
            self._connections[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._connections_lock:
            self._connections.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a caller that hangs up in the middle go quietly."""

    def hang_up(self) -> None:
        with self._connections_lock:
            connections = list(self._connections.items())
        for connection, thread in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(STOP_SECONDS)


def _handler_for(answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "AtlassianEdge"
        sys_version = ""
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_any(self) -> None:
            body = self._read_body()
            if body is None:
                return
            raw = RawRequest(method=self.command, target=self.path, headers=self.headers, body=body)
            response = answer(raw)
            if response is None:
                self.close_connection = True
            else:
                self._write(response)

        def _read_body(self) -> bytes | None:
            length = self.headers.get("Content-Length", "0")
            refusal = None
            if "Transfer-Encoding" in self.headers or not length.isdecimal():
                refusal = HTTPStatus.LENGTH_REQUIRED
            elif int(length) > MOST_READ:
                refusal = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            if refusal is not None:
                self.close_connection = True
                self.send_error(refusal)
                return None
            return self.rfile.read(int(length))

        def _write(self, response: Response) -> None:
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            if response.status != HTTPStatus.NO_CONTENT:
                self.send_header("Content-Type", response.content_type)
                self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet: `calls` tells what came in."""

    for method in METHODS:
        setattr(Handler, f"do_{method}", Handler.do_any)
    return Handler
