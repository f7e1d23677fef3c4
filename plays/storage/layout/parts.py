"""In which part of a table a new row goes: the one that carries the row's group (a channel)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from plays.storage.errors import AmbiguousPart
from plays.storage.layout.found import FoundTable
from plays.storage.layout.model import Guidance, Known, Part
from plays.storage.text import header_name


def part_for(
    key: str,
    groups: Sequence[str],
    parts: Sequence[Part],
    tables: Sequence[FoundTable],
    guidance: Guidance,
) -> FoundTable:
    """The table for a new row whose group is one of `groups`. Raises AmbiguousPart.

    What an admin chose; else the one table; else the one whose words above it are, or have, the
    group; else the one whose rows are mostly of the group.
    """
    if len(parts) == 1 and not guidance.chosen.new_rows:
        return tables[0]
    by_number = {table.number: table for table in tables}
    words = [header_name(group) for group in groups if header_name(group)]
    chosen = _chosen(words, parts, guidance)
    if chosen is not None:
        return by_number[chosen.number]
    if len(parts) == 1:
        return tables[0]
    for choose in (_titled, _containing, _with_rows):
        fitting = [part for part in parts if choose(part, words)]
        if len(fitting) == 1:
            return by_number[fitting[0].number]
        if fitting:
            break
    labels = tuple(part.label or str(part.number) for part in parts)
    raise AmbiguousPart(
        _message(len(parts), groups), [table.place for table in tables],
        key=key, group=next(filter(None, groups), ""), parts=labels,
    )  # fmt: skip


def groups_of(table: FoundTable, known: Known) -> tuple[str, ...]:
    """The groups that the rows of a table belong to, the most frequent first."""
    if not known.group_of:
        return ()
    keys = (table.key_of(row) for row in table.rows)
    counted = Counter(known.group_of[key] for key in keys if key in known.group_of)
    return tuple(group for group, _ in counted.most_common())


def _chosen(words: Sequence[str], parts: Sequence[Part], guidance: Guidance) -> Part | None:
    new_rows = {header_name(group): part for group, part in guidance.chosen.new_rows.items()}
    wanted = next((new_rows[word] for word in words if word in new_rows), new_rows.get(""))
    if wanted is None:
        return None
    names = {header_name(wanted)}
    return next((p for p in parts if {header_name(p.label), str(p.number)} & names), None)


def _titled(part: Part, words: Sequence[str]) -> bool:
    """Whether the part's words are the group, a note in brackets aside: `데스크 (3개)`."""
    label = part.label.partition("(")[0].partition("（")[0]
    return header_name(label) in words


def _containing(part: Part, words: Sequence[str]) -> bool:
    return any(word in header_name(part.label) for word in words)


def _with_rows(part: Part, words: Sequence[str]) -> bool:
    return bool(part.groups) and part.groups[0] in words


def _message(count: int, groups: Sequence[str]) -> str:
    group = next(filter(None, groups), "")  # the others are other spellings of it
    which = f"; none of them alone fits {group}" if group else ""
    return f"{count} tables on the page have these headings{which}."
