"""What a person decided about a file: which column is which, what a cell should say instead, and
what is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

Cell = tuple[int, int]  # line, and the column's index


@dataclass(frozen=True, kw_only=True)
class Choices:
    """`columns` has one of ours, or "" to leave it out, by a column's key in the file. `mended`
    has the text that counts instead of a cell's. `cells` and `lines` are left out.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    mended: Mapping[Cell, str] = field(default_factory=dict)
    cells: frozenset[Cell] = frozenset()
    lines: frozenset[int] = frozenset()

    def with_more(self, other: Choices) -> Choices:
        """These with `other`, which wins."""
        mended = {**self.mended, **other.mended}
        return Choices(
            columns={**self.columns, **other.columns},
            mended={cell: text for cell, text in mended.items() if cell not in other.cells},
            cells=(self.cells - set(other.mended)) | other.cells,
            lines=self.lines | other.lines,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "columns": dict(self.columns),
            "mended": [[*cell, text] for cell, text in self.mended.items()],
            "cells": sorted(self.cells),
            "lines": sorted(self.lines),
        }

    @classmethod
    def of_json(cls, said: Mapping[str, Any]) -> Self:
        """What `as_json` wrote."""
        return cls(
            columns=said["columns"],
            mended={(line, index): text for line, index, text in said["mended"]},
            cells=frozenset((line, index) for line, index in said["cells"]),
            lines=frozenset(said["lines"]),
        )


NOTHING_CHOSEN = Choices()
