"""Waiting for SQLite's one write lock.

SQLite's own busy handler sleeps ever longer, up to 100 ms (`sqliteDefaultBusyCallback`), and the
lock goes to whoever happens to ask while it is free. Beside a process that writes every few
milliseconds a sleeper comes too late again and again. So the handler is given a few milliseconds
only (`PATIENCE`), which are its shortest sleeps, and asked again until the time is up.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

PATIENCE = 8  # ms: it sleeps for 1, 2 and 5


def wait_in_short_sleeps(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of `connection_created`."""
    if connection.vendor != "sqlite":
        return
    connection.connection.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    if _patiently not in connection.execute_wrappers:
        # In front: Django's `execute_wrapper` takes the last one away at its block's end.
        connection.execute_wrappers.insert(0, _patiently)


def _patiently(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Execute; what is refused outside a transaction for want of the lock has changed nothing."""
    connection = context["connection"]
    until = time.monotonic() + connection.settings_dict["OPTIONS"]["timeout"]
    while True:
        try:
            return execute(sql, params, many, context)
        except OperationalError as error:
            if many or not _is_busy(error) or connection.connection.in_transaction:
                raise
            if time.monotonic() > until:
                raise


def _is_busy(error: OperationalError) -> bool:
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY
