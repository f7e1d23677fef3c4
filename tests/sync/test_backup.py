"""The way docs/operations.md takes: a copy while people write, and back to it."""

import shutil
import sqlite3
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from plays.models import Action
from plays.sync import backup
from plays.sync.intake.receiving import record
from tests.conftest import missing
from tests.events import activity
from tests.factories import make_play
from tests.postgres import server_programs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def programs_of_postgres(monkeypatch):
    """A machine that has the server has its programs, but maybe not on PATH."""
    if connection.vendor == "postgresql" and not shutil.which("pg_dump"):
        monkeypatch.setenv("PATH", str(server_programs()), prepend=":")
    if connection.vendor == "postgresql" and not shutil.which("pg_dump"):
        missing("pg_dump is not installed")


@pytest.fixture
def play():
    return make_play()


def log_ids_in(copy):
    """What a database made of the copy, by the commands of the document, knows."""
    query = "SELECT log_id FROM plays_action ORDER BY log_id"
    if connection.vendor == "sqlite":
        restored = copy.with_name("restored.sqlite3")
        shutil.copy(copy, restored)
        with sqlite3.connect(restored) as database:
            return [log_id for (log_id,) in database.execute(query)]
    return _restored_in_postgres(copy, query)


def _restored_in_postgres(copy, query):
    place = connection.settings_dict
    server = f"postgres://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS restored")
        admin.execute("CREATE DATABASE restored")
        restore = ["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={server}/restored"]
        subprocess.run([*restore, copy], check=True)
        with psycopg.connect(f"{server}/restored") as database:
            rows = [log_id for (log_id,) in database.execute(query)]
        admin.execute("DROP DATABASE restored")
    return rows


def test_a_copy_has_all_that_was_committed_and_what_came_later_is_in_the_next(play, tmp_path):
    first = record(activity(play_id=play.play_id)).log_id
    call_command("backup", str(tmp_path / "one"))
    second = record(activity(play_id=play.play_id)).log_id
    call_command("backup", str(tmp_path / "two"))

    assert log_ids_in(tmp_path / "one") == [first]
    assert log_ids_in(tmp_path / "two") == [first, second]
    assert Action.objects.count() == 2
    assert sorted(path.name for path in tmp_path.iterdir() if "restored" not in path.name) == [
        "one",
        "two",
    ]


def test_a_copy_is_for_its_owner_only(play, tmp_path):
    made = backup.back_up(tmp_path / "copy")

    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_a_copy_is_never_written_over(tmp_path, capsys):
    there = tmp_path / "copy"
    there.write_text("yesterday's")

    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(there))

    assert there.read_text() == "yesterday's"


def test_where_nothing_can_be_written_it_says_so_and_leaves_nothing(tmp_path):
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("backup", str(tmp_path / "nowhere" / "copy"))

    assert list(tmp_path.iterdir()) == []


def test_without_a_path_the_copy_is_named_by_the_time(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    call_command("backup")

    (made,) = tmp_path.iterdir()
    assert made.name.startswith("syncadmin-2")
    assert capsys.readouterr().out.startswith(f"{made.name}: ")


def test_the_line_for_another_machine_holds_no_password():
    place = {"HOST": "db", "PORT": 5432, "USER": "u", "NAME": "n", "PASSWORD": "secret"}

    line = backup.dump_command(place, Path("x.dump"))

    assert line == [
        "pg_dump",
        "--format=custom",
        "--host=db",
        "--port=5432",
        "--username=u",
        "--dbname=n",
        "--file=x.dump",
    ]
