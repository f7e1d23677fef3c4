"""Whether the database can do its part: answer, hold every table, and take a write."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from plays.models import WriteProbe

# Anybody may ask, and each time is a write: it is made this often at most.
SECONDS_BETWEEN_WRITES = 1.0
LEAST_FREE_BYTES = 1024 * 1024


@dataclass
class _LastWrite:
    at: float = float("-inf")


_last_write = _LastWrite()


def trouble() -> str:
    """What keeps the database from its part, in a few words; "" where nothing does."""
    try:
        missing = missing_migrations()
    except Error:
        return "database unreachable"
    if missing:
        return "migrations missing"
    try:
        _write()
    except Error:
        return "database cannot be written"
    return "disk full" if _is_disk_full() else ""


def missing_migrations() -> int:
    """How many migrations the database lacks. Raises `Error` where it does not answer."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _write() -> None:
    if time.monotonic() - _last_write.at < SECONDS_BETWEEN_WRITES:
        return
    WriteProbe.objects.update_or_create(pk=1, defaults={"at": timezone.now()})
    _last_write.at = time.monotonic()


def _is_disk_full() -> bool:
    """A small write may still fit into what SQLite's file has free when an event does not."""
    if connection.vendor != "sqlite":
        return False
    folder = Path(connection.settings_dict["NAME"]).parent
    try:
        return shutil.disk_usage(folder).free < LEAST_FREE_BYTES
    except OSError:  # a database in memory has no folder
        return False
