"""The product for a benchmark: a database of its own in a folder, a sandbox as its Confluence."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def set_up(folder: Path) -> None:
    """Django with the tests' settings and an empty SQLite database in `folder`."""
    sys.path.insert(0, str(ROOT))
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.settings",
        DATABASE_URL=f"sqlite:///{folder / 'benchmark.sqlite3'}",
    )
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.DATABASES["default"]["NAME"] = str(folder / "benchmark.sqlite3")
    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0)


def connect_to(sandbox) -> None:
    """Let the sandbox, with its usual credentials, be the Confluence that the product writes to."""
    from django.conf import settings

    settings.CONFLUENCE_URL, settings.CONFLUENCE_SPACE_KEY = sandbox.url, sandbox.space_key
    settings.CONFLUENCE_EMAIL, settings.CONFLUENCE_API_TOKEN = sandbox.email, sandbox.token
