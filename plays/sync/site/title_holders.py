"""Pages in the way: another page has the title, and is not ours to take. One class a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plays.confluence import ConfluenceError, PageHead

Words = str | Promise


class TitleHeld(ConfluenceError):
    """`what` is wrong and what to `ask` for, in the reader's language; `message` names the page,
    or is Confluence's own where our account does not see it."""

    what: ClassVar[Words] = ""
    ask: ClassVar[Words] = ""

    def __str__(self) -> str:
        return f"{self.what} ({self.message}). {self.ask}"


class TitleForeign(TitleHeld):
    """A page that people see, and that is none of ours."""

    what = _("Another page has this title")
    ask = _("Rename one of the two pages, then try again.")


class TitleArchived(TitleHeld):
    what = _("An archived page has this title")
    ask = _("Restore it from the archive or rename it, then try again.")


class TitleTrashed(TitleHeld):
    """Nobody would find a second page of the title, nor could this one be restored beside it."""

    what = _("A page with this title is in the trash")
    ask = _("Restore it, or delete it from the trash for good; then try again.")


class TitleDrafted(TitleHeld):
    """A draft could not be published beside a second page of the title."""

    what = _("A draft has this title")
    ask = _("Publish it, or delete the draft; then try again.")


class TitleHidden(TitleHeld):
    """Confluence says that the title is taken, and shows us no page that has it."""

    what = _("A page that our account may not see has this title")
    ask = _("Let the sync account view and edit that page, or rename it; then try again.")


# The first that fits is told: what people see, then what they can bring back.
HELD_BY_STATUS: dict[str, type[TitleHeld]] = {
    "current": TitleForeign,
    "archived": TitleArchived,
    "trashed": TitleTrashed,
    "draft": TitleDrafted,
}
TITLE_HELD: tuple[type[TitleHeld], ...] = (*HELD_BY_STATUS.values(), TitleHidden)


def holder(found: Sequence[PageHead]) -> TitleHeld:
    """The error for pages of these statuses that have the title; there is at least one."""
    rank = list(HELD_BY_STATUS)
    head = min(found, key=lambda head: rank.index(head.status))
    return HELD_BY_STATUS[head.status](f"“{head.title}” · {head.url or head.id}")
