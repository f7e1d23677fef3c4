"""Pages: found, read, made, replaced, added to."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace

from plays import confluence
from plays.confluence import Confluence, VersionConflict
from plays.models import PageAppend, PageMapping
from plays.models.mapping import PartChoice
from plays.storage import check_skeleton, markdown_to_storage
from plays.sync.operations import saving
from plays.sync.operations.refusals import BadArgument, KeyReused, OursAlone, TakesContent
from plays.sync.operations.results import (
    Created,
    Found,
    FoundPages,
    PageRead,
    Written,
    changed_lines,
    headings_of,
    lines_of,
)
from plays.sync.site import pages
from plays.sync.site.diagnosis import reported
from plays.sync.site.title_holders import TitleForeign

MOST_HITS = 50
_WRITTEN_BY_US = (PartChoice.ACTION_LOG, PartChoice.PLAY_DB, PartChoice.LIVE_DOC)
_MACROS = re.compile(
    r"<!\[CDATA\[.*?\]\]>"
    r"|<(ac:structured-macro|ac:layout|ac:adf-extension|ac:image)(?=[\s/>])"
    r"(?:\s[^>]*?ac:name=[\"']([^\"']*))?",
    re.DOTALL,
)


class _Stale(Exception):
    """The page is no longer at the version that the caller has read."""


@reported
def search_pages(
    client: Confluence, query: str, *, limit: int = 10, cursor: str = ""
) -> FoundPages:
    """Pages whose title or text is like `query`: suggestions, as the search index lags behind."""
    saving.open_site()
    limit, start = min(max(1, limit), MOST_HITS), offset_of(cursor)
    hits = client.search_pages(query, limit=start + limit + 1)
    shown = hits[start : start + limit]
    return FoundPages(
        pages=tuple(Found(id=h.id, title=h.title, url=h.url, excerpt=h.excerpt) for h in shown),
        next_cursor=str(start + limit) if len(hits) > start + limit else "",
    )


@reported
def get_page(client: Confluence, page_id: str) -> PageRead:
    """A page with its text and version, both from one read."""
    seen = saving.read(client, page_id)
    return PageRead(
        id=seen.id,
        title=seen.title,
        url=seen.url,
        parent_id=seen.parent_id,
        version=seen.version.number,
        body=seen.body,
        lines=tuple(lines_of(seen.body)),
        tables=headings_of(seen.body),
    )


@reported
def create_page(
    client: Confluence, *, title: str, body_md: str, parent_id: str, dry_run: bool = False
) -> Created:
    """A new page of Markdown below `parent_id`.

    The same call again finds the page that it made, while nobody has changed it. Raises a
    `TitleHeld` where another page has the title.
    """
    saving.open_site()
    title = title.strip()
    if not title:
        raise BadArgument("a page needs a title.")
    body = markdown_to_storage(body_md)
    lines, more = changed_lines("", body)
    try:
        if dry_run:
            pages.find(client, title, adopts=lambda _: False)
            made = None
        else:
            made = pages.ensure(
                client, title, body=body, parent_id=parent_id, adopts=lambda _: False
            ).page
    except TitleForeign:
        there = _made_before(client, title, body, parent_id)
        if there is None:
            raise
        return _created(there, "there", dry_run=dry_run)
    if made is None:
        return Created(
            page_id="", title=title, url="", version=0, how="would_be_made",
            dry_run=True, difference=lines, more_lines=more,
        )  # fmt: skip
    return _created(client.get_page(made.id), "made", lines=lines, more=more)


@reported
def update_page(
    client: Confluence, page_id: str, *, body_md: str, version: int, dry_run: bool = False
) -> Written:
    """Replace the page by Markdown, if it is still at `version`. Raises VersionConflict.

    The same call again is known by its version's message, and not made twice. Refused where the
    product writes the page (`OursAlone`), and where macros or layouts would go (`TakesContent`).
    """
    if PageMapping.objects.filter(page__page_id=page_id, part__in=_WRITTEN_BY_US).exists():
        raise OursAlone(f"page {page_id} is one that the product writes.")
    body = markdown_to_storage(body_md)
    token = _digest(page_id, str(version), body)[:12]

    def change(seen: confluence.Page) -> str:
        if seen.version.number == version + 1 and token in seen.version.message:
            return seen.body
        if seen.version.number != version:
            raise _Stale(f"it is at version {seen.version.number}, not {version}")
        if gone := _macros(seen.body) - _macros(body):
            raise TakesContent(f"page {page_id} holds {', '.join(sorted(gone))}.")
        return body

    try:
        return saving.edit(client, page_id, change, dry_run=dry_run, token=token)
    except _Stale as stale:
        raise VersionConflict(str(stale), path=f"page {page_id}") from stale


@reported
def append_to_page(
    client: Confluence, page_id: str, *, append_md: str, key: str = "", dry_run: bool = False
) -> Written:
    """Markdown at the page's end; with a `key` once, however often it is asked for.

    Raises KeyReused where the key was given for another text, and BadArgument for none.
    """
    added = markdown_to_storage(append_md)
    if not added.strip():
        raise BadArgument("there is nothing to append.")
    if not key:
        return saving.edit(client, page_id, lambda seen: _with(seen, added), dry_run=dry_run)
    token, digest = _digest(page_id, key)[:12], _digest(added)
    known = PageAppend.objects.filter(page_id=page_id, key=key).first()
    if known and known.digest != digest:
        raise KeyReused(f"“{key}” was used on page {page_id} for another text.")
    is_made = known is not None and (
        known.version is not None or (dry_run and saving.version_of(client, page_id, token))
    )
    if is_made or dry_run:
        seen = saving.edit(
            client, page_id, lambda p: p.body if is_made else _with(p, added), dry_run=True
        )
        return replace(seen, dry_run=dry_run)
    if known is None:
        known, _ = PageAppend.objects.get_or_create(
            page_id=page_id, key=key, defaults={"token": token, "digest": digest}
        )
        if known.digest != digest:
            raise KeyReused(f"“{key}” was used on page {page_id} for another text.")
    return _append_once(client, known, added)


def _append_once(client: Confluence, known: PageAppend, added: str) -> Written:
    """An earlier call with this key may have landed although nobody heard of it."""
    written = saving.edit(
        client, known.page_id, lambda seen: _with(seen, added), token=known.token, is_once=True
    )
    PageAppend.objects.filter(pk=known.pk).update(version=written.version)
    return written


def offset_of(cursor: str) -> int:
    """Where a page of answers begins. Raises BadArgument."""
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise BadArgument("the cursor is none that was given out.")
    return int(cursor or 0)


def _with(seen: confluence.Page, added: str) -> str:
    body = seen.body + added
    check_skeleton(seen.body, body)
    return body


def _made_before(
    client: Confluence, title: str, body: str, parent_id: str
) -> confluence.Page | None:
    """The page of this title, where it is just what the call would make."""
    for head in client.find_page(title, statuses=("current",)):
        seen = client.get_page(head.id)
        if seen.parent_id == parent_id and pages.is_same(seen.body, body):
            return seen
    return None


def _created(
    page: confluence.Page,
    how: str,
    *,
    dry_run: bool = False,
    lines: tuple[str, ...] = (),
    more: int = 0,
) -> Created:
    return Created(
        page_id=page.id, title=page.title, url=page.url, version=page.version.number,
        how="made" if how == "made" else "there", dry_run=dry_run, difference=lines,
        more_lines=more,
    )  # fmt: skip


def _macros(body: str) -> Counter[str]:
    """What Markdown cannot say, by name and how often."""
    found = (match.groups() for match in _MACROS.finditer(body))
    return Counter(name or tag for tag, name in found if tag)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
