"""Whose a row or an entry is that has an id of ours: the one rule, for tables and for live docs.

An id belongs to one event. What stands under it may be ours, changed a little by a colleague, or
the record of another event: of a database that was lost or restored, or of a person.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


class Fact(enum.Enum):
    """What a page says about one thing that we know of an event (its Play, type, title or time)."""

    SAME = "same"
    OTHER = "other"
    SILENT = "silent"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Which cells of a row tell whose it is, each with other words that mean the same.

    `was_written`: our database knows that it wrote the row.
    """

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    was_written: bool = False


def is_foreign(facts: Iterable[Fact], *, was_written: bool) -> bool:
    """Whether what is said is another event's.

    Where our database knows that it wrote the row or entry, one fact that differs is a colleague's
    edit, and two are another event. Where it does not, what stands there must be what we are about
    to write (a write whose answer was lost): one fact that differs is enough.
    """
    differing = sum(fact is Fact.OTHER for fact in facts)
    return differing >= (2 if was_written else 1)
