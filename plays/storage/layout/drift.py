"""What changed between a layout that was kept and the one found now, in words."""

from __future__ import annotations

from collections.abc import Iterator

from plays.storage.layout.model import FieldLayout, Layout, Reason
from plays.storage.text import header_name


def drift(kept: Layout, found: Layout | None) -> tuple[Reason, ...]:
    """The changes that concern us, each as a code with its parameters; none: nothing to say.

    Codes: `table_gone`; `column_gone`, `column_back` (field, heading); `heading_changed` (field,
    before, now); `form_changed` (field, before, now); `parts_changed` (before, now);
    `insert_changed` (before, now).
    """
    if found is None:
        return (Reason("table_gone"),)
    return tuple(_changes(kept, found))


def _changes(kept: Layout, found: Layout) -> Iterator[Reason]:
    before = {one.name: one for one in kept.fields}
    now = {one.name: one for one in found.fields}
    for name in [name for name in before if name not in now]:
        yield Reason("column_gone", {"field": name, "heading": before[name].heading})
    for name in [name for name in now if name not in before]:
        yield Reason("column_back", {"field": name, "heading": now[name].heading})
    for name in [name for name in before if name in now]:
        yield from _field_changes(before[name], now[name])
    if len(kept.parts) != len(found.parts):
        yield Reason("parts_changed", {"before": len(kept.parts), "now": len(found.parts)})
    if kept.insert != found.insert:
        yield Reason("insert_changed", {"before": kept.insert, "now": found.insert})


def _field_changes(before: FieldLayout, now: FieldLayout) -> Iterator[Reason]:
    if header_name(before.heading) != header_name(now.heading):
        params = {"field": now.name, "before": before.heading, "now": now.heading}
        yield Reason("heading_changed", params)
    if before.form != now.form and not now.is_people:
        params = {"field": now.name, "before": str(before.form), "now": str(now.form)}
        yield Reason("form_changed", params)
