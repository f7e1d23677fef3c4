"""Carrying on a run: step after step, each of which may be made twice, under a lease.

A run that is killed at any point is carried on where it was by whoever comes next: its row says
which step was begun last, and making a step again changes nothing that the first time made right.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q, QuerySet
from django.utils import timezone

from plays.models import WeeklySync
from plays.models.weekly import WeeklyState
from plays.sync import leases
from plays.sync.weekly.page_reads import RunMustWait, wait_if_closed
from plays.sync.weekly.slots import open_run
from plays.sync.weekly.steps import Step, Steps, position
from plays.sync.writing.claims import take_back_dead

Progress = Callable[[WeeklySync], None]


class LeaseLost(Exception):
    """Somebody else carries the run on."""


def run_due(*, seconds: float | None = None) -> WeeklySync | None:
    """Carry on the run that is due or was left half-way, if there is one."""
    weekly = open_run(now=timezone.now())
    return carry_on(weekly, seconds=seconds) if weekly else None


def carry_on(
    weekly: WeeklySync,
    *,
    seconds: float | None = None,
    on_progress: Progress = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> WeeklySync:
    """Make what is left of a run, unless somebody else is at it. Returns the run as it is then.

    No step begins later than `seconds` from now. What a run waits for (a closed site, a pause)
    leaves it unfinished; what nobody foresaw ends it as failed.
    """
    lease = _Lease(weekly)
    if lease.take():
        until = None if seconds is None else time.monotonic() + seconds
        try:
            _make_steps(weekly, lease, until=until, on_progress=on_progress, sleep=sleep)
        except LeaseLost:
            pass
        except RunMustWait as waits:
            lease.note(message=waits.reason.value)
        except DatabaseError:
            raise  # it heals by itself, and the run is carried on
        except Exception as error:  # noqa: BLE001 - the outermost loop of a run
            failure = {"error": type(error).__name__, "message": str(error)}
            lease.note(state=WeeklyState.FAILED, finished_at=timezone.now(), **failure)
        finally:
            lease.release()
    weekly.refresh_from_db()
    on_progress(weekly)
    return weekly


def _make_steps(
    weekly: WeeklySync,
    lease: _Lease,
    *,
    until: float | None,
    on_progress: Progress,
    sleep: Callable[[float], None],
) -> None:
    wait_if_closed()
    take_back_dead()  # a page that a killed run had claimed
    weekly.refresh_from_db()  # somebody may have gone further since it was read
    steps = Steps(weekly, sleep=sleep)
    every, begun = steps.all(), position(weekly.step)
    lease.update(message="")
    for done, step in enumerate(every):
        if position(step.name) < begun:
            continue
        if until is not None and time.monotonic() > until:
            return
        _begin(weekly, lease, step, done=done, total=len(every), on_progress=on_progress)
        step.make()
    said = "\n".join(why.value for why in steps.notes())
    lease.update(state=WeeklyState.DONE, finished_at=timezone.now(), done=len(every), message=said)


def _begin(
    weekly: WeeklySync,
    lease: _Lease,
    step: Step,
    *,
    done: int,
    total: int,
    on_progress: Progress,
) -> None:
    weekly.step, weekly.done, weekly.total = step.name, done, total
    lease.update(step=step.name, done=done, total=total)
    on_progress(weekly)


class _Lease:
    """A run as ours, for as long as it is renewed."""

    def __init__(self, weekly: WeeklySync) -> None:
        self._pk = weekly.pk
        self._token = leases.lease_token()

    def take(self) -> bool:
        now = timezone.now()
        runs = WeeklySync.objects.filter(pk=self._pk, state=WeeklyState.RUNNING)
        leases.free_dead(runs.filter(lease_until__gt=now), now=now)
        # A lease without a token is only a wake-up that was sent.
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=now) | Q(lease_token="")
        return bool(runs.filter(free).update(lease_until=_end(now), lease_token=self._token))

    def update(self, **changes: object) -> None:
        """Change the run and renew the lease. Raises LeaseLost where it is somebody else's."""
        if not self.note(lease_until=_end(timezone.now()), **changes):
            raise LeaseLost

    def note(self, **changes: object) -> bool:
        """Change the run if it is still ours."""
        return bool(self._mine().update(**changes))

    def release(self) -> None:
        free = partial(self.note, lease_until=None, lease_token="")
        leases.end(free, until=_end(timezone.now()))

    def _mine(self) -> QuerySet[WeeklySync]:
        return WeeklySync.objects.filter(pk=self._pk, lease_token=self._token)


def _end(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.SYNC_LEASE_SECONDS)
