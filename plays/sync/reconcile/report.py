"""What a comparison of pages and database came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from plays.models import AuditEntry, Page
from plays.sync.reconcile.reading import Told

MOST_TOLD = 500


@dataclass
class Report:
    """What a comparison found and did (or, on a dry run, would do).

    `raised`: by year the last number before and after. `unknown`: what pages tell and the database
    still does not know, by log id. `conflicts`: what stands under ids that we know as written for
    another event. `matched`, `adopted`, `renumbered`: log ids of events that came in again, were
    taken over from pages, or got another number (before and after). `theirs`: log ids that were
    here before us. `owed`: edits enqueued. `entry`: the audit trail's, where it was no dry run.
    """

    raised: dict[int, tuple[int, int]] = field(default_factory=dict)
    unknown: list[Told] = field(default_factory=list)
    conflicts: list[Told] = field(default_factory=list)
    matched: list[str] = field(default_factory=list)
    adopted: list[str] = field(default_factory=list)
    renumbered: list[tuple[str, str]] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)
    owed: int = 0
    unreadable: tuple[tuple[Page, str], ...] = ()
    new_pages: tuple[Page, ...] = ()
    is_dry_run: bool = False
    entry: AuditEntry | None = None

    @property
    def agrees(self) -> bool:
        """Whether nothing is left for a person."""
        return not (self.unknown or self.conflicts or self.unreadable)

    def details(self) -> dict[str, Any]:
        """The report as JSON can hold it, for the audit trail and for screens: how many of each
        (`counts`), and the first of them.
        """
        lists: dict[str, list[Any]] = {
            "adopted": self.adopted,
            "matched": self.matched,
            "renumbered": [list(pair) for pair in self.renumbered],
            "theirs": self.theirs,
            "unknown": [[told.log_id, told.text, str(told.page)] for told in self.unknown],
            "conflicts": [[told.log_id, told.text, str(told.page)] for told in self.conflicts],
            "unreadable": [[str(page), why] for page, why in self.unreadable],
            "new_pages": [str(page) for page in self.new_pages],
        }
        return {
            "raised": {str(year): list(numbers) for year, numbers in self.raised.items()},
            "counts": {name: len(found) for name, found in lists.items()},
            "owed": self.owed,
            "agrees": self.agrees,
            **{name: found[:MOST_TOLD] for name, found in lists.items()},
        }
