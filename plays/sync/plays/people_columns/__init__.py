"""People's columns of the Play DB page, mirrored here: the page stays where people edit them."""

from plays.sync.plays.people_columns.pull import (
    Differing,
    MirrorReport,
    Taken,
    differing,
    take_over,
)
from plays.sync.plays.people_columns.reading import (
    MirrorProblem,
    MirrorRow,
    MirrorTable,
    read_mirror,
)
from plays.sync.plays.people_columns.visit import (
    NotMapped,
    fetch_play_db,
    read_play_db,
    take_over_asked,
)

__all__ = [
    "Differing",
    "MirrorProblem",
    "MirrorReport",
    "MirrorRow",
    "MirrorTable",
    "NotMapped",
    "Taken",
    "differing",
    "fetch_play_db",
    "read_mirror",
    "read_play_db",
    "take_over",
    "take_over_asked",
]
