"""Three-way merge of one value that people edit on a page and here: the page wins."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What a value is after a reading.

    `is_taken`: the page's value replaces ours. `is_conflict`: both sides had changed theirs.
    `is_differing`: ours stays, though the page says something else.
    """

    value: str
    is_taken: bool = False
    is_conflict: bool = False
    is_differing: bool = False


def merge(base: str | None, *, ours: str, page: str) -> Merged:
    """Merge `ours` and `page`, both of which said `base` once; None where that is not known.

    Without a base an empty side has not been filled in yet and gives way to the other.
    """
    if ours == page:
        return Merged(value=page)
    page_changed = page != base if base is not None else page != ""
    ours_changed = ours != base if base is not None else ours != ""
    if not page_changed:
        return Merged(value=ours, is_differing=True)
    return Merged(value=page, is_taken=True, is_conflict=ours_changed)
