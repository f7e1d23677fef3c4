"""A time limit for a whole answer, which a server that drips bytes cannot stretch.

A socket's own timeout starts afresh with every byte. Here each read gets only what is left of the
call, from the status line to the last byte of the body. No threads, no signals.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPResponse
from socket import socket
from typing import Any, cast

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from plays.confluence.waiting import work_meanwhile


class _TimedReader(io.RawIOBase):
    """The socket's bytes, until the time is up."""

    def __init__(self, source: io.RawIOBase, sock: socket, until: float) -> None:
        self._source = source
        self._sock = sock
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for this call is up")
        self._sock.settimeout(left)
        return cast("int | None", self._source.readinto(buffer))

    def close(self) -> None:
        self._source.close()
        super().close()


class _TimedResponse(HTTPResponse):
    def __init__(self, sock: socket, *args: Any, until: float, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock, until))


@contextmanager
def _timed(connection: HTTPConnection) -> Iterator[None]:
    """The request is sent, and urllib3 has set the connection's timeout to what is left of the
    call's time. It counts from here, as what we do meanwhile is not Confluence's.

    It is this answer's time only: a connection that was dropped is opened again, and then a proxy
    answers first.
    """
    work_meanwhile()
    left, usual = connection.timeout, connection.response_class
    if isinstance(left, int | float):
        until = time.monotonic() + left
        connection.response_class = partial(_TimedResponse, until=until)  # type: ignore[assignment]
    try:
        yield
    finally:
        connection.response_class = usual


class _TimedHTTPConnection(HTTPConnection):
    def getresponse(self) -> Any:
        with _timed(self):
            return super().getresponse()


class _TimedHTTPSConnection(HTTPSConnection):
    def getresponse(self) -> Any:
        with _timed(self):
            return super().getresponse()


class _TimedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _TimedHTTPConnection


class _TimedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _TimedHTTPSConnection


class TimedAdapter(HTTPAdapter):
    """Connections without retries, whose answers end with the call's time."""

    def __init__(self) -> None:
        super().__init__(max_retries=0, pool_connections=1, pool_maxsize=4)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        _use_timed_pools(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        return _use_timed_pools(super().proxy_manager_for(*args, **options))


def _use_timed_pools(manager: PoolManager) -> PoolManager:
    manager.pool_classes_by_scheme = {"http": _TimedHTTPPool, "https": _TimedHTTPSPool}
    return manager
