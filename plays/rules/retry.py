"""What to do after a try that failed: numbers, and one pure function."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta


class Remedy(enum.Enum):
    """What an error asks for."""

    WAIT = "wait"  # the page or the site is busy or ill: it heals by itself
    WAIT_SITE = "wait_site"  # the whole site asked us to be quiet
    REREAD = "reread"  # somebody saved in between: read again and make the edit again
    CONFIRM = "confirm"  # may be a hiccup at the edge: believed only when it stays
    CREDENTIALS = "credentials"  # nothing can be written until they work again
    PERSON = "person"  # no wait will heal it


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """The numbers. `tries` are made in one claim, with waits of `delay` doubling; then the job
    waits `first_wait` doubling up to `longest_wait`, for `give_up_after` in all. The whole site is
    left alone for `first_pause` doubling up to `longest_pause`, where it does not say how long."""

    tries: int = 3
    delay: timedelta = timedelta(seconds=2)
    first_wait: timedelta = timedelta(minutes=1)
    longest_wait: timedelta = timedelta(hours=1)
    give_up_after: timedelta = timedelta(hours=24)
    first_pause: timedelta = timedelta(seconds=30)
    longest_pause: timedelta = timedelta(minutes=5)
    confirmations: int = 3
    confirm_for: timedelta = timedelta(minutes=2)

    def delay_after(self, tries: int) -> timedelta:
        """The wait within one claim; tries=1 is after the first."""
        return _doubled(self.delay, tries - 1)

    def wait_after(self, failures: int) -> timedelta:
        """The wait in the retry queue; failures=1 is after the first failed claim."""
        return min(self.longest_wait, _doubled(self.first_wait, failures - 1))

    def pause_after(
        self, pauses: int, *, retry_after: float | None = None, spread: float = 0.0
    ) -> timedelta:
        """How long the site is left alone; pauses=1 is the first in a row.

        `retry_after` (seconds) is what the site asked for: never less than that is waited, and
        `spread` is added. Between a second and the longest wait.
        """
        if retry_after is None:
            wait = min(self.longest_pause, _doubled(self.first_pause, pauses - 1))
        else:
            wait = timedelta(seconds=min(retry_after, self.longest_wait.total_seconds()))
        return min(self.longest_wait, _spread_out(max(timedelta(seconds=1), wait), spread))


def _spread_out(wait: timedelta, spread: float) -> timedelta:
    """`spread` (0 to 1) adds up to a quarter, so that not all who wait come back at once."""
    return wait * (1 + spread / 4)


def _doubled(wait: timedelta, times: int) -> timedelta:
    factor = 1 << min(times, 20)
    return wait * factor


@dataclass(frozen=True, kw_only=True)
class TryAgain:
    """At `at`; `counts` says whether it was a failure (waiting is not failing)."""

    at: datetime
    counts: bool = True


@dataclass(frozen=True, kw_only=True)
class AskPerson:
    """No further try by itself."""


Decision = TryAgain | AskPerson


def decide(
    remedy: Remedy,
    *,
    failures: int,
    same_failures: int,
    failing_since: datetime | None,
    now: datetime,
    policy: RetryPolicy,
    spread: float = 0.0,
) -> Decision:
    """What becomes of a job whose claim ended with an error that asks for `remedy`.

    `failures` counts this one, `same_failures` those in a row that ended with the same error;
    `failing_since` is when the first was. `spread` is added to the wait.
    """
    if remedy is Remedy.PERSON:
        return AskPerson()
    if remedy in (Remedy.WAIT_SITE, Remedy.CREDENTIALS):
        return TryAgain(at=now, counts=False)  # the site's own pause or stop holds it
    if remedy is Remedy.REREAD:
        return TryAgain(at=now + policy.first_wait / 4 * (1 + spread), counts=False)
    failing_for = now - (failing_since or now)
    # At the edge of Confluence a page may be missing for a minute and come back.
    is_confirmed = same_failures >= policy.confirmations and failing_for >= policy.confirm_for
    if remedy is Remedy.CONFIRM and is_confirmed:
        return AskPerson()
    if failing_for >= policy.give_up_after:
        return AskPerson()
    return TryAgain(at=now + _spread_out(policy.wait_after(failures), spread))
