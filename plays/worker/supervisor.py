"""Runs django-q2's cluster and starts it anew when it ends, or when it no longer gets anywhere.

django-q2 calls a cluster well whose workers all wait for a lock that a killed one held. So what
counts here is progress: tasks that came through.
"""

from __future__ import annotations

import logging
import os
import random
import socket
import time
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django_q.tasks import async_task

from plays.sync import heartbeats
from plays.sync.jobs import wakeups
from plays.sync.schedules import ensure_schedules
from plays.worker import cluster
from plays.worker.child import Child
from plays.worker.watch import Backoff, Bell, Watch

LOOK_SECONDS = 0.2
STALLED_GRACE = 3.0  # a stalled cluster does not end by itself; one with work left might
FORGET_SECONDS = 3600.0

log = logging.getLogger("plays.worker")


class Worker:
    """`run` returns after `ask_to_stop`, with no process left."""

    def __init__(self, *, bell: float, stall: float, verbose: bool = False) -> None:
        self.name = f"{socket.gethostname()[:80]}-{os.getpid()}"
        self._bell, self._stall, self._verbose = bell, stall, verbose
        self._stop_requests = 0
        self._forgot_at = float("-inf")

    def ask_to_stop(self) -> None:
        """Once: when the running tasks have ended. Twice: at once. Safe in a signal handler."""
        self._stop_requests += 1

    def run(self) -> None:
        self._wait_for_database()
        backoff = Backoff()
        while not self._stop_requests:
            started = time.monotonic()
            reason = self._run_cluster()
            if reason:
                pause = backoff.after(time.monotonic() - started)
                log.error("%s; a new cluster starts in %.0f s", reason, pause)
                self._sleep(pause)

    def _wait_for_database(self) -> None:
        backoff = Backoff()
        while not self._stop_requests:
            try:
                ensure_schedules()
            except DatabaseError as error:
                connection.close()
                pause = backoff.after(0)
                log.warning("the database is not ready (%s); next look in %.0f s", error, pause)
                self._sleep(pause)
            else:
                return

    def _run_cluster(self) -> str:
        """Until it ends, stalls or shall stop. Returns what was wrong; nothing if it shall stop."""
        self._forget_bells()
        command = cluster.command(self.name, verbose=self._verbose)
        child = Child(command, folder=settings.BASE_DIR)
        log.info("cluster %d of worker %s started", child.pid, self.name)
        look = _Look(self.name, bell=self._bell, stall=self._stall)
        reason = ""
        while not self._stop_requests and not reason:
            time.sleep(LOOK_SECONDS)
            self._forget_old_workers()
            code = child.exit_code()
            reason = f"the cluster ended (exit code {code})" if code is not None else look()
        self._end(child, is_well=not reason)
        return reason

    def _end(self, child: Child, *, is_well: bool) -> None:
        grace = settings.SYNC_TASK_SECONDS + 10 if is_well else STALLED_GRACE
        asked = self._stop_requests
        child.stop(grace=grace, at_once=lambda: self._stop_requests > max(1, asked))
        log.info("cluster %d has ended", child.pid)

    def _forget_bells(self) -> None:
        try:
            wakeups.forget_all()
        except DatabaseError as error:
            connection.close()
            log.warning("pages already rung for wait for up to a minute: %s", error)

    def _forget_old_workers(self) -> None:
        if time.monotonic() - self._forgot_at > FORGET_SECONDS:
            self._forgot_at = time.monotonic()
            try:
                heartbeats.forget_old()
            except DatabaseError as error:
                log.warning("old heartbeats are still there: %s", error)

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stop_requests and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)


class _Look:
    """One cluster as its worker sees it: rings for it, and says when nothing comes of that."""

    def __init__(self, worker: str, *, bell: float, stall: float) -> None:
        self._worker = worker
        self._bell = Bell(every=bell)
        self._watch = Watch(limit=stall, quiet_since=time.monotonic())
        self._rung: datetime | None = None
        self._is_blind = False

    def __call__(self) -> str:
        """What is wrong with the cluster; nothing if it is well or that cannot be told."""
        try:
            close_old_connections()
            self._watch.saw(heartbeats.last_beat(self._worker), now=time.monotonic())
            self._ring_if_due()
        except Exception as error:  # noqa: BLE001 - brokers have no error in common
            self._cannot_see(error)
            return ""
        if self._is_blind:
            self._is_blind = False
            log.info("database and queue answer again")
        if self._watch.is_stalled(now=time.monotonic()):
            return f"the cluster has finished no task for {self._watch.limit:.0f} s"
        return ""

    def _ring_if_due(self) -> None:
        now = time.monotonic()
        spread = random.random()  # noqa: S311 - spreads bells, keeps no secret
        if self._bell.is_due(now=now, answered=self._is_answered(), spread=spread):
            self._rung = timezone.now()
            self._bell.ring(now=now)
            async_task("plays.tasks.sweep")

    def _is_answered(self) -> bool:
        if self._rung is None:
            return False
        answer = heartbeats.last_beat(heartbeats.ANY_SWEEP)
        return answer is not None and answer >= self._rung

    def _cannot_see(self, error: Exception) -> None:
        connection.close()
        self._watch.excuse(now=time.monotonic())
        if not self._is_blind:
            self._is_blind = True
            log.error("database or queue cannot be reached: %s", error)
