"""Waiting for SQLite's one write lock: in short sleeps, and not for ever."""

import sqlite3
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from syncadmin.sqlite_lock import PATIENCE


@pytest.fixture
def database(tmp_path, django_db_blocker):
    """A database as the product opens it (patient for a moment only), with a table `told`."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": 0.05}
    handler = ConnectionHandler(
        {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(tmp_path / "db.sqlite3"),
                "OPTIONS": options,
            }
        }
    )
    connection = handler["default"]
    connection.inc_thread_sharing()
    with django_db_blocker.unblock():  # it is none of the tests' own
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("CREATE TABLE told (word TEXT)")
        yield connection
        connection.close()


@pytest.fixture
def other(database):
    """Another program that has the lock."""
    connection = sqlite3.connect(
        Path(database.settings_dict["NAME"]), isolation_level=None, check_same_thread=False
    )
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def tell(database):
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO told VALUES ('x')")


def told(database):
    with database.cursor() as cursor:
        return cursor.execute("SELECT count(*) FROM told").fetchone()[0]


def test_sqlite_itself_sleeps_only_for_moments(database):
    with database.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (PATIENCE,)


def test_who_waits_writes_once_when_the_lock_is_free(database, other):
    database.settings_dict["OPTIONS"]["timeout"] = 30
    refused = threading.Event()

    def look(execute, *args):
        try:
            return execute(*args)
        except OperationalError:
            refused.set()
            raise

    database.execute_wrappers.append(look)  # inside ours: it sees each refusal
    waiting = threading.Thread(target=tell, args=[database])
    waiting.start()
    assert refused.wait(10)
    other.execute("COMMIT")
    waiting.join(10)

    assert told(database) == 1


def test_who_watches_queries_from_before_the_first_takes_away_only_themselves(database):
    another = database.copy()
    with another.execute_wrapper(lambda execute, *args: execute(*args)):
        tell(another)
    another.close()

    assert another.execute_wrappers == database.execute_wrappers != []


def test_who_has_waited_long_enough_is_told(database, other):
    with pytest.raises(OperationalError, match="locked"):
        tell(database)

    assert told(database) == 0, "who reads waits for nobody"


def test_what_a_transaction_is_refused_is_not_tried_again(database, other):
    """What it has read may be old by then."""
    refused = []

    def look(execute, *args):
        try:
            return execute(*args)
        except OperationalError as error:
            refused.append(error)
            raise

    database.settings_dict["OPTIONS"]["timeout"] = 30
    database.execute_wrappers.append(look)
    with database.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        cursor.execute("SELECT * FROM told").fetchall()
        with pytest.raises(OperationalError, match="locked"):
            cursor.execute("INSERT INTO told VALUES ('x')")
        cursor.execute("ROLLBACK")

    assert len(refused) == 1


def test_many_rows_are_not_tried_again_as_some_may_be_there(database, other):
    database.settings_dict["OPTIONS"]["timeout"] = 30
    with database.cursor() as cursor, pytest.raises(OperationalError, match="locked"):
        cursor.executemany("INSERT INTO told VALUES (%s)", [("x",), ("y",)])


def test_the_product_waits_for_half_a_minute():
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        assert settings.DATABASES["default"]["OPTIONS"]["timeout"] == 30
