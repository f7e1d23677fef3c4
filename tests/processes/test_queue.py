"""The queue in the database is asked when there may be a task, and left alone otherwise."""

import contextlib
import sqlite3
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ

from plays.worker import queue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broker(monkeypatch):
    """One whose queue is empty and which knows it."""
    monkeypatch.setattr(Conf, "POLL", 0.2)
    made = queue.Broker("syncadmin")
    for _ in range(20):  # until it rests: its own start is a sign, and so is what was done before
        made.dequeue()
        if made._sign.comes(within=0.2) is False:
            break
    yield made
    if listening := getattr(made._sign, "_connection", None):
        listening.close()


def elsewhere(work):
    """In another thread, and so on another connection."""

    def run():
        work()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_an_empty_queue_is_not_asked_again_and_again(broker, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert [broker.dequeue() for _ in range(3)] == [[], [], []]


def test_a_task_that_comes_is_taken_at_once(broker):
    elsewhere(lambda: queue.Broker("syncadmin").enqueue("task"))

    tasks = broker.dequeue()

    assert [payload for _, payload in tasks] == ["task"]
    assert broker.dequeue() == [], "it is taken once"


def test_a_task_for_later_is_taken_when_its_time_has_come(broker):
    other = queue.Broker("syncadmin")
    other.delay = timedelta(seconds=0.3)
    due = timezone.now() + other.delay
    elsewhere(lambda: other.enqueue("task"))

    taken = []
    while not taken and timezone.now() < due + timedelta(seconds=20):
        taken = broker.dequeue()

    assert [payload for _, payload in taken] == ["task"]
    assert timezone.now() >= due


@pytest.mark.postgres
def test_who_has_waited_longest_comes_first(broker):
    """Also where the database gives a new task the place of one that is gone."""
    for name in ("first", "second", "third"):
        broker.enqueue(name)
    OrmQ.objects.filter(payload="first").delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM django_q_ormq")
    broker.enqueue("fourth")

    assert [payload for _ in range(3) for _, payload in broker.dequeue()] == [
        "second",
        "third",
        "fourth",
    ]


def test_of_two_clusters_one_gets_a_task(broker):
    broker.enqueue("task")
    other = queue.Broker("syncadmin")

    assert [len(other.dequeue()), len(broker.dequeue())] == [1, 0]


def test_a_task_that_nobody_acknowledged_comes_back_without_a_sign(broker):
    broker.enqueue("task")
    assert broker.dequeue()
    OrmQ.objects.update(lock=timezone.now() + timedelta(seconds=0.1))

    assert broker.dequeue() == []
    assert any(broker.dequeue() for _ in range(5))


@pytest.mark.postgres
def test_who_does_not_hear_itself_asks_as_often_as_before(broker, monkeypatch):
    """As behind a pooler that gives each statement another connection."""
    monkeypatch.setattr(queue, "CHANNEL", "nobody")
    listening = queue._Notification("default")
    monkeypatch.setattr("psycopg.Connection.notifies", lambda *_, **__: iter(()))

    assert [listening.comes(within=0.01) for _ in range(3)] == [True, True, True]
    listening._connection.close()


@pytest.mark.postgres
def test_a_connection_that_broke_is_made_again(broker):
    broker._sign._connection.close()

    broker.enqueue("task")

    assert broker.dequeue()


def test_every_commit_to_a_sqlite_file_is_seen(tmp_path):
    path = tmp_path / "db.sqlite3"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE t (x)")
        sign = queue._Commit(path)
        for number in range(5):
            sign.watch()
            database.execute("INSERT INTO t VALUES (?)", [number])
            assert sign.comes(within=1)
            if number == 2:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_sqlite_file_that_nobody_writes_to_gives_no_sign(tmp_path):
    path = tmp_path / "db.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE t (x)")
    sign = queue._Commit(path)
    sign.watch()
    sign.comes(within=0.2)  # it was written to just now
    sign.watch()

    assert not sign.comes(within=0.1)
