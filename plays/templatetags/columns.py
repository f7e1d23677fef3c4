"""How a column was recognised and in which form it is written, in words with an example."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plays.models import PageLayoutChange
from plays.models.layout import chosen_from

if TYPE_CHECKING:
    from plays.storage import Cell, Chosen, Column, FieldLayout, Form

register = template.Library()

_FORMS: dict[str, str | Promise] = {
    "plain": gettext_lazy("plain text"),
    "code": gettext_lazy("text in code"),
    "number": gettext_lazy("plain number"),
    "count": gettext_lazy("number, in the column's own way"),
    "lozenge": gettext_lazy("status label"),
    "signs": gettext_lazy("signs or words"),
    "date": gettext_lazy("date as text"),
    "time": gettext_lazy("Confluence date"),
    "link": gettext_lazy("link"),
    "card": gettext_lazy("smart link"),
    "address": gettext_lazy("address as text"),
    "word": gettext_lazy("the team's words"),
}
_AN_ADDRESS = "https://portal.example/1"


@register.filter
def form_words(form: Form, column: Column) -> str:
    """A form in words, with an example: `number, in the column's own way (3/12)`."""
    example = _example(form, column)
    words = str(_FORMS[form.name])
    return f"{words} ({example})" if example else words


@register.filter
def why(found: FieldLayout) -> str:
    """Why a column was taken for a field, or may be it."""
    words = {
        "chosen": _("chosen by an admin"),
        "exact": _("the same name"),
        "known": _("a known name"),
        "decorated": _("a known name, signs aside"),
        "hint": _("a word that may mean it"),
        "cells": _("by its cells"),
        "cells_differ": _("the name fits, but its cells hold something else"),
    }
    if found.reason.code == "alike":
        return _("likely, %(score)s %%") % {"score": found.score}
    return words.get(found.reason.code, found.reason.code)


def _example(form: Form, column: Column) -> str:
    """What a column of its kind might hold, in `form`."""
    from plays.storage import Kind, Link, Moment, Number, Text
    from plays.storage.layout.forms import shown

    samples: dict[Kind, Cell] = {
        Kind.TEXT: Text("EXT_Desk_D01"),
        Kind.COUNT: Number(3, 12),
        Kind.MOMENT: Moment(datetime(2026, 11, 9, 10, 30)),  # noqa: DTZ001 - a clock on a page
        Kind.LINK: Link("EXT_Desk_D01", _AN_ADDRESS),
    }
    if column.kind is Kind.STATUS:
        return " · ".join(form.pattern.split("|"))
    if column.kind is Kind.WORD:
        return " · ".join(form.pattern.split("|")[:3])
    sample = samples.get(column.kind)
    return _text(shown(column, sample, form)) if sample is not None else ""


def _text(cell: Cell) -> str:
    from plays.storage import Code, Day, Link, Moment, Number, Status, Text

    match cell:
        case Text(text) | Code(text) | Link(text, _):
            return text
        case Number(value):
            return str(value)
        case Day(iso):
            return iso
        case Moment(at):
            return f"{at:%Y-%m-%d %H:%M}"
        case Status(title, _):
            return title


@register.filter
def choice_lines(change: PageLayoutChange) -> list[str]:
    """What a change of a choice changed, a line each."""
    from plays.sync.layouts.guidance import shape_of

    shape = shape_of(change.layout.mapping)
    old, new = chosen_from(change.old), chosen_from(change.new)
    lines = [
        _("%(field)s: %(before)s → %(after)s")
        % {"field": shape.label(name), "before": before, "after": after}
        for name in shape.by_name
        for before, after in _field_changes(old, new, name)
    ]
    if old.insert != new.insert:
        lines.append(_("another end for new rows"))
    if old.tables != new.tables:
        lines.append(_("tables: %(tables)s") % {"tables": ", ".join(new.tables) or _("by itself")})
    if old.new_rows != new.new_rows:
        lines.append(_("other tables for new rows"))
    if old.makes_table != new.makes_table and new.makes_table:
        lines.append(_("a new table may be made"))
    return lines or [_("nothing that counts")]


def _field_changes(old: Chosen, new: Chosen, name: str) -> Iterator[tuple[str, str]]:
    if old.headings.get(name) != new.headings.get(name):
        yield _heading(old, name), _heading(new, name)
    if old.forms.get(name) != new.forms.get(name):
        yield tuple(str(one.forms.get(name) or _("by itself")) for one in (old, new))  # type: ignore[misc]
    if (name in old.people) != (name in new.people):
        words = {True: _("kept by people"), False: _("written")}
        yield words[name in old.people], words[name in new.people]


def _heading(chosen: Chosen, name: str) -> str:
    heading = chosen.headings.get(name)
    if heading is None:
        return _("by itself")
    return f"“{heading}”" if heading else _("left alone")
