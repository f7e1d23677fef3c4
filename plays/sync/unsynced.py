"""Commits that a power failure may undo.

Leases and wake-ups end with the machine, so their commits need not wait for the disk, which on
SQLite everybody who writes would wait for. A commit that is waited for takes those before it to
the disk as well (sqlite.org/pragma.html#pragma_synchronous, WAL mode); kills undo none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

NORMAL = 1


@contextmanager
def unsynced() -> Iterator[None]:
    """Commits in the block do not wait for the disk, on SQLite and outside a transaction."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    opened = connection.connection
    (before,) = opened.execute("PRAGMA synchronous").fetchone()
    opened.execute(f"PRAGMA synchronous = {min(before, NORMAL)}")
    try:
        yield
    finally:
        if connection.connection is opened:
            opened.execute(f"PRAGMA synchronous = {before}")
