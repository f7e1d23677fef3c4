"""Plain texts and keys: as they are, or each in a `code` element."""

from __future__ import annotations

from collections.abc import Sequence

from plays.storage.layout.forms.cell import CellSeen
from plays.storage.layout.model import PLAIN, Form

CODE = Form("code")


def detect(cells: Sequence[CellSeen]) -> tuple[Form, int]:
    """Code where more than half of the cells are one code element and nothing else."""
    coded = sum(_is_code(cell) for cell in cells)
    return (CODE if coded * 2 > len(cells) else PLAIN), len(cells)


def _is_code(cell: CellSeen) -> bool:
    if not cell.node.may_hold(b"<code"):
        return False
    codes = [node for node in cell.node.descendants() if node.name == "code"]
    return len(codes) == 1 and CellSeen(codes[0]).text == cell.text
