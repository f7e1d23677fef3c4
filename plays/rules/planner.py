"""Which edits an action asks for, of which pages, and which counter it adds to."""

from __future__ import annotations

import enum


class Part(enum.StrEnum):
    """What a mapped page is for."""

    PROJECT_TODO = "project_todo"
    PLAY_DB = "play_db"
    ACTION_LOG = "action_log"
    LIVE_DOC = "live_doc"
    PLAY_TODO = "play_todo"


class Kind(enum.StrEnum):
    """What an edit makes."""

    LOG_ROW = "log_row"
    LIVE_ENTRY = "live_entry"
    PLAY_ROW = "play_row"
    PROJECT_LINK = "project_link"
    PLAY_DB_LINK = "play_db_link"


LINKS = (Kind.PROJECT_LINK, Kind.PLAY_DB_LINK)  # to the Play's ToDo page


PART_OF: dict[Kind, Part] = {
    Kind.LOG_ROW: Part.ACTION_LOG,
    Kind.LIVE_ENTRY: Part.LIVE_DOC,
    Kind.PLAY_ROW: Part.PLAY_DB,
    Kind.PROJECT_LINK: Part.PROJECT_TODO,
    Kind.PLAY_DB_LINK: Part.PLAY_DB,
}

# docs/interface.md's table of events, last column, by the action that an event becomes.
EDITS_OF: dict[str, tuple[Kind, ...]] = {
    "Activity": (Kind.LOG_ROW, Kind.LIVE_ENTRY),
    "Signal": (Kind.LOG_ROW, Kind.LIVE_ENTRY),
    "Scorecard": (Kind.LIVE_ENTRY,),
    "Brief": (Kind.LOG_ROW, Kind.LIVE_ENTRY, Kind.PLAY_ROW),
    "S2": (Kind.LIVE_ENTRY, Kind.PLAY_ROW),
    "S3": (Kind.LIVE_ENTRY, Kind.PLAY_ROW),
}


def counter_of(action_type: str, decision: str) -> str | None:
    """The quarter's counter that an action adds one to, if any (S2 counts decisions GO only)."""
    if action_type == "S2":
        return "s2" if decision == "GO" else None
    return {"Activity": "activity", "Signal": "signal", "Brief": "brief", "S3": "s3"}.get(
        action_type
    )
