"""The rules that conftest enforces: this machine only, one shared database, no skips in CI."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.contrib.auth.models import User

from tests.conftest import missing
from tests.environment import product_environment
from tests.postgres import NoPostgres, server_programs, throwaway_postgres

ROOT = Path(__file__).resolve().parent.parent


def test_a_test_that_reaches_for_another_machine_fails():
    with pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_started_process_works_on_the_database_of_the_test(database_url):
    User.objects.create(username="made-here")

    _python(
        "import django; django.setup()\n"
        "from django.contrib.auth.models import User\n"
        "User.objects.create(username=User.objects.get().username + '-and-there')",
        product_environment(DATABASE_URL=database_url, DJANGO_SETTINGS_MODULE="syncadmin.settings"),
    )

    assert User.objects.filter(username="made-here-and-there").exists()


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("false", 0)])
def test_only_in_ci_does_a_skipped_test_fail_the_run(tmp_path, ci, code):
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")
    test = tmp_path / "test_skipped.py"
    test.write_text("import pytest\ndef test_it(): pytest.skip('for no reason')\n")

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "pyproject.toml", test],
        cwd=ROOT,
        env=os.environ | {"CI": ci},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert "1 skipped" in run.stdout
    assert run.returncode == code, run.stdout + run.stderr


def test_a_throwaway_server_is_gone_at_the_end():
    try:
        server_programs()
    except NoPostgres as reason:
        missing(str(reason))

    with throwaway_postgres() as url:
        database = f"{url.rpartition('/')[0]}/postgres"
        with psycopg.connect(database) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)

    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(database)


def _python(code, environment):
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, timeout=60)
