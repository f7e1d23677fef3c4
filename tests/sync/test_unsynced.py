"""Commits that a power failure may undo: how long SQLite waits for the disk."""

import pytest
from django.db import DataError, connection, transaction

from plays.sync.unsynced import unsynced

FULL, NORMAL, OFF = 2, 1, 0


@pytest.fixture
def as_in_production(transactional_db):
    if connection.vendor == "sqlite":
        set_to(FULL)
    yield
    if connection.vendor == "sqlite":
        set_to(OFF)


def set_to(level):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous = {level}")


def level():
    if connection.vendor != "sqlite":
        return FULL
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA synchronous").fetchone()[0]


@pytest.mark.usefixtures("as_in_production")
def test_only_the_block_does_not_wait_for_the_disk():
    with unsynced():
        assert level() == (NORMAL if connection.vendor == "sqlite" else FULL)

    assert level() == FULL


@pytest.mark.usefixtures("as_in_production")
def test_after_an_error_commits_wait_again():
    with pytest.raises(DataError), unsynced():
        raise DataError

    assert level() == FULL


@pytest.mark.usefixtures("as_in_production")
def test_a_transaction_around_it_is_waited_for():
    with transaction.atomic(), unsynced():
        assert level() == FULL


@pytest.mark.usefixtures("as_in_production")
def test_a_connection_that_was_opened_in_the_block_is_left_as_it_is():
    with unsynced():
        connection.close()

    connection.ensure_connection()
