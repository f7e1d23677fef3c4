"""The product's settings with every variable at its default: no `.env`, no one's environment.

The one thing taken from outside is TEST_DATABASE_URL, a server to make the test databases on;
`pytest --db=postgres` sets it.
"""

import os
from unittest.mock import patch

import environ

TEST_ENVIRONMENT = {"SECRET_KEY": "tests-only"}
if "TEST_DATABASE_URL" in os.environ:
    TEST_ENVIRONMENT["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]

with (
    patch.object(environ.Env, "ENVIRON", TEST_ENVIRONMENT),
    patch.object(environ.Env, "read_env"),
):
    from syncadmin.settings import *  # noqa: F403
    from syncadmin.settings import BASE_DIR, DATABASES

ENV_FILE = BASE_DIR / "no-ones.env"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Tests kill processes, never the machine: what the system has taken is as good as on disk.
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # a kept connection would block the drop at the end
