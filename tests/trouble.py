"""Databases in trouble: away, read-only, without room. Each is right again after the block."""

import contextlib
import resource
import socket
from pathlib import Path

from django.db import connection


@contextlib.contextmanager
def database_is_away():
    """Whoever connects is refused; what is there stays as it is."""
    place, was = connection.settings_dict, dict(connection.settings_dict)
    connection.close()
    place.update({"NAME": "/nowhere/at/all.sqlite3"} if is_sqlite() else {"PORT": _closed_port()})
    try:
        yield
    finally:
        connection.close()
        place.update(was)


@contextlib.contextmanager
def database_is_read_only():
    """As on a standby that nobody has promoted, or a file without the right to write it."""
    on, off = (
        ("PRAGMA query_only = ON", "PRAGMA query_only = OFF")
        if is_sqlite()
        else (
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        )
    )
    _execute(on)
    try:
        yield
    finally:
        _execute(off)


@contextlib.contextmanager
def disk_is_full():
    """SQLite's files cannot grow: the system refuses as it does on a full disk."""
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    _execute("PRAGMA wal_checkpoint(TRUNCATE)")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 512, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def is_sqlite():
    return connection.vendor == "sqlite"


def _execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
