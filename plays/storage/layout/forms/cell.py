"""One cell looked at for its form: its text, read only once."""

from __future__ import annotations

from functools import cached_property

from plays.storage.scan.page import Node
from plays.storage.scan.visible import visible_text
from plays.storage.text import header_name

# What people write where there is nothing to say yet.
_PLACEHOLDERS = frozenset(
    map(header_name, ("tbd", "n/a", "na", "미정", "없음", "해당 없음", "예정", "x", "?", "none"))
)
_DASHES = frozenset("-–—−_.·/")


class CellSeen:
    """A cell and what it says."""

    def __init__(self, node: Node) -> None:
        self.node = node

    @cached_property
    def text(self) -> str:
        return visible_text(self.node)

    @property
    def is_empty(self) -> bool:
        """Whether the cell says nothing: no text and no element that shows something."""
        return not self.text and not any(
            node.name.startswith(("ac:", "ri:", "img")) for node in self.node.descendants()
        )

    @property
    def is_placeholder(self) -> bool:
        """Whether the cell stands for "nothing yet"."""
        if not self.text:
            return False
        return not set(self.text) - _DASHES or header_name(self.text) in _PLACEHOLDERS
