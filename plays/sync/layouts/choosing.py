"""What an admin decides about a page's tables: chosen, forgotten, undone; at once it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays.models import PageLayout, PageLayoutChange, PageMapping, SyncJob
from plays.models.audit import Verb
from plays.models.layout import chosen_from
from plays.models.mapping import PartChoice
from plays.storage import Chosen, Form, Insert, TableShape
from plays.storage.text import header_name
from plays.sync import audit
from plays.sync.jobs.locking import locked
from plays.sync.jobs.retrying import retry_jobs
from plays.sync.layouts.guidance import shape_of
from plays.sync.layouts.questions import PAGE_ERRORS
from plays.sync.layouts.team_status import STATUS, forget_team_status

T = TypeVar("T")
REASON = "the page's columns were chosen"


class ChoiceChanged(RuntimeError):
    """Somebody else chose something since it was looked at; nothing was changed."""


class BadChoice(ValueError):
    """A choice that cannot hold; `code` says why, `params` what its sentence speaks of.

    Codes: `unknown_field` (field), `same_heading` (heading, fields), `key_left_alone` (field),
    `key_of_people` (field), `wrong_form` (field, form, forms), `no_such_heading` (field, heading,
    headings).
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code}: {params}")
        self.code, self.params = code, params


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What to change in a `Chosen`; what is not named here stays.

    By field: its heading ("" leaves it alone, None forgets what was chosen), its form (None
    forgets), whether people keep it by hand. `tables` and `new_rows` replace what was there.
    """

    headings: Mapping[str, str | None] = field(default_factory=dict)
    forms: Mapping[str, Form | None] = field(default_factory=dict)
    people: Mapping[str, bool] = field(default_factory=dict)
    insert: Insert | None = None
    tables: tuple[str, ...] | None = None
    new_rows: Mapping[str, str] | None = None
    makes_table: bool | None = None

    def on(self, chosen: Chosen) -> Chosen:
        """`chosen` with these changes."""
        given = {name for name, is_theirs in self.people.items() if is_theirs}
        return Chosen(
            headings=_merged(chosen.headings, self.headings),
            forms=_merged(chosen.forms, self.forms),
            people=chosen.people - self.people.keys() | given,
            insert=_or(self.insert, chosen.insert),
            tables=_or(self.tables, chosen.tables),
            new_rows=_or(self.new_rows, chosen.new_rows),
            makes_table=_or(self.makes_table, chosen.makes_table),
        )


def choose(
    mapping: PageMapping,
    changes: Changes | Chosen,
    *,
    by: User | None,
    reason: str = "",
    expected: Chosen | None = None,
    now: datetime | None = None,
) -> PageLayoutChange | None:
    """Keep a choice (a whole `Chosen`, or changes to the one there is); None: it was so already.

    What was given up for lack of it is tried again at once. Raises `BadChoice`, and
    `ChoiceChanged` where it is no longer `expected`.
    """
    now = now or timezone.now()
    layout = PageLayout.objects.of(mapping)
    with transaction.atomic():
        mapping = PageMapping.objects.select_for_update(no_key=True).get(pk=mapping.pk)
        layout.refresh_from_db()
        before = layout.choice
        if expected is not None and expected != before:
            raise ChoiceChanged
        after = changes.on(before) if isinstance(changes, Changes) else changes
        check(after, shape_of(mapping))
        if after == before:
            return None
        # A write that is under way saves its results before this, or sees what was chosen.
        with locked([mapping.page_id] if mapping.page_id is not None else [], ()):
            return _keep(layout, after, by=by, reason=reason, now=now)


def automatic(mapping: PageMapping, *, by: User | None) -> PageLayoutChange | None:
    """Forget all that was chosen: the page is recognised by itself."""
    return choose(mapping, Chosen(), by=by)


def undo(change: PageLayoutChange, *, by: User | None, reason: str = "") -> PageLayoutChange | None:
    """Choose again what was chosen before `change`. Raises `ChoiceChanged` where something
    else was chosen since."""
    return choose(
        change.layout.mapping,
        chosen_from(change.old),
        by=by,
        reason=reason,
        expected=chosen_from(change.new),
    )


def check(chosen: Chosen, shape: TableShape) -> None:
    """Raise `BadChoice` for what cannot hold whatever the page has."""
    named = {*chosen.headings, *chosen.forms, *chosen.people}
    for name in sorted(named - set(shape.by_name)):
        raise BadChoice("unknown_field", field=name)
    if chosen.headings.get(shape.key) == "":
        raise BadChoice("key_left_alone", field=shape.key)
    if shape.key in chosen.people:
        raise BadChoice("key_of_people", field=shape.key)
    fields: dict[str, list[str]] = {}
    for name, heading in chosen.headings.items():
        if heading:
            fields.setdefault(header_name(heading), []).append(name)
    for heading, names in fields.items():
        if len(names) > 1:
            raise BadChoice("same_heading", heading=heading, fields=names)


def _keep(
    layout: PageLayout, chosen: Chosen, *, by: User | None, reason: str, now: datetime
) -> PageLayoutChange:
    change = PageLayoutChange.objects.create(
        layout=layout,
        old=layout.chosen,
        new={} if chosen == Chosen() else chosen.to_json(),
        by=by,
        at=now,
        reason=reason,
    )
    layout.chosen = change.new
    layout.kept = None  # the next read is what changes are told against
    layout.save(update_fields=["chosen", "kept"])
    if layout.mapping.part == PartChoice.PLAY_DB and STATUS not in chosen.people:
        forget_team_status()
    audit.note(
        Verb.LAYOUT,
        by=by,
        target=layout.mapping.part,
        reason=reason,
        details={"old": change.old, "new": change.new},
        now=now,
    )
    answered = SyncJob.objects.failed().filter(mapping=layout.mapping, last_error__in=PAGE_ERRORS)
    retry_jobs(answered, by=by, reason=REASON, chosen={"part": layout.mapping.part}, now=now)
    return change


def _or(changed: T | None, before: T) -> T:
    return before if changed is None else changed


def _merged(before: Mapping[str, T], changes: Mapping[str, T | None]) -> dict[str, T]:
    merged = {**before, **changes}
    return {name: value for name, value in merged.items() if value is not None}
