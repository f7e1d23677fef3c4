"""What an admin types about a column, `FIELD=HEADING[:FORM]`, and the forms that a field has."""

from __future__ import annotations

from collections.abc import Iterable

from plays.storage import Column, Form, Insert, Kind, TableShape
from plays.storage.text import header_name
from plays.sync.layouts.choosing import BadChoice, Changes

# What stands for a form where people keep the column by hand.
PEOPLE = "people"
# By what a column holds: its forms, each as it is meant where nothing more is said.
_FORMS: dict[Kind, tuple[Form, ...]] = {
    Kind.TEXT: (Form("plain"), Form("code")),
    Kind.COUNT: (Form("number"), Form("count", "{done}/{goal}")),
    Kind.STATUS: (Form("lozenge", "G|Y|R"), Form("signs", "🟢|🟡|🔴")),
    Kind.MOMENT: (Form("date", "YYYY-MM-DD HH:MM"), Form("time")),
    Kind.LINK: (Form("link"), Form("card"), Form("address")),
    Kind.WORD: (Form("plain"), Form("word")),
    Kind.ANY: (Form("plain"),),
}


def forms_of(column: Column) -> tuple[Form, ...]:
    """The forms that a column may be written in."""
    return _FORMS[column.kind]


def form_from(column: Column, text: str) -> Form:
    """A form as a person names it, `name` or `name:pattern`. Raises `BadChoice` (wrong_form)."""
    name, _, pattern = text.strip().partition(":")
    known = {form.name: form for form in forms_of(column)}
    form = known.get(name)
    if form is None or (pattern and not _fits(name, pattern)):
        raise BadChoice(
            "wrong_form", field=column.name, form=text, forms=list(map(str, known.values()))
        )
    return Form(name, pattern) if pattern else form


def changes_from(
    lines: Iterable[str], shape: TableShape, headings: Iterable[str], *, insert: str = ""
) -> Changes:
    """What `FIELD=HEADING[:FORM]` says, line by line; `headings` are those on the page.

    `FIELD=` leaves the field alone, `FIELD=:FORM` keeps its heading, and the form `people` says
    that people keep the column by hand. Raises `BadChoice`.
    """
    chosen: dict[str, str | None] = {}
    forms: dict[str, Form | None] = {}
    people: dict[str, bool] = {}
    there = {header_name(heading): heading for heading in headings}
    for line in lines:
        name, equals, said = line.partition("=")
        field = _field(shape, name)
        if field is None or not equals:
            raise BadChoice("unknown_field", field=name.strip())
        heading, form = _split(shape.by_name[field], said.strip(), there)
        if heading or not form:
            chosen[field] = heading
        if form == PEOPLE:
            people[field] = True
        elif form:
            people[field] = False
            forms[field] = form_from(shape.by_name[field], form)
    place = Insert(insert) if insert else None
    return Changes(headings=chosen, forms=forms, people=people, insert=place)


def _field(shape: TableShape, name: str) -> str | None:
    """A field by its name or label."""
    wanted = header_name(name)
    return next((c.name for c in shape.by_name.values() if wanted in c.own_names), None)


def _split(column: Column, said: str, there: dict[str, str]) -> tuple[str, str]:
    """The heading, as the page has it, and the form; a heading may have a colon itself."""
    if not said:
        return "", ""
    if header_name(said) in there:
        return there[header_name(said)], ""
    for at, sign in enumerate(said):
        heading = header_name(said[:at])
        if sign == ":" and (heading in there or not heading):
            return there.get(heading, ""), said[at + 1 :].strip()
    raise BadChoice(
        "no_such_heading", field=column.name, heading=said, headings=list(there.values())
    )


def _fits(name: str, pattern: str) -> bool:
    """Whether a pattern leaves room for the value."""
    match name:
        case "count":
            return "{done}" in pattern
        case "lozenge" | "signs":
            return pattern.count("|") == 2 and all(pattern.split("|"))
        case "date":
            return "M" in pattern and "D" in pattern
        case _:
            return name in ("link", "word")
