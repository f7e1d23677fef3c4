"""What a cell or a part of an entry says, as plain values; they know no markup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# The status macro's colours; anything else shows as Grey.
STATUS_COLOURS = ("Grey", "Red", "Yellow", "Green", "Blue", "Purple")


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Number:
    """`goal` is what a column of the form `done/goal` shows beside the count."""

    value: int
    goal: int | None = None


@dataclass(frozen=True)
class Moment:
    """A time as people at the page read it: `at` has their clock and no zone."""

    at: datetime


@dataclass(frozen=True)
class Day:
    """A date that the editor shows in each reader's own form; `iso` is YYYY-MM-DD."""

    iso: str


@dataclass(frozen=True)
class Link:
    """`text` linking to `url`; only `text` when the url is neither http(s) nor mailto.

    An empty text shows the url. A card ("smart link") shows the target's own title.
    """

    text: str
    url: str
    is_card: bool = False


@dataclass(frozen=True)
class Status:
    """A status lozenge. Raises ValueError for a colour that Confluence does not have."""

    title: str
    colour: str

    def __post_init__(self) -> None:
        if self.colour not in STATUS_COLOURS:
            raise ValueError(f"{self.colour!r} is not one of {', '.join(STATUS_COLOURS)}")


@dataclass(frozen=True)
class Strong:
    text: str


@dataclass(frozen=True)
class Code:
    text: str


Cell = Text | Number | Moment | Day | Link | Status | Code
Inline = Cell | Strong
