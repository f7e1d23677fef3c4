"""A column that a shared page lacks, made because a person asked for it; never unasked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from plays import confluence
from plays.models import PageLayout, PageMapping, Play
from plays.models.attempt import Outcome
from plays.models.audit import Verb
from plays.models.mapping import PartChoice
from plays.storage import AddColumn, Applied, EditError, apply_edits, check_skeleton
from plays.storage import Outcome as EditOutcome
from plays.storage.text import clean
from plays.sync import audit
from plays.sync.jobs.enqueue import enqueue, row_of
from plays.sync.layouts.choosing import BadChoice, Changes, choose
from plays.sync.layouts.guidance import guidance_for, shape_of
from plays.sync.layouts.looking import NotMapped
from plays.sync.site.connection import connect
from plays.sync.site.diagnosis import report
from plays.sync.writing.attempt import Step, Target, Try, make_try, read_page, save
from plays.sync.writing.claims import Claim, page_claim
from plays.sync.writing.results import save_failure, save_success


class PageBusy(RuntimeError):
    """Somebody else is writing the page; try again in a moment."""


def add_column(
    mapping: PageMapping,
    field: str,
    *,
    heading: str = "",
    by: User | None,
    reason: str = "",
    now: datetime | None = None,
) -> bool:
    """Give every table of the part a column for `field`, headed `heading` or by its label, and owe
    the Play DB its rows. True if the page changed; one read and one write. A heading that was
    chosen before is taken, and a field that was left alone is no longer so.

    Raises `NotMapped`, `BadChoice` (unknown_field, same_heading), `PageBusy`, any EditError (no
    table, merged cells in the way) and any `ConfluenceError`.
    """
    now, shape = now or timezone.now(), shape_of(mapping)
    if mapping.page is None:
        raise NotMapped(mapping.part)
    if field not in shape.by_name:
        raise BadChoice("unknown_field", field=field)
    chosen = PageLayout.objects.of(mapping).choice.headings.get(field)
    heading = chosen or clean(heading) or shape.label(field)
    meant = shape.name_for(heading)
    if meant not in (None, field):
        raise BadChoice("same_heading", heading=heading, fields=[field, meant])
    # First, so that the column is known to be the field's however this ends.
    choose(mapping, Changes(headings={field: None if meant else heading}), by=by, now=now)
    with page_claim(mapping.page.pk) as claim:
        if claim is None:
            raise PageBusy(mapping.part)
        changed = _write(claim, AddColumn(shape, field, heading))
    if changed:
        details = {"field": field, "heading": heading, "page": mapping.page.page_id}
        audit.note(
            Verb.ADD_COLUMN,
            by=by,
            target=f"{mapping.part} {field}",
            reason=reason,
            details=details,
            now=now,
        )
        if mapping.part == PartChoice.PLAY_DB:
            enqueue(map(row_of, Play.objects.active()), now=now)
    return changed


def _write(claim: Claim, edit: AddColumn) -> bool:
    """Whether the page changed. A save in between costs another read and write."""
    target = Target(client=connect(), page=claim.page)
    for conflicts in range(settings.SYNC_CONFLICT_LIMIT + 1):
        result = make_try(target, [], (read_page, _edit(edit), save))
        if result.error is None:
            break
        save_failure(result)
        is_last = conflicts == settings.SYNC_CONFLICT_LIMIT
        if is_last or not isinstance(result.error, confluence.VersionConflict):
            raise report(target.client, result.error).error
    save_success(result)
    assert result.applied is not None  # noqa: S101 - the steps have made it
    if problem := result.applied.outcomes[0].problem:
        raise problem
    return result.outcome == Outcome.WRITTEN


def _edit(edit: AddColumn) -> Step:
    def step(target: Target, result: Try) -> Try:
        body, guidance = result.page_read.body, guidance_for(target.page)
        try:
            applied = apply_edits(body, [edit], guidance)
            check_skeleton(body, applied.body)
        except EditError as problem:
            refused = EditOutcome(changed=False, problem=problem)
            applied = Applied(body=body, outcomes=(refused,))
        return replace(result, guidance=guidance, applied=applied)

    return step
