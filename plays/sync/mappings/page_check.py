"""One page looked at live: can it play its part, and where on it would we write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import unquote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plays import models, storage
from plays.confluence import Confluence, ConfluenceError, Page
from plays.models.page import PageState
from plays.rules.pages import ACTION_LOG, ACTIVITY_HEADINGS, PLAY_DB
from plays.rules.planner import Part
from plays.storage.scan.sections import heading_used
from plays.sync.layouts.guidance import guidance_for
from plays.sync.mappings.page_problems import (
    layout_advice,
    layout_problem,
    no_edit_right,
    state_read,
    unreadable,
)
from plays.sync.site.availability import went_well
from plays.sync.site.diagnosis import optional, report
from plays.sync.site.pages import is_same

# Pages that are only read: nobody needs the right to edit them.
READ_ONLY_PARTS = (Part.PLAY_TODO,)
TABLES = {Part.ACTION_LOG: ACTION_LOG, Part.PLAY_DB: PLAY_DB}


@dataclass(frozen=True, kw_only=True)
class PageCheck:
    """What a live look at a page found.

    `space` is the space's key, `changed_by` the name of who saved last (empty: not known) and
    `can_edit` None where Confluence does not tell. `tables` are the tables that fit the part,
    `place` says in a sentence where we would write, `left_out` are our fields without a column,
    `has_draft` says that people have changed the page and not published it yet. `problem` and
    `advice` are sentences for people, empty while all is well; `error` is the name of the error
    behind them and `words` its own words, the same for every reader (none of a page's question).
    `state` is UNSEEN where the page could not be judged: Confluence was not there or refused our
    account. `body` is what was read.
    """

    part: Part
    page_id: str
    state: PageState = PageState.OK
    title: str = ""
    url: str = ""
    space: str = ""
    version: int | None = None
    changed_at: datetime | None = None
    changed_by: str = ""
    can_edit: bool | None = None
    tables: tuple[storage.TableDescription, ...] = ()
    place: str = ""
    left_out: tuple[str, ...] = ()
    has_draft: bool = False
    problem: str = ""
    advice: str = ""
    error: str = ""
    words: str = ""
    body: str = field(default="", repr=False)

    @property
    def is_fine(self) -> bool:
        return not self.problem

    @property
    def is_readable(self) -> bool:
        """Whether the page was read; its layout may be wrong all the same."""
        return self.version is not None


def examine_page(client: Confluence, part: Part | str, page_id: str) -> PageCheck:
    """Everything about a page that is to play `part`; four calls. Raises no `ConfluenceError`."""
    check, author_id = _read(client, Part(part), page_id)
    if not check.is_readable:
        return check
    named = replace(
        check, changed_by=_name_of(client, author_id), has_draft=_has_draft(client, check)
    )
    return with_rights(client, named)


def look_at_page(client: Confluence, part: Part | str, page_id: str) -> PageCheck:
    """The same by one call: without who saved last and whether we may edit."""
    return _read(client, Part(part), page_id)[0]


def with_rights(client: Confluence, check: PageCheck) -> PageCheck:
    """`check` with whether we may edit the page; one call."""
    can_edit = optional(client, lambda: client.can_edit(check.page_id))
    known = replace(check, can_edit=can_edit)
    if can_edit is not False or check.part in READ_ONLY_PARTS:
        return known
    problem, advice = no_edit_right()
    return replace(
        known, state=PageState.FORBIDDEN, error="NotAllowed", problem=problem, advice=advice
    )


def _read(client: Confluence, part: Part, page_id: str) -> tuple[PageCheck, str]:
    """The check, and the account id of who saved last."""
    check = PageCheck(part=part, page_id=page_id)
    try:
        page = client.get_page(page_id)
    except ConfluenceError as error:
        return _unreadable(check, report(client, error).error), ""
    went_well()
    seen = replace(
        check,
        title=page.title,
        url=page.url,
        space=_space_of(page),
        version=page.version.number,
        changed_at=page.version.created_at,
        body=page.body,
    )
    return _with_layout(seen, page.body), page.version.author_id


def _unreadable(check: PageCheck, error: ConfluenceError) -> PageCheck:
    problem, advice = unreadable(error)
    return replace(
        check,
        state=state_read(error),
        error=type(error).__name__,
        words=str(error),
        problem=problem,
        advice=advice,
    )


def _with_layout(check: PageCheck, body: str) -> PageCheck:
    """`check` with where on the page we would write, or what is in the way."""
    try:
        if check.part in TABLES:
            return _with_tables(check, body, TABLES[check.part])
        if check.part is Part.LIVE_DOC:
            return replace(check, place=_entry_place(body, ACTIVITY_HEADINGS))
        heading_used(body, ())
    except storage.EditError as problem:
        return _wrong_shape(check, problem)
    return replace(check, place=_("The page can be read."))


def _wrong_shape(check: PageCheck, problem: storage.EditError) -> PageCheck:
    return replace(
        check,
        state=PageState.WRONG_SHAPE,
        error=type(problem).__name__,
        words="" if isinstance(problem, storage.LayoutQuestion) else str(problem),
        problem=layout_problem(problem),
        advice=layout_advice(problem),
    )


def _with_tables(check: PageCheck, body: str, shape: storage.TableShape) -> PageCheck:
    page = models.Page.objects.filter(page_id=check.page_id).first()
    guidance = guidance_for(page)[shape]
    known = check
    try:
        found = storage.recognise(body, shape, guidance)
        if found.question is not None:
            raise found.question
        known = replace(check, tables=storage.describe_tables(body, shape, guidance))
        storage.read_rows(body, shape, guidance)
    except storage.EditError as problem:
        return _wrong_shape(known, problem)
    missing = found.layout.missing if found.layout else ()
    return replace(
        known,
        place=_table_place(shape, found.layout),
        left_out=tuple(map(shape.label, missing)),
    )


def _table_place(shape: storage.TableShape, layout: storage.Layout | None) -> str:
    """Which tables are written, and which of our fields have no column in any of them."""
    if layout is None:
        return _("No table fits yet: one is made at the page's end.")
    numbers = ", ".join(str(part.number) for part in layout.parts)
    rows = sum(part.rows for part in layout.parts)
    place = ngettext(
        "Table %(numbers)s, with %(rows)s rows.",
        "Tables %(numbers)s (parts of one), with %(rows)s rows.",
        len(layout.parts),
    ) % {"numbers": numbers, "rows": rows}
    if not layout.missing:
        return place
    labels = ", ".join(map(shape.label, layout.missing))
    return f"{place} " + _("No column for %(fields)s: left out.") % {"fields": labels}


def _entry_place(body: str, headings: Iterable[str]) -> str:
    heading = heading_used(body, headings)
    if heading is None:
        return _("Entries go to the page's end.")
    return _("Entries go below the heading “%(heading)s”.") % {"heading": heading}


def _has_draft(client: Confluence, check: PageCheck) -> bool:
    """Whether the page's draft says anything else than the page."""
    draft = optional(client, lambda: client.get_draft(check.page_id))
    return draft is not None and not is_same(draft.body, check.body)


def _name_of(client: Confluence, account_id: str) -> str:
    user = optional(client, lambda: client.user(account_id)) if account_id else None
    return user.name if user else ""


def _space_of(page: Page) -> str:
    """The key of the page's space, by its address; its id where the address does not tell."""
    found = re.search(r"/(?:spaces|display)/([^/?#]+)", page.url)
    return unquote(found.group(1)) if found else page.space_id
