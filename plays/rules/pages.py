"""How our tables and entries look on a page: their columns, headings and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from plays.rules.page_columns import LOG_COLUMNS, LOG_PEOPLE, PLAY_COLUMNS, PLAY_PEOPLE
from plays.rules.planner import EDITS_OF
from plays.rules.quarter import Quarter
from plays.rules.status import NO_GOALS, Counts, Goals, Status
from plays.storage import (
    Cell,
    Identity,
    Inline,
    InsertEntry,
    InsertLink,
    Link,
    Moment,
    Number,
    Strong,
    TableShape,
    Telling,
    Text,
    UpsertRow,
    apply_edits,
)
from plays.storage import Status as Lozenge

ACTION_LOG = TableShape(
    title="Action Log",
    key="log_id",
    columns=LOG_COLUMNS,
    people=LOG_PEOPLE,
    order="created_at",
)
PLAY_DB = TableShape(title="Play DB", key="play_id", columns=PLAY_COLUMNS, people=PLAY_PEOPLE)
_LABELS = {
    name: column.heading
    for shape in (ACTION_LOG, PLAY_DB)
    for name, column in shape.by_name.items()
}

# A log id that is whole, as a regular expression.
LOG_ID_PATTERN = r"LOG-\d{4}-\d{5,}"

# The words that entries have for what was done.
KINDS = tuple(EDITS_OF)

# What a full page of the Action Log says in front of the title of the next.
CONTINUED = "다음 기록 · Continued: "

# Headings under which entries are kept, where a live doc has one of them.
ACTIVITY_HEADINGS = (
    "활동 로그",
    "활동 이력",
    "활동 기록",
    "작업 이력",
    "Activity Log",
    "Activities",
    "Activity",
    "Action Log",
)

# Headings under which links to ToDo pages are kept, where a shared page has one of them.
TODO_HEADINGS = (
    "Play별 ToDo",
    "Play ToDo",
    "ToDo 페이지",
    "ToDo 목록",
    "Play ToDo Lists",
    "ToDo Pages",
    "ToDo Lists",
    "ToDo List",
    "ToDo",
)


@dataclass(frozen=True, kw_only=True)
class ActionFacts:
    """What a page says about one action. `occurred_at` is aware.

    `play_names` are the Play's aliases. `was_written`: the database knows that the row or entry in
    question was on its page.
    """

    log_id: str
    play_id: str
    action_type: str
    title: str
    url: str
    actor: str
    occurred_at: datetime
    details: Mapping[str, Any]
    was_written: bool = False
    play_names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlayFacts:
    """What the Play DB says about one Play; `word` is its owner's of now, "" for none."""

    play_id: str
    status: Status
    counts: Counts
    goals: Goals = NO_GOALS
    channel: str = ""
    word: str = ""


def column_label(name: str) -> str:
    """How people are told of a column of ours; what is none stays as it is."""
    return _LABELS.get(name, name)


def log_row(action: ActionFacts, *, zone: tzinfo) -> UpsertRow:
    """The action's row in the Action Log; enqueued again, it puts right what somebody changed."""
    cells: dict[str, Cell] = {
        "play_id": Text(action.play_id),
        "action_type": Text(action.action_type),
        "title": Text(action.title),
        "url": Link(action.url, action.url) if action.url else Text(""),
        "actor": Text(action.actor),
        "created_at": _moment(action.occurred_at, zone),
    }
    identity = Identity(
        fields={"play_id": action.play_names, "action_type": (), "title": (), "created_at": ()},
        was_written=action.was_written,
    )
    groups = _quarter_words(Quarter.of(action.occurred_at, zone))
    return UpsertRow(
        table=ACTION_LOG, key=action.log_id, cells=cells, groups=groups, identity=identity
    )


def live_entry(action: ActionFacts, *, above: ActionFacts | None, zone: tzinfo) -> InsertEntry:
    """The action's entry in its Play's live doc; below the entry of `above` where there is one."""
    titled = Link(action.title, action.url) if action.url else Text(action.title)
    said: list[Inline] = [
        Text(page_time(action.occurred_at, zone)),
        Strong(action.action_type),
        titled,
        *(Text(part) for part in (_verdict(action), action.actor) if part),
    ]
    return InsertEntry(
        key=action.log_id,
        parts=_spaced(said),
        headings=ACTIVITY_HEADINGS,
        tells=telling(action, zone=zone),
        after=above.log_id if above else None,
        after_tells=telling(above, zone=zone) if above else None,
    )


