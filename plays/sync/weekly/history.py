"""A page's history: who made it differ, and when; read only where something does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from django.db.models import QuerySet

from plays import confluence
from plays.confluence import Confluence
from plays.models import Page, SyncAttempt, SyncJob
from plays.models.attempt import Outcome
from plays.storage import EditError
from plays.sync.site.diagnosis import optional
from plays.sync.weekly.differences import Difference
from plays.sync.weekly.page_reads import PageRead
from plays.sync.writing.attempt import is_ours

T = TypeVar("T")
MOST_READS = 12
OURS = (Outcome.WRITTEN, Outcome.LANDED)


@dataclass(frozen=True, kw_only=True)
class Entry(Generic[T]):
    """One version of a page, and its text parsed."""

    version: confluence.Version
    content: T


class History(Generic[T]):
    """The versions of a page that was seen: each read at most once, and in all only a few.

    `parse` makes a text comparable. Raises what that raises for the page as it was seen.
    """

    def __init__(self, client: Confluence, seen: PageRead, parse: Callable[[str], T]) -> None:
        self._client, self._seen, self._parse = client, seen, parse
        newest = Entry(version=seen.read.version, content=parse(seen.read.body))
        self._known: dict[int, Entry[T] | None] = {newest.version.number: newest}
        self._names: dict[str, str] = {}

    def at(self, number: int) -> Entry[T] | None:
        """A version; None where it cannot be had."""
        if number not in self._known and len(self._known) <= MOST_READS:
            self._known[number] = self._read(number)
        return self._known.get(number)

    def blamed(
        self, difference: Difference, *, since: int | None, is_as_now: Callable[[T], bool]
    ) -> Iterator[Difference]:
        """The difference with who made it and when; nothing where it was us.

        `since` is a version that did not differ yet (None: not known), `is_as_now` tells whether
        a version differs as the page does.
        """
        version = self._first(since, is_as_now) if since is not None else None
        if version is None:
            yield difference
        elif not is_ours(version):
            name = self._name(version.author_id)
            yield replace(difference, by=name, at=version.created_at)

    def _first(self, since: int, is_as_now: Callable[[T], bool]) -> confluence.Version | None:
        """The first version that is as now, found by halving."""
        low, high = since, self._seen.read.version.number
        before = self.at(low)
        if before is None or is_as_now(before.content):
            return before.version if before else None
        while high - low > 1:
            middle = (low + high) // 2
            there = self.at(middle)
            if there is None:
                return None
            low, high = (low, middle) if is_as_now(there.content) else (middle, high)
        found = self.at(high)
        return found.version if found else None

    def _read(self, number: int) -> Entry[T] | None:
        """None where it cannot be had: that the page differs is what counts, not who it was."""
        page_id = self._seen.page.page_id
        page = optional(self._client, lambda: self._client.get_page_version(page_id, number))
        try:
            return Entry(version=page.version, content=self._parse(page.body)) if page else None
        except EditError:
            return None

    def _name(self, account_id: str) -> str:
        if account_id and account_id not in self._names:
            user = optional(self._client, lambda: self._client.user(account_id))
            self._names[account_id] = user.name if user else account_id
        return self._names.get(account_id, "")


def last_write(page: Page) -> int | None:
    """The version that our last write of a page left; None where we never wrote it."""
    return _version_after(SyncAttempt.objects.filter(page=page))


def write_of(job: SyncJob | None, page: Page) -> int | None:
    """The version with which a job's edit came onto a page; None where that is not known."""
    return _version_after(job.attempts.filter(page=page)) if job else None


def _version_after(attempts: QuerySet[SyncAttempt]) -> int | None:
    wrote = attempts.filter(outcome__in=OURS).order_by("-pk")
    return wrote.values_list("version_after", flat=True).first()
