"""What the pages tell under log ids: every page of the log, every live doc."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from plays.confluence import Confluence, ConfluenceError
from plays.models import Page, Play
from plays.rules.pages import ACTION_LOG, CONTINUED, KINDS
from plays.storage import EditError, Row, all_rows
from plays.storage.scan.entry_lines import behind_key, without_decoration
from plays.sync import log_ids
from plays.sync.naming import plays_called
from plays.sync.site import pages
from plays.sync.weekly.page_reads import PageRead, read_page
from plays.sync.weekly.steps import live_docs, log_pages

_NEXT = re.compile(re.escape(CONTINUED) + r"([^<]+)")
_TIME = re.compile(
    r"(\d{4})\s?[-./년]\s?(\d{1,2})\s?[-./월]\s?(\d{1,2})일?\.?(?:[T\s]+(?P<hour>\d{1,2}):(\d{2}))?"
)
_VERDICT = re.compile(r"\d{1,3}/100|GO|PIVOT|HOLD|NO_GO")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one row or entry tells; what it does not tell is empty.

    `moment` is when, `has_clock` whether to the minute. `text` is all of it as it reads.
    """

    log_id: str
    page: Page
    is_row: bool
    text: str
    play: Play | None = None
    action_type: str = ""
    title: str = ""
    moment: datetime | None = None
    has_clock: bool = False
    actor: str = ""
    url: str = ""
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether an event can be made of it."""
        return bool(self.play and self.action_type and self.title and self.moment)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """All that was read: pages as they are, what they tell, and what could not be read (why).

    `unknown` are further pages of the log that the database does not know, in their order.
    """

    logs: tuple[PageRead, ...]
    live: tuple[tuple[PageRead, tuple[Play, ...]], ...]
    told: tuple[Told, ...]
    unreadable: tuple[tuple[Page, str], ...]
    unknown: tuple[Page, ...]
    is_log_whole: bool


def read_all(client: Confluence) -> Reading:
    """One call per page. Raises `RunMustWait` where no page can be read now."""
    logs: list[PageRead] = []
    live: list[tuple[PageRead, tuple[Play, ...]]] = []
    told: list[Told] = []
    bad: list[tuple[Page, str]] = []
    waiting, unknown = log_pages(), []
    is_log_whole = True
    while waiting:
        page = waiting.pop(0)
        try:
            seen = read_page(client, page)
            told += rows_of(seen)
            logs.append(seen)
        except (ConfluenceError, EditError) as error:
            bad.append((page, str(error)))
            is_log_whole = False
            continue
        if not waiting and (further := _further(client, seen, logs)):
            unknown.append(further)
            waiting.append(further)
    for page, plays in live_docs().items():
        try:
            seen = read_page(client, page)
            told += entries_of(seen, plays)
            live.append((seen, tuple(plays)))
        except (ConfluenceError, EditError) as error:
            bad.append((page, str(error)))
    return Reading(
        logs=tuple(logs),
        live=tuple(live),
        told=tuple(told),
        unreadable=tuple(bad),
        unknown=tuple(unknown),
        is_log_whole=is_log_whole,
    )


def rows_of(seen: PageRead) -> Iterator[Told]:
    """Raises `EditError` where the page cannot be read as a log."""
    body = seen.read.body
    rows = all_rows(body, ACTION_LOG, seen.guidance[ACTION_LOG])
    ours = [row for row in rows if log_ids.LOG_ID.fullmatch(row.key)]
    plays = plays_called(filter(None, (row.cells.get("play_id") for row in ours)))
    for row in ours:
        play = plays.get(row.cells.get("play_id", ""))
        yield _row(seen.page, row, play if isinstance(play, Play) else None)


def entries_of(seen: PageRead, plays: Iterable[Play]) -> Iterator[Told]:
    """Entries that tell of something. Raises `EditError` where the page cannot be read."""
    owners = list(plays)
    for entry in log_ids.entries_in(seen.read.body):
        told = _entry(seen.page, entry.key, entry.text)
        yield replace(told, play=owners[0] if len(owners) == 1 else None)


def together(told: Iterable[Told]) -> Told:
    """One event as all its places tell of it: rows are surer, a time with its minute is best."""
    parts = sorted(told, key=lambda one: not one.is_row)
    first = parts[0]
    clocks = [one for one in parts if one.has_clock] or [one for one in parts if one.moment]
    return replace(
        first,
        play=next((one.play for one in parts if one.play), None),
        action_type=next((one.action_type for one in parts if one.action_type), ""),
        title=next((one.title for one in parts if one.title), ""),
        moment=clocks[0].moment if clocks else None,
        has_clock=bool(clocks) and clocks[0].has_clock,
        actor=next((one.actor for one in parts if one.actor), ""),
        url=next((one.url for one in parts if one.url), ""),
        details=next((one.details for one in parts if one.details), {}),
    )


def _row(page: Page, row: Row, play: Play | None) -> Told:
    cells = row.cells
    moment, has_clock = read_time(cells.get("created_at", ""))
    return Told(
        log_id=row.key,
        page=page,
        is_row=True,
        text=" · ".join(filter(None, cells.values())),
        play=play,
        action_type=_kind(cells.get("action_type", "")),
        title=cells.get("title", ""),
        moment=moment,
        has_clock=has_clock,
        actor=cells.get("actor", ""),
        url=next(iter(row.links.get("url", ())), ""),
    )


def _entry(page: Page, key: str, text: str) -> Told:
    """`LOG-… time · kind · title · verdict · owner`, as we write it; people may have changed it."""
    said = without_decoration(behind_key(text, key)).strip(" ·")
    moment, has_clock = read_time(said)
    parts = [part.strip() for part in said.split(" · ")]
    kind = next((part for part in parts if part in KINDS), "")
    rest = parts[parts.index(kind) + 1 :] if kind else []
    verdict = next((i for i, part in enumerate(rest) if _VERDICT.fullmatch(part)), None)
    if verdict is None:
        title, actor = rest[:1], rest[1:]
        details: dict[str, object] = {}
    else:
        title = rest[:verdict]
        actor = [part for part in rest[verdict:] if not _VERDICT.fullmatch(part)]
        details = _details(rest[verdict:])
    return Told(
        log_id=key,
        page=page,
        is_row=False,
        text=text,
        action_type=kind,
        title=" · ".join(title),
        moment=moment,
        has_clock=has_clock,
        actor=actor[-1] if actor else "",
        details=details,
    )


def _details(parts: list[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for part in filter(_VERDICT.fullmatch, parts):
        if part.endswith("/100"):
            found["total_score"] = int(part.split("/")[0])
        else:
            found.setdefault("decision", part)
    return found


def read_time(text: str) -> tuple[datetime | None, bool]:
    """The first time in a text, in the team's zone, and whether it has a clock."""
    found = _TIME.search(text)
    if found is None:
        return None, False
    year, month, day, hour, minute = (int(one or 0) for one in found.groups())
    try:
        naive = datetime(year, month, day, hour, minute)  # noqa: DTZ001 - made aware below
    except ValueError:
        return None, False
    return timezone.make_aware(naive, timezone.get_default_timezone()), found["hour"] is not None


def _kind(text: str) -> str:
    """The type that a cell says, in whatever family of words the column has."""
    families = ACTION_LOG.by_name["action_type"].words
    for family in families:
        for place, word in enumerate(family):
            if word.casefold() == text.strip().casefold():
                return families[0][place]
    return text if text in KINDS else ""


def _further(client: Confluence, seen: PageRead, logs: list[PageRead]) -> Page | None:
    """The page on which a full page says that it goes on, where it is none of those read."""
    found = _NEXT.search(seen.read.body)
    if found is None:
        return None
    heads = [head for head in client.find_page(found[1].strip()) if head.status == "current"]
    known = {one.page.page_id for one in logs}
    if not heads or heads[0].id in known:
        return None
    return pages.remember(heads[0])
