"""People's columns of the Play DB page, pulled in here: the page stays where people edit them."""

from plays.sync.plays.people_columns.pull import (
    Differing,
    Pulled,
    PullReport,
    differing,
    fetch_play_db,
    pull_asked,
    pull_columns,
)
from plays.sync.plays.people_columns.reading import NotTaken

__all__ = [
    "Differing",
    "NotTaken",
    "PullReport",
    "Pulled",
    "differing",
    "fetch_play_db",
    "pull_asked",
    "pull_columns",
]
