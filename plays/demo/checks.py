"""Whether the pages say what the portal was promised; asks Confluence, not our database.

The team's tables are read by their text, as people read them: it asks nothing of what recognises
tables in the product, so that it can find that wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from plays.demo.portal import Entered
from plays.demo.portfolio import portfolio
from plays.demo.seed_pages import ACTION_LOG, PLAY_DB, Pages
from plays.demo.team_tables import ACTION_LOG_COLUMNS, CHANNELS, PLAY_DB_COLUMNS
from plays.demo.trouble import Note
from plays.rules.quarter import Quarter
from plays.sandbox import Sandbox
from plays.storage import table_texts

# docs/interface.md, "Events in": which events have a row in the Action Log, and which a counter
# that the team's Play DB has a column for.
LOGGED = {"activity.created", "signal.created", "brief.created"}
COUNTERS = {"brief.created": "Brf", "validation.completed": "S2"}

_SIGNS, _COUNTED = {"🟢", "🟡", "🔴"}, ("Act", "Sig", "Brf", "S2")
_DAY, _COUNT = re.compile(r"\d{4}\.\d{2}\.\d{2}"), re.compile(r"\d+/\d+")
_KINDS = {"활동", "시그널", "브리프"}


@dataclass(frozen=True, kw_only=True)
class _Table:
    """Its headings, and its rows by heading."""

    headings: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One promise, and where it does not hold."""

    promise: str
    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.problems


def look_at_pages(
    sandbox: Sandbox, pages: Pages, entered: Sequence[Entered], notes: Iterable[Note], *, zone: str
) -> list[Finding]:
    bodies = {page_id: sandbox.body(page_id) for page_id in pages.all}
    return [
        Finding(
            promise="each event stands exactly once on each page it belongs to, and on no other",
            problems=tuple(_misplaced(bodies, pages, entered)),
        ),
        Finding(
            promise="the Play DB counts what was sent",
            problems=tuple(_miscounted(bodies[PLAY_DB], entered, ZoneInfo(zone))),
        ),
        Finding(
            promise="the team's tables are still the team's: headings, order, words and forms",
            problems=(*_play_db(bodies[PLAY_DB]), *_action_log(bodies[ACTION_LOG])),
        ),
        Finding(
            promise="every colleague's edit is still there",
            problems=tuple(note.text for note in notes if not _stands(bodies, note)),
        ),
    ]


def _misplaced(bodies: dict[str, str], pages: Pages, entered: Sequence[Entered]) -> Iterable[str]:
    for each in entered:
        wanted = {pages.live_docs[each.step.play_id]}
        if each.step.type in LOGGED:
            wanted.add(ACTION_LOG)
        for page_id, body in bodies.items():
            found = body.count(each.log_id)
            if found != (page_id in wanted):
                yield f"{each.log_id} ({each.step.type}) stands {found} times on page {page_id}"


def _miscounted(body: str, entered: Sequence[Entered], zone: ZoneInfo) -> Iterable[str]:
    """A row is written whenever one of these is counted, so that they are never behind."""
    this = max((Quarter.of(each.at, zone) for each in entered), default=None)
    sums = Counter(
        (each.step.play_id, COUNTERS[each.step.type])
        for each in entered
        if Quarter.of(each.at, zone) == this and _counts(each)
    )
    goals = {play.play_id: {"Brf": play.goals.brief, "S2": play.goals.s2} for play in portfolio()}
    rows = {row["Play ID"]: row for table in _tables(body) for row in table.rows}
    for (play_id, counter), done in sums.items():
        said, wanted = rows.get(play_id, {}).get(counter, ""), f"{done}/{goals[play_id][counter]}"
        if said != wanted:
            yield f"{play_id}: {counter} says “{said}”, it should say “{wanted}”"


def _counts(each: Entered) -> bool:
    """A validation counts where it ended with GO."""
    is_go = each.step.event["data"].get("decision") == "GO"
    return each.step.type in COUNTERS and (is_go or each.step.type != "validation.completed")


def _stands(bodies: dict[str, str], note: Note) -> bool:
    """Once, on the page it was written on; anywhere where that is not known."""
    if note.page_id:
        return bodies[note.page_id].count(f"{note.text} ") == 1
    return sum(body.count(f"{note.text} ") for body in bodies.values()) == 1


def _tables(body: str) -> list[_Table]:
    """Every table of a page, whose first row has the headings."""
    return [
        _Table(headings=top, rows=tuple(dict(zip(top, row, strict=True)) for row in rows))
        for top, *rows in table_texts(body)
    ]


def _play_db(body: str) -> Iterator[str]:
    """What is not as the team has it: one table per channel, a Play in that of its channel."""
    found = _tables(body)
    if [table.headings for table in found] != [tuple(PLAY_DB_COLUMNS)] * len(CHANNELS):
        yield f"the Play DB has other tables than its {len(CHANNELS)}"
        return
    for channel, table in zip(CHANNELS, found, strict=True):
        for row in table.rows:
            play_id = row["Play ID"]
            if play_id.split("_")[1] != channel:
                yield f"{play_id} stands in the table of {CHANNELS[channel]}"
            if row["RAG"] not in _SIGNS or not all(_COUNT.fullmatch(row[n]) for n in _COUNTED):
                yield f"{play_id} is written in another form: {', '.join(row.values())}"


def _action_log(body: str) -> Iterator[str]:
    """What is not as the team has it: the newest on top, days and kinds in the team's way."""
    found = _tables(body)
    if [table.headings for table in found] != [tuple(ACTION_LOG_COLUMNS)]:
        yield "the Action Log has other tables than its one"
        return
    for row in found[0].rows:
        if not _DAY.fullmatch(row["일자"]) or row["구분"] not in _KINDS:
            yield f"{row['로그 번호']} is written in another form: {', '.join(row.values())}"
    for upper, lower in pairwise(found[0].rows):
        if upper["일자"] < lower["일자"]:
            yield f"{upper['로그 번호']} stands above {lower['로그 번호']}, which is newer"
