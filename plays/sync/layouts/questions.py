"""What a page's tables ask of a person: one sentence and what to do, the same wherever it is told.

By the code of a storage error, so that the mapping, the doctor and the jobs say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plays.models import PageLayout, PageMapping
from plays.rules.pages import column_label
from plays.rules.particles import with_particles
from plays.storage import EditError, LayoutQuestion, Reason


class Words(NamedTuple):
    """`what` is the case, and what to `do`."""

    what: str
    do: str


# By the code of a LayoutQuestion; the sentences speak of its params.
_QUESTIONS: dict[str, tuple[str | Promise, str | Promise]] = {
    "key_column_missing": (
        gettext_lazy(
            "The table has %(found)s of our %(total)s headings but none for %(label)s; "
            "which column is it?"
        ),
        gettext_lazy("Choose the column on the mapping screen, or give it its old heading back."),
    ),
    "table_unsure": (
        gettext_lazy(
            "A table holds rows by %(label)s, but too few of its headings are known to write there."
        ),
        gettext_lazy("Choose the table's columns on the mapping screen."),
    ),
    "table_gone": (
        gettext_lazy("The page no longer has the table %(title)s, which was written before."),
        gettext_lazy(
            "Bring it back in Confluence, or let a new one be made on the mapping screen."
        ),
    ),
    "ambiguous_table": (
        gettext_lazy("%(count)s tables on the page fit equally well; which one is it?"),
        gettext_lazy("Choose the table on the mapping screen, or leave only one of them."),
    ),
    "ambiguous_part": (
        gettext_lazy("The new row of %(key)s fits none of the page's tables, or several."),
        gettext_lazy(
            "Say on the mapping screen where new rows go, or put the word of its channel above "
            "one of the tables."
        ),
    ),
}


def told(code: str, params: Mapping[str, Any]) -> Words:
    """A question in the reader's language. Raises KeyError for a code that is none."""
    what, do = _QUESTIONS[code]
    values = {**params, "count": len(params.get("tables", ()))}
    return Words(with_particles(str(what) % values), str(do))


def told_of(question: LayoutQuestion) -> Words:
    return told(question.code, question.params)


def told_to(error: str, mapping: PageMapping) -> Words | None:
    """What the mapping's page asks, where that is the `error` for which jobs were given up."""
    if error not in QUESTIONS:
        return None
    layout: PageLayout | None = getattr(mapping, "layout", None)
    return told(layout.code, layout.params) if layout and QUESTIONS[error] == layout.code else None


def told_refusal(code: str, params: Mapping[str, Any], *, by_names: bool = False) -> str:
    """Why a choice cannot hold, a code of `BadChoice`, as a sentence: with the columns' headings,
    or `by_names` of the fields, which the command line takes.
    """
    params = params if by_names else _with_labels(params)
    words = {name: ", ".join(v) if isinstance(v, list) else v for name, v in params.items()}
    sentence = {
        "unknown_field": _("%(field)s is no field of this table."),
        "same_heading": _("%(fields)s cannot all be “%(heading)s”."),
        "key_left_alone": _("%(field)s names the rows: it cannot be left out."),
        "key_of_people": _("%(field)s names the rows: it cannot be people's alone."),
        "wrong_form": _("%(field)s cannot be written as “%(form)s”; it can be: %(forms)s."),
        "no_such_heading": _("The page has no heading “%(heading)s”; it has: %(headings)s."),
    }[code]
    return with_particles(sentence % words)


def told_drift(change: Reason) -> str:
    """One change of a layout, as `storage.drift` tells it, as a sentence."""
    sentence = {
        "table_gone": _("The table is gone."),
        "column_gone": _("The column “%(heading)s” is gone: %(field)s is no longer written."),
        "column_back": _("There is a column for %(field)s now: “%(heading)s”."),
        "heading_changed": _("“%(before)s” is now headed “%(now)s”."),
        "form_changed": _("%(field)s is written in another form now."),
        "parts_changed": _("There were %(before)s tables, and now there are %(now)s."),
        "insert_changed": _("New rows go to another end of the table now."),
    }[change.code]
    return with_particles(sentence % _with_labels(change.params))


def _with_labels(params: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as people call them: by their columns' headings."""
    words = dict(params)
    if "field" in words:
        words["field"] = column_label(words["field"])
    if "fields" in words:
        words["fields"] = [column_label(name) for name in words["fields"]]
    return words


def _kinds(error: type[EditError]) -> Iterator[type[EditError]]:
    for kind in error.__subclasses__():
        yield kind
        yield from _kinds(kind)


# Errors of a page's layout, by the names that jobs keep: a person's choice may answer them.
PAGE_ERRORS = tuple(kind.__name__ for kind in _kinds(EditError))
# The code of each question, by the same names.
QUESTIONS = {kind.__name__: kind("").code for kind in _kinds(LayoutQuestion)}
