"""django-q2's queue in the database, which waits for a sign of a task instead of asking for one.

Its own broker asks twice a second, day and night, and still hears of a task half a second late.
"""

from __future__ import annotations

import sqlite3
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from django.db import Error, connections
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf

from plays.sync.unsynced import unsynced

CHANNEL = "syncadmin_queue"
# A sign may be lost, and a task that nobody acknowledged comes back without one.
LONGEST_REST_SECONDS = 60.0

Tasks = list[tuple[int, str]]


class Sign(Protocol):
    """Tells that there may be a task."""

    def watch(self) -> None:
        """What comes from now on is told of."""

    def comes(self, *, within: float) -> bool:
        """Waits at most so many seconds; True as soon as the queue should be asked."""


class Broker(ORM):  # type: ignore[misc]
    """Asks the queue at its start, after each task, after a sign, and now and then."""

    def __init__(self, list_key: str | None = None) -> None:
        super().__init__(list_key)
        self.delay = timedelta(0)  # after which what is enqueued may be taken
        self._sign: Sign | None = None
        self._rests_until = 0.0

    def enqueue(self, task: str) -> Any:
        key, due = self.list_key or Conf.CLUSTER_NAME, timezone.now() + self.delay
        pk = self.get_connection().create(key=key, payload=task, lock=due).pk
        if connections[Conf.ORM].vendor == "postgresql":
            with connections[Conf.ORM].cursor() as cursor:
                cursor.execute(f"NOTIFY {CHANNEL}")
        return pk

    def dequeue(self) -> Tasks:
        """Tasks that are ours now; waits up to `poll` seconds for a sign of one."""
        if self._sign is None:
            self._sign = _sign_of(Conf.ORM)
        rest = self._rests_until - time.monotonic()
        if rest > 0 and not self._sign.comes(within=min(rest, Conf.POLL)):
            return []
        self._sign.watch()
        waiting = self.get_connection().filter(key=self.list_key, lock__lt=timezone.now())
        # PostgreSQL's own order gives a new task the place of one that is gone: first come, last.
        found = list(waiting.order_by("pk")[: Conf.BULK])
        self._rests_until = 0.0 if found else time.monotonic() + self._rest()
        return [(task.pk, task.payload) for task in found if self._take(task)]

    def _rest(self) -> float:
        """For how many seconds there is nothing but what others took and do not give back."""
        locks = self.get_connection().filter(key=self.list_key).values_list("lock", flat=True)
        first: datetime | None = locks.order_by("lock").first()
        if first is None:
            return LONGEST_REST_SECONDS
        return min(LONGEST_REST_SECONDS, max(0.0, (first - timezone.now()).total_seconds()))

    def _take(self, task: Any) -> bool:
        """Whether it is ours; else another cluster was faster."""
        mine = self.get_connection().filter(pk=task.pk, lock=task.lock)
        with unsynced():
            return bool(mine.update(lock=self.timeout(task)))

    def delete(self, task_id: int) -> None:
        done = self.get_connection().filter(pk=task_id)
        with unsynced():
            done.delete()


def _sign_of(alias: str) -> Sign:
    if connections[alias].vendor == "postgresql":
        return _Notification(alias)
    return _Commit(Path(connections[alias].settings_dict["NAME"]))


class _Notification:
    """PostgreSQL's NOTIFY, on a connection of its own (manual, "LISTEN").

    A pooler may swallow it: who does not hear itself asks as often as django-q2 does.
    """

    def __init__(self, alias: str) -> None:
        self._alias, self._errors = alias, (Error, _driver_error(alias))
        self._connection: Any = None
        self._is_deaf = False

    def watch(self) -> None:
        """Notifications are kept until they are read: a stale one costs one look."""

    def comes(self, *, within: float) -> bool:
        try:
            if self._connection is None:
                self._connection = self._listening()
                return True  # what came before that, nobody has heard
            if not self._is_deaf:
                return bool(list(self._connection.notifies(timeout=within, stop_after=1)))
        except self._errors:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
        time.sleep(within)
        return True

    def _listening(self) -> Any:
        wrapper = connections[self._alias].copy()
        wrapper.ensure_connection()
        connection: Any = wrapper.connection
        connection.execute(f"LISTEN {CHANNEL}")
        connection.execute(f"NOTIFY {CHANNEL}")
        self._is_deaf = not list(connection.notifies(timeout=1, stop_after=1))
        return connection


class _Commit:
    """A commit to a SQLite database, seen at its files, without a query (sqlite.org/wal.html)."""

    LOOK_SECONDS = 0.05

    def __init__(self, database: Path) -> None:
        self._files = (database, database.with_name(f"{database.name}-wal"))
        # While one connection stays open, the end of another does not write to the files.
        self._open = sqlite3.connect(database)
        self._open.execute("PRAGMA schema_version").fetchone()
        self._seen: list[tuple[int, int]] = []
        self._is_sure = False

    def watch(self) -> None:
        """Two commits within one tick of the file system's clock could look like one."""
        self._seen = self._state()
        newest = max(written for written, _ in self._seen) / 1e9
        self._is_sure = time.time() - newest > self.LOOK_SECONDS

    def comes(self, *, within: float) -> bool:
        until = time.monotonic() + within
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(self.LOOK_SECONDS, left))
            if not self._is_sure or self._state() != self._seen:
                return True
        return False

    def _state(self) -> list[tuple[int, int]]:
        """When each file was written to and how long it is; the log may be away."""
        return [
            (stat.st_mtime_ns, stat.st_size) if (stat := _stat(path)) else (0, 0)
            for path in self._files
        ]


def _driver_error(alias: str) -> type[Exception]:
    error: type[Exception] = vars(type(connections[alias]))["Database"].Error
    return error


def _stat(path: Path) -> Any:
    try:
        return path.stat()
    except OSError:
        return None
