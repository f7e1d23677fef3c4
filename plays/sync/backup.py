"""A copy of the whole database while everything goes on working.

SQLite: its online backup (https://www.sqlite.org/backup.html), through Python's `sqlite3`.
PostgreSQL: `pg_dump` in its custom format (https://www.postgresql.org/docs/current/app-pgdump.html).
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

PAGES_PER_STEP = 1000  # between steps writers get their turn


class NotBackedUp(Exception):
    """No copy was made; the message says why, and what to do where that is known."""


def back_up(path: Path | None = None) -> Path:
    """Copy the database to `path`, a new file, or one named by the time in the working directory.

    The file is there whole or not at all. Raises NotBackedUp.
    """
    is_sqlite = connection.vendor == "sqlite"
    at = timezone.localtime()
    path = path or Path(f"syncadmin-{at:%Y%m%d-%H%M%S}.{'sqlite3' if is_sqlite else 'dump'}")
    if path.exists():
        raise NotBackedUp(f"{path} is there already")
    begun = path.with_name(f"{path.name}.part")
    try:
        begun.touch(mode=0o600, exist_ok=False)  # it holds everybody's names and our tokens
        (_copy_sqlite if is_sqlite else _dump_postgres)(begun)
        begun.rename(path)
    except (OSError, sqlite3.Error) as error:
        raise NotBackedUp(f"{path} cannot be written: {error}") from error
    finally:
        with contextlib.suppress(OSError):
            begun.unlink(missing_ok=True)
    return path


def dump_command(place: Mapping[str, Any], path: Path) -> list[str]:
    """What a person types; the password goes in PGPASSWORD or ~/.pgpass, never on the line."""
    names = {"host": "HOST", "port": "PORT", "username": "USER", "dbname": "NAME"}
    where = [f"--{flag}={place[name]}" for flag, name in names.items() if place.get(name)]
    return ["pg_dump", "--format=custom", *where, f"--file={path}"]


def _copy_sqlite(path: Path) -> None:
    source = sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=rw", uri=True)
    with contextlib.closing(source), contextlib.closing(sqlite3.connect(path)) as copy:
        source.backup(copy, pages=PAGES_PER_STEP)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        ((verdict,),) = copy.execute("PRAGMA quick_check(1)").fetchall()
    if verdict != "ok":
        raise NotBackedUp(f"the copy is damaged: {verdict}")


def _dump_postgres(path: Path) -> None:
    place = connection.settings_dict
    command = dump_command(place, path)
    program = shutil.which(command[0])
    if program is None:
        raise NotBackedUp(f"pg_dump is not installed here; where it is: {shlex.join(command)}")
    done = subprocess.run(  # noqa: S603 - a fixed program, and no shell
        [program, *command[1:]],
        env=os.environ | {"PGPASSWORD": str(place.get("PASSWORD") or "")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotBackedUp(f"pg_dump failed: {done.stderr.strip()}")
