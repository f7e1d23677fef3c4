"""Runs django-q2's cluster and starts it again when it ends, or when it no longer gets anywhere.

django-q2 calls a cluster well whose workers all wait for a lock that a killed one held. So what
counts here is progress: tasks that came through.
"""

from __future__ import annotations

import logging
import os
import socket
import time

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from plays.sync import heartbeats
from plays.sync.jobs import wakeups
from plays.sync.schedules import ensure_schedules
from plays.sync.site import log_stop
from plays.worker import cluster
from plays.worker.child import Child
from plays.worker.group import ProcessGroup, is_gone
from plays.worker.progress import Pipe
from plays.worker.watch import Backoff, Watch

LOOK_SECONDS = 0.2
SECONDS_BETWEEN_BEATS = settings.WORKER_ALIVE_SECONDS / 3
LONG_SECONDS = 5.0
STALLED_GRACE = 3.0  # a stalled cluster does not end by itself; one with work left might
FORGET_SECONDS = 3600.0

log = logging.getLogger("plays.worker")


class Worker:
    """`run` returns after `ask_to_stop`, with no process left.

    `bell` and `stall` in seconds: how often the cluster is given a sweep, and how long it may
    finish no task while not all of its processes are at one.
    """

    def __init__(self, *, bell: float, stall: float, verbose: bool = False) -> None:
        self.name = f"{socket.gethostname()[:80]}-{os.getpid()}"
        self._bell, self._stall, self._verbose = bell, stall, verbose
        self._stop_requests = 0
        self._heart = _Heart(self.name)

    def ask_to_stop(self) -> None:
        """Once: when the running tasks have ended. Twice: at once. Safe in a signal handler."""
        self._stop_requests += 1

    def run(self) -> None:
        self._wait_for_database()
        log_stop.forget_comparison()  # the database may have been restored since
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
        pipe = Pipe()
        child = self._start(pipe)
        look = _Look(child.pid, pipe, self._heart, stall=self._stall)
        reason = ""
        while not self._stop_requests and not reason:
            time.sleep(LOOK_SECONDS)
            code = child.exit_code()
            reason = f"the cluster ended (exit code {code})" if code is not None else look()
        self._end(child, is_well=not reason)
        pipe.close()
        return reason

    def _start(self, pipe: Pipe) -> Child:
        command = cluster.command(progress=pipe.writing_end, bell=self._bell, verbose=self._verbose)
        try:
            child = Child(command, folder=settings.BASE_DIR, descriptors=[pipe.writing_end])
        finally:
            os.close(pipe.writing_end)
        log.info("cluster %d of worker %s started", child.pid, self.name)
        return child

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

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stop_requests and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)


class _Look:
    """One cluster as its worker sees it."""

    def __init__(self, group: int, pipe: Pipe, heart: _Heart, *, stall: float) -> None:
        self._pipe, self._heart = pipe, heart
        self._watch = Watch(
            limit=stall,
            busy_limit=max(stall, settings.WORKER_BUSY_STALL_SECONDS),
            workers=settings.Q_WORKERS,
            quiet_since=time.monotonic(),
        )
        self._processes = ProcessGroup(group, limit=stall / 3)
        self._told_of = self._watch.quiet_since

    def __call__(self) -> str:
        """What is wrong with the cluster; nothing if it is well or that cannot be told."""
        now = time.monotonic()
        for what, pid in self._pipe.read():
            self._watch.heard(what, pid, now=now)
        for pid in filter(is_gone, list(self._watch.busy)):
            self._watch.lost(pid)
        for pid in self._processes.kill_stopped(now=now):
            log.error("process %d of the cluster was stopped and did not go on: killed", pid)
        if self._watch.is_stalled(now=now):
            return f"the cluster has finished no task for {self._watch.patience():.0f} s"
        self._beat(now)
        return ""

    def _beat(self, now: float) -> None:
        """What came through, and a long task that all may be at, are signs of life."""
        if self._watch.quiet_since > self._told_of or self._watch.all_are_busy():
            self._told_of = self._watch.quiet_since
            self._heart.beat(now)
            if time.monotonic() - now > LONG_SECONDS:  # the database kept us waiting
                self._watch.excuse(now=time.monotonic())


class _Heart:
    """The worker's heartbeat in the database."""

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._beat_at = self._forgot_at = float("-inf")
        self._is_blind = False

    def beat(self, now: float) -> None:
        if now - self._beat_at < SECONDS_BETWEEN_BEATS:
            return
        self._beat_at = now
        try:
            close_old_connections()
            heartbeats.beat(self._worker)
            self._forget_old(now)
        except DatabaseError as error:
            connection.close()
            if not self._is_blind:
                log.warning("the database cannot be reached: %s", error)
            self._is_blind = True
            return
        if self._is_blind:
            log.info("the database answers again")
        self._is_blind = False

    def _forget_old(self, now: float) -> None:
        if now - self._forgot_at > FORGET_SECONDS:
            heartbeats.forget_old()
            self._forgot_at = now