def telling(action: ActionFacts, *, zone: tzinfo) -> Telling:
    """How an entry in a live doc is known to tell of this action."""
    return Telling(
        title=action.title,
        kind=action.action_type,
        time=page_time(action.occurred_at, zone),
        kinds=KINDS,
        was_written=action.was_written,
    )


def play_row(play: PlayFacts, *, now: datetime, zone: tzinfo) -> UpsertRow:
    """The Play's row in the Play DB; `last_updated` only goes along with another change.

    Without a word of its owner the cell for it is not ours: what stands there stays.
    """
    cells: dict[str, Cell] = {
        "status": Lozenge(play.status.value, play.status.colour),
        "activity_qtd": Number(play.counts.activity, play.goals.activity),
        "signal_qtd": Number(play.counts.signal, play.goals.signal),
        "brief_qtd": Number(play.counts.brief, play.goals.brief),
        "s2_qtd": Number(play.counts.s2, play.goals.s2),
        "s3_qtd": Number(play.counts.s3),
        **({"owner_word": Text(play.word)} if play.word else {}),
    }
    return UpsertRow(
        table=PLAY_DB,
        key=play.play_id,
        cells=cells,
        stamp={"last_updated": _moment(now, zone)},
        groups=tuple(filter(None, (play.channel,))),
    )


def said_word(text: str, *, seen_as: Status | None, by: str, on: date) -> str:
    """An owner's word as a page says it: "Y: the contract waits (2026-11-27)".

    `seen_as` is the owner's own colour, `by` who said it for them.
    """
    colour = f"{seen_as.value}: " if seen_as else ""
    said = f"{by}, {on}" if by else f"{on}"
    return f"{colour}{text} ({said})"


def volume_title(quarter: Quarter, number: int | None = None) -> str:
    """What a further page of the Action Log is called; with its number where that is taken."""
    suffix = f" ({number})" if number else ""
    return f"Action Log {quarter.year} Q{quarter.number}{suffix}"


def volume_body(previous_title: str, previous_url: str) -> str:
    """What a further page of the Action Log says before its first row."""
    back = InsertLink(f"이전 기록 · Previous: {previous_title}", previous_url)
    return apply_edits("", [back]).body


def continuation_link(title: str, url: str) -> InsertLink:
    """What a full page of the Action Log says at its end."""
    return InsertLink(f"{CONTINUED}{title}", url)


def todo_link(title: str, url: str, page_id: str = "", titles: tuple[str, ...] = ()) -> InsertLink:
    """The link to a Play's ToDo page, the same on Project TODO and on the Play DB.

    `titles` are those that the page has or had besides `title`.
    """
    return InsertLink(text=title, url=url, headings=TODO_HEADINGS, page_id=page_id, titles=titles)


def page_time(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _moment(moment: datetime, zone: tzinfo) -> Moment:
    """A time as people at the page read it, to the minute."""
    return Moment(moment.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0))


def _quarter_words(quarter: Quarter) -> tuple[str, ...]:
    """What may stand above the part of a log that has a quarter's rows."""
    year, number = quarter.year, quarter.number
    return (
        *(f"{year}Q{number}", f"{number}Q {year}", f"Q{number} {year}", f"{year}년 {number}분기"),
        *(f"{year} {number}분기", f"{year}/{number}Q", f"{year}.{number}Q", f"{year}년 {number}Q"),
    )


def _verdict(action: ActionFacts) -> str:
    """Score, decision, method and rationale, as far as the action has them."""
    details = action.details
    score = details.get("total_score")
    parts = (
        f"{score}/100" if score is not None else "",
        str(details.get("decision") or ""),
        str(details.get("method") or ""),
        str(details.get("rationale") or ""),
    )
    return " · ".join(part for part in parts if part)


def _spaced(parts: list[Inline]) -> tuple[Inline, ...]:
    """`parts` with a dot between them; the key stands before the first."""
    spaced: list[Inline] = []
    for part in parts:
        spaced += [part] if not spaced else [Text(" · "), part]
    return tuple(spaced)
