"""A person's change of a mapping, with what the screen tells of it: what it came to, what waits."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from plays.models import PageMapping, PageMappingChange, Play, SyncJob
from plays.models.mapping import PartChoice
from plays.sync.mappings.assign import answer, assign, id_of, undo
from plays.sync.mappings.live_docs import LiveDoc, create_live_doc
from plays.sync.mappings.page_looks import look_quickly
from plays.sync.site.connection import connect


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Which page the mapping has now (by its Confluence id, empty for none), whether that is a
    change, and how many edits wait for that page, or for one.
    """

    page_id: str
    is_change: bool
    waiting: int


def change_page(
    part: PartChoice,
    play: Play | None,
    page_id: str,
    *,
    by: User,
    reason: str = "",
    expected: str | None = None,
) -> Outcome:
    """`assign` for a part whose mapping may not be made yet. Raises what `assign` raises."""
    mapping = PageMapping.objects.get_or_create(part=part, play=play)[0]
    changed = assign(mapping, page_id, by=by, reason=reason, expected=expected)
    if page_id:
        look_quickly(part, page_id)
    outcome = _outcome(mapping, is_change=changed)
    if play and mapping.page:
        answer(play, part, mapping.page, how="mapped")
    return outcome


def undo_change(change: PageMappingChange, *, by: User, reason: str = "") -> Outcome:
    """`undo`; raises what it raises."""
    changed = undo(change, by=by, reason=reason)
    return _outcome(change.mapping, is_change=changed)


def make_live_doc(
    play: Play, *, by: User, reason: str = "", expected: str | None = None
) -> tuple[LiveDoc, Outcome]:
    """`create_live_doc` with the site's own client. Raises what that raises, and
    `ImproperlyConfigured` where Confluence is not set up.
    """
    doc = create_live_doc(connect(), play, by=by, reason=reason, expected=expected)
    look_quickly(PartChoice.LIVE_DOC, doc.page_id)
    return doc, _outcome(PageMapping.objects.of_play(play, PartChoice.LIVE_DOC), is_change=True)


def _outcome(mapping: PageMapping, *, is_change: bool) -> Outcome:
    mapping.refresh_from_db()
    return Outcome(
        page_id=id_of(mapping.page),
        is_change=is_change,
        waiting=SyncJob.objects.pending().filter(mapping=mapping).count(),
    )
