"""The status that a team keeps by hand in the Play DB: read from the page, never written there."""

from __future__ import annotations

from collections.abc import Mapping

from plays.models import Play
from plays.rules.pages import PLAY_DB
from plays.rules.status import Status
from plays.storage import EditError, Guidance, all_rows, recognise, status_colour

STATUS = "status"


def take_team_status(body: str, guidance: Guidance) -> int:
    """Keep with each Play what the page says of its status, where an admin said that people keep
    it; nothing where they do not. Returns how many Plays changed by it. A page that cannot be
    read changes nothing.
    """
    found = read_team_status(body, guidance) if STATUS in guidance.chosen.people else {}
    if found is None:
        return 0
    changed = [
        play
        for play in Play.objects.only("pk", "play_id", "team_status")
        if play.team_status != found.get(play.play_id, "")
    ]
    for play in changed:
        play.team_status = found.get(play.play_id, "")
    Play.objects.bulk_update(changed, ["team_status"], batch_size=500)
    return len(changed)


def forget_team_status() -> None:
    """The judged status counts again."""
    Play.objects.exclude(team_status="").update(team_status="")


def read_team_status(body: str, guidance: Guidance) -> Mapping[str, str] | None:
    """The letter that each Play's row says, by its id; None where the page cannot be read."""
    try:
        layout = recognise(body, PLAY_DB, guidance).layout
        rows = all_rows(body, PLAY_DB, guidance)
    except EditError:
        return None
    column = layout.field(STATUS) if layout else None
    if column is None:
        return None
    colours = {row.key: status_colour(row.people.get(STATUS, ""), column.form) for row in rows}
    return {key: Status[c.upper()].value for key, c in colours.items() if c is not None}
