"""What was found out about a page's tables is kept with its mapping, and only where it differs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from plays.models import Page, PageLayout, PageMapping, SyncJob
from plays.models.layout import LayoutState
from plays.storage import (
    AmbiguousPart,
    EditError,
    Layout,
    LayoutQuestion,
    Reason,
    TableShape,
    drift,
)
from plays.sync.layouts.guidance import PART_OF, shape_of

# What takes something from us that was written before; other changes are followed by themselves.
_LOSSES = frozenset(("table_gone", "column_gone"))

Findings = Mapping[TableShape, tuple[Layout | None, EditError | None]]


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
    values = _values(row, mapping, layout, problem, is_new_page=is_new_page)
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
) -> dict[str, Any]:
    question = problem if isinstance(problem, LayoutQuestion) else None
    found = _plain(layout.to_json()) if layout else None if is_new_page else row.found
    kept = found if is_new_page or not row.kept else row.kept
    changes = drift(Layout.from_json(kept), layout) if kept and layout else ()
    is_less = any(_is_loss(change, mapping) for change in changes)
    state = LayoutState.DRIFTED if is_less else LayoutState.OK
    code, params = (question.code, _plain(question.params)) if question else ("", {})
    if not question and _still_asks(row, mapping):
        code, params = row.code, row.params
    return {
        "page_id": mapping.page_id,
        "found": found,
        "kept": kept if is_less else found,
        "state": LayoutState.ASKS if code else state,
        "code": code,
        "params": params,
        "changes": _plain([{"code": c.code, "params": c.params} for c in changes if is_less]),
    }


def _is_loss(change: Reason, mapping: PageMapping) -> bool:
    return change.code in _LOSSES and change.params.get("field") not in shape_of(mapping).optional


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
