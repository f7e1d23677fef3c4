"""The product for a benchmark: a database of its own, a sandbox as its Confluence."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


@contextmanager
def product_on(kind: str) -> Iterator[str]:
    """Django with the tests' settings and an empty database (`sqlite` or `postgres`), gone at the
    end. Gives the database's URL. Once in a process.
    """
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'benchmark.sqlite3'}"
            start_on(url)
            yield url
        return
    from tests.postgres import throwaway_server

    with throwaway_server() as server:
        server.make_database()
        start_on(server.url)
        yield server.url


def start_on(url: str) -> None:
    """Django with the tests' settings and the database at `url`, migrated."""
    os.environ.update(DJANGO_SETTINGS_MODULE="tests.settings", TEST_DATABASE_URL=url)
    import django
    from django.core.management import call_command

    django.setup()
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)


def connect_to(sandbox) -> None:
    """Let the sandbox, with its usual credentials, be the Confluence that the product writes to."""
    from django.conf import settings

    settings.CONFLUENCE_URL, settings.CONFLUENCE_SPACE_KEY = sandbox.url, sandbox.space_key
    settings.CONFLUENCE_EMAIL, settings.CONFLUENCE_API_TOKEN = sandbox.email, sandbox.token
