"""What was found out about a page's tables is kept with its mapping, and only where it differs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from plays.models import Page, PageLayout, PageMapping, SyncJob
from plays.models.layout import LayoutState
from plays.models.mapping import PartChoice
from plays.rules.pages import ACTION_LOG
from plays.storage import (
    AmbiguousPart,
    EditError,
    Layout,
    LayoutQuestion,
    Reason,
    TableShape,
    all_rows,
    drift,
)
from plays.sync.jobs.enqueue import PendingEdit, enqueue
from plays.sync.jobs.resending import written_since
from plays.sync.layouts.guidance import PART_OF, guidance_for, shape_of

Findings = Mapping[TableShape, tuple[Layout | None, EditError | None]]


def owe_again(page: Page, body: str, found: Findings, *, now: datetime) -> None:
    """Owe what was written to `page` while a column was gone that is found now, where it reads
    `body`. Rows of the Action Log into which somebody typed meanwhile stay as they are.

    To be called before `remember`, which forgets the loss, and behind no lock of a page or a job:
    it locks Plays.
    """
    unsure = PageLayout.objects.filter(state__in=(LayoutState.DRIFTED, LayoutState.ASKS), page=page)
    for row in unsure.filter(mapping__page=page).select_related("mapping"):
        layout, _problem = found.get(shape_of(row.mapping), (None, None))
        back = {name: at for name, at in row.lost.items() if layout and layout.field(name)}
        typed = _typed(page, body, back) if row.mapping.part == PartChoice.ACTION_LOG else {}
        owed: dict[PendingEdit, bool] = {}
        for name, at in back.items():
            for edit in written_since(row.mapping, at):
                owed[edit] = owed.get(edit, True) and name not in typed.get(edit.key, ())
        enqueue([edit for edit, is_empty in owed.items() if is_empty], now=now)


def _typed(page: Page, body: str, fields: Collection[str]) -> dict[str, set[str]]:
    """Which of `fields` say something, by log id. Nothing is read where none is asked for."""
    if not fields:
        return {}
    with suppress(EditError):  # told by the edits themselves
        rows = all_rows(body, ACTION_LOG, guidance_for(page)[ACTION_LOG])
        return {row.key: {name for name in fields if row.cells.get(name)} for row in rows}
    return {}


def remember(page: Page, found: Findings, *, now: datetime) -> None:
    """Keep for the parts that `page` plays what was found there: a layout, a question, or both."""
    for shape, (layout, problem) in found.items():
        mapping = PageMapping.objects.filter(part=PART_OF[shape], play=None, page=page).first()
        if mapping is not None:
            remember_of(mapping, layout, problem, now=now)


def remember_of(
    mapping: PageMapping, layout: Layout | None, problem: EditError | None, *, now: datetime
) -> PageLayout:
    """Keep what was found on the mapping's page. Nothing is written where nothing differs."""
    row = PageLayout.objects.of(mapping)
    is_new_page = row.page_id != mapping.page_id
    values = _values(row, mapping, layout, problem, is_new_page=is_new_page, now=now)
    if _known(row) == _comparable(values):
        return row
    if row.state != values["state"] or row.code != values["code"]:
        values["since"] = now
    PageLayout.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    return row


def _values(
    row: PageLayout,
    mapping: PageMapping,
    layout: Layout | None,
    problem: EditError | None,
    *,
    is_new_page: bool,
    now: datetime,
) -> dict[str, Any]:
    question = problem if isinstance(problem, LayoutQuestion) else None
    found = _plain(layout.to_json()) if layout else None if is_new_page else row.found
    losses: list[Reason] = []
    if layout is None and question and not is_new_page:
        losses = _gone(row.drift)
    elif layout and not is_new_page:
        losses = [loss for loss in _losses(row, layout) if _is_ours(loss, mapping)]
    state = LayoutState.DRIFTED if losses else LayoutState.OK
    code, params = (question.code, _plain(question.params)) if question else ("", {})
    if not question and _still_asks(row, mapping):
        code, params = row.code, row.params
    return {
        "page_id": mapping.page_id,
        "found": found,
        "kept": row.kept if losses else found,
        "state": LayoutState.ASKS if code else state,
        "code": code,
        "params": params,
        "changes": [_told(loss, row.lost, now) for loss in losses],
    }


def _losses(row: PageLayout, layout: Layout) -> list[Reason]:
    """The columns that are gone since `kept`; after a choice those that it says nothing of."""
    told = _gone(row.drift)
    before = row.kept or (row.found if told else None)
    gone = _gone(drift(Layout.from_json(before), layout)) if before else []
    if row.kept:
        return gone
    by_field = {one.params["field"]: one for one in (*gone, *told)}
    return [one for name, one in by_field.items() if name in layout.missing]


def _gone(changes: Iterable[Reason]) -> list[Reason]:
    """Other changes take nothing away, and are followed by themselves."""
    return [change for change in changes if change.code == "column_gone"]


def _is_ours(loss: Reason, mapping: PageMapping) -> bool:
    return loss.params["field"] not in shape_of(mapping).optional


def _told(loss: Reason, lost: Mapping[str, datetime], now: datetime) -> dict[str, Any]:
    since = lost.get(loss.params["field"], now)
    return {"code": loss.code, "params": {**loss.params, "since": since.isoformat()}}


def _still_asks(row: PageLayout, mapping: PageMapping) -> bool:
    """Whether a new row still waits to be told its table: other rows do not answer that."""
    name = AmbiguousPart.__name__
    if row.code != AmbiguousPart("").code or row.page_id != mapping.page_id:
        return False
    return SyncJob.objects.failed().filter(mapping=mapping, last_error=name).exists()


def _known(row: PageLayout) -> dict[str, Any]:
    names = ("page_id", "found", "kept", "state", "code", "params", "changes")
    return _comparable({name: getattr(row, name) for name in names})


def _comparable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without the numbers of rows, which differ with each row that is added."""
    return {
        name: _without_rows(value) if name in ("found", "kept") else value
        for name, value in values.items()
    }


def _without_rows(layout: dict[str, Any] | None) -> dict[str, Any] | None:
    if layout is None:
        return None
    return {**layout, "parts": [{**part, "rows": 0} for part in layout["parts"]]}


def _plain(value: Any) -> Any:
    """As it comes back from the database."""
    return json.loads(json.dumps(value, default=str))
