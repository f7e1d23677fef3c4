"""Whether the pages say what the portal was promised; asks Confluence, not our database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from plays.demo import kept
from plays.demo.portal import Entered
from plays.demo.portfolio import portfolio
from plays.demo.seed_pages import ACTION_LOG, PLAY_DB, Pages
from plays.demo.trouble import Note
from plays.rules.quarter import Quarter
from plays.sandbox import Sandbox

# docs/interface.md, "Events in": which events have a row in the Action Log, and which a counter
# that the team's Play DB has a column for.
LOGGED = {"activity.created", "signal.created", "brief.created"}
COUNTERS = {"brief.created": "Brf", "validation.completed": "S2"}


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
            problems=(*kept.play_db(bodies[PLAY_DB]), *kept.action_log(bodies[ACTION_LOG])),
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
    rows = {row["Play ID"]: row for table in kept.tables(body) for row in table.rows}
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
