"""What the form of a page's columns says, as a choice."""

from __future__ import annotations

import hashlib
import json

from django.http import QueryDict

from plays.storage import Chosen, Form, Insert, TableShape
from plays.views.mappings.column_rows import HEADED, LEFT

MOST_TEXT = 300


class BadForm(ValueError):
    """The form holds what no form of ours sends."""


def chosen_by(post: QueryDict, shape: TableShape, before: Chosen) -> Chosen:
    """The whole choice that a form says; what it has no field for stays as `before`.

    Raises `BadForm`.
    """
    names = [name for name in shape.names if f"heading-{name}" in post]
    headings = {name: value for name, value in before.headings.items() if name not in names}
    forms = {name: form for name, form in before.forms.items() if name not in names}
    for name in names:
        said = str(post[f"heading-{name}"])
        if said == LEFT:
            headings[name] = ""
        elif said.startswith(HEADED) and len(said) <= MOST_TEXT:
            headings[name] = said.removeprefix(HEADED)
        elif said:
            raise BadForm(said)
        if form := post.get(f"form-{name}", ""):
            forms[name] = _form(form)
    by_hand = {name for name in names if post.get(f"people-{name}")}
    return Chosen(
        headings=headings,
        forms=forms,
        people=(before.people - set(names)) | by_hand,
        insert=_insert(post.get("insert", "")) if "insert" in post else before.insert,
        tables=_tables(post, before),
        new_rows=_new_rows(post, before),
        makes_table=before.makes_table,
    )


def token_of(chosen: Chosen) -> str:
    """Which choice a form was shown with, so that nobody's is overwritten unseen."""
    text = json.dumps(chosen.to_json(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _tables(post: QueryDict, before: Chosen) -> tuple[str, ...]:
    if "tables-shown" not in post:
        return before.tables
    return tuple(name[:MOST_TEXT] for name in post.getlist("table"))


def _new_rows(post: QueryDict, before: Chosen) -> dict[str, str]:
    """The table for each group; "" is by itself."""
    groups = post.getlist("group")
    tables = post.getlist("group-table")
    if not groups or len(groups) != len(tables):
        return dict(before.new_rows)
    shown = dict(zip(groups, tables, strict=True))
    kept = {group: table for group, table in before.new_rows.items() if group not in shown}
    return kept | {group[:MOST_TEXT]: table[:MOST_TEXT] for group, table in shown.items() if table}


def _form(text: str) -> Form:
    try:
        return Form.parse(text[:MOST_TEXT])
    except ValueError as wrong:
        raise BadForm(text) from wrong


def _insert(text: str) -> Insert | None:
    try:
        return Insert(text) if text else None
    except ValueError as wrong:
        raise BadForm(text) from wrong
