"""The databases that benchmarks look at: each with a company of some size, kept for a day.

It is run as a program by itself, to fill one in a process whose settings name it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.company import Size  # noqa: E402


@contextmanager
def database(kind: str, size: Size, folder: Path) -> Iterator[str]:
    """The URL of a filled database, which `folder` keeps for other runs of the same day."""
    kept = folder / f"{datetime.now(UTC):%Y-%m-%d}"
    if kind == "sqlite":
        path = kept.with_name(f"{kept.name}-{size.name}.sqlite3")
        if not path.exists():
            half = path.with_suffix(".half")
            half.unlink(missing_ok=True)
            _fill(f"sqlite:///{half}", size)
            half.rename(path)
        yield f"sqlite:///{path}"
        return
    import psycopg

    from tests.postgres import server_in

    cluster = kept.with_name(f"{kept.name}-postgres")
    cluster.mkdir(exist_ok=True)
    with server_in(cluster) as server:
        at = server.url.rpartition("/")[0]
        with psycopg.connect(f"{at}/postgres", autocommit=True) as connection:
            if (size.name,) not in connection.execute("SELECT datname FROM pg_database").fetchall():
                connection.execute("DROP DATABASE IF EXISTS half")
                connection.execute("CREATE DATABASE half")
                _fill(f"{at}/half", size)
                connection.execute(f'ALTER DATABASE half RENAME TO "{size.name}"')
        yield f"{at}/{size.name}"


def on_database(url: str, command: list[str]) -> Any:
    """What a process whose database is at `url` prints as JSON; None where it prints nothing."""
    env = {**os.environ, "TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.returncode)
    return json.loads(done.stdout) if done.stdout.strip() else None


def _fill(url: str, size: Size) -> None:
    on_database(url, [sys.executable, __file__, json.dumps(vars(size))])


def _fill_here(size: Size) -> None:
    import logging

    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from benchmarks.company import make_company

    call_command("migrate", verbosity=0)
    make_company(size, now=timezone.now())
    connection.close()  # SQLite puts its log into the file, which is then renamed


if __name__ == "__main__":
    _fill_here(Size(**json.loads(sys.argv[1])))
