"""What a cell or a part of an entry says, as plain values; they know no markup."""

from __future__ import annotations

from dataclasses import dataclass

# The status macro's colours; anything else shows as Grey.
STATUS_COLOURS = ("Grey", "Red", "Yellow", "Green", "Blue", "Purple")


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Number:
    value: int


@dataclass(frozen=True)
class Link:
    """`text` linking to `url`; only `text` when the url is neither http(s) nor mailto.

    An empty text shows the url.
    """

    text: str
    url: str


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


Cell = Text | Number | Link | Status | Code
Inline = Cell | Strong
