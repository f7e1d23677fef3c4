"""Which page plays which part: the only place that changes it, and answers who asked for one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays.models import Page, PageMapping, PageMappingChange, PageRequest, Play
from plays.models.audit import Verb
from plays.sync import audit
from plays.sync.jobs.due import move
from plays.sync.jobs.taking import Taken, taken_by
from plays.sync.mappings.page_reference import is_page_id


class MappingChanged(RuntimeError):
    """Somebody else changed the mapping since it was looked at; nothing was changed."""

    def __init__(self, mapping: PageMapping) -> None:
        super().__init__(f"{mapping} was changed in the meantime: it is now {mapping.page}")
        self.mapping = mapping


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """A page (by its Confluence id, empty for none) for a mapping that had `expected` before."""

    mapping: PageMapping
    page_id: str
    expected: str


def assign(
    mapping: PageMapping,
    page_id: str,
    *,
    by: User | None = None,
    reason: str = "",
    expected: str | None = None,
    now: datetime | None = None,
) -> bool:
    """Let the page with this Confluence id play the mapping's part; empty takes the page away.

    Pending jobs move along, and those that failed are due again. `expected` is the id of the
    page that it is thought to be now. True if anything changed. Raises `ValueError` where
    `page_id` cannot be the id of a page, `MappingChanged` where another page is there.
    """
    now = now or timezone.now()
    if page_id and not is_page_id(page_id):
        raise ValueError(f"{page_id!r} is no page id: ids are digits")
    with transaction.atomic():
        mapping = PageMapping.objects.select_for_update(no_key=True).get(pk=mapping.pk)
        if expected is not None and expected != id_of(mapping.page):
            raise MappingChanged(mapping)
        page = Page.objects.get_or_create(page_id=page_id)[0] if page_id else None
        if mapping.page == page:
            return False
        change = PageMappingChange.objects.create(
            mapping=mapping, old_page=mapping.page, new_page=page, by=by, at=now, reason=reason
        )
        move(mapping, page, now=now)
        _note(change)
    return True


def assign_all(assignments: Iterable[Assignment], *, by: User, reason: str = "") -> Taken:
    """All of them or none, in one transaction. Returns how many mappings changed, with the act
    where they are several.

    Raises `MappingChanged` where one is no longer as expected.
    """
    wanted = sorted(assignments, key=lambda a: a.mapping.pk)
    count = sum(a.page_id != a.expected for a in wanted)
    with transaction.atomic():
        act = audit.note(Verb.MAP, by=by, count=count, reason=reason) if count > 1 else None
        with taken_by(act):
            changed = sum(
                assign(a.mapping, a.page_id, by=by, reason=reason, expected=a.expected)
                for a in wanted
            )
    return Taken(changed, act)


def undo(change: PageMappingChange, *, by: User, reason: str = "") -> bool:
    """Give the mapping back the page that it had before `change`.

    Raises `MappingChanged` where it was changed again since.
    """
    before, after = id_of(change.old_page), id_of(change.new_page)
    return assign(change.mapping, before, by=by, reason=reason, expected=after)


def id_of(page: Page | None) -> str:
    """The Confluence id of a page; empty for none."""
    return page.page_id if page else ""


def answer(play: Play, part: str, page: Page, *, how: str) -> None:
    """A page that a Play has now answers whoever asked for it: the open request is closed; outside
    a batch nobody looks for it again.
    """
    asked = PageRequest.objects.open().filter(play=play, part=part)
    asked.filter(batch=None).delete()
    asked.update(made_at=timezone.now(), how=how, page=page, error="", message="", given_up_at=None)


def _note(change: PageMappingChange) -> None:
    """In the audit trail only what a person did; `migrate` fills in what the environment names."""
    if change.by is None:
        return
    mapping = change.mapping
    audit.note(
        Verb.MAP,
        by=change.by,
        target=f"{mapping.part} {mapping.play or ''}".strip(),
        play=mapping.play,
        reason=change.reason,
        details={
            "part": mapping.part,
            "old": id_of(change.old_page),
            "new": id_of(change.new_page),
        },
        now=change.at,
    )
