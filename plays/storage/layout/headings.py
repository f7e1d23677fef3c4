"""One heading: which field it means for sure, and how like it is to a field's names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from plays.storage.layout.model import How, Reason
from plays.storage.shapes import Column, TableShape
from plays.storage.text import fold, header_name

# Below this a heading is not like a name at all; from rapidfuzz's 0 to 100, on letters (jamo).
ALIKE = 74
HINT_SCORE = 72
_LONGEST_HEADING = 60
_NUMBERING = re.compile(r"^\s*(?:[(\[]?\d{1,2}[.)\]]|[\u2460-\u2473])\s*")
_NOTE = re.compile(r"\s*[(\[【（［][^()\[\]【】（）［］]*[)\]】）］]\s*$")
_MARKS = ":：*·•†‡※!?#"
# What may stand in brackets behind a heading without changing what it means.
_HARMLESS = frozenset(
    map(
        header_name,
        (
            *(
                "건",
                "건수",
                "개",
                "회",
                "명",
                "수",
                "count",
                "ea",
                "no",
                "#",
                "자동",
                "auto",
                "필수",
            ),
            *(
                "required",
                "실적",
                "누적",
                "분기",
                "이번 분기",
                "금분기",
                "당분기",
                "QTD",
                "실적/목표",
            ),
            *("done/goal", "actual/goal", "G/Y/R", "GYR", "RAG", "KST", "시스템", "system", "kr"),
            *("신호등", "녹/황/적", "URL", "link", "일", "날짜", "ID", "현재"),
        ),
    )
)


class Match(NamedTuple):
    """A heading matched with a field."""

    field: str
    how: How
    score: int
    reason: Reason


def sure_match(shape: TableShape, heading: str, above: str = "") -> Match | None:
    """The field that a heading means by one of its names; `above` is the heading over it.

    A heading of two storeys is tried with both first: `활동` over `실적` is neither alone.
    """
    return _sure_match(shape, heading, above)


@lru_cache(maxsize=4096)
def _sure_match(shape: TableShape, heading: str, above: str) -> Match | None:
    if not heading or len(heading) > _LONGEST_HEADING:
        return None
    for text in _storeys(heading, above):
        found = _named(shape, text)
        if found is not None:
            return found
    return None


def _storeys(heading: str, above: str) -> Iterator[str]:
    if above and above != heading:
        yield f"{above} {heading}"
        yield f"{heading} {above}"
    yield heading


def _named(shape: TableShape, text: str) -> Match | None:
    name = shape.name_for(text)
    if name is not None:
        is_own = header_name(text) in shape.by_name[name].own_names
        how = How.EXACT if is_own else How.KNOWN
        return Match(name, how, 100 if is_own else 95, Reason(how.value))
    for plain, note in undecorated(text):
        name = shape.name_for(plain)
        if name is not None and (not note or _is_harmless(shape, name, note)):
            return Match(name, How.KNOWN, 90, Reason("decorated", {"name": plain}))
    return None


def undecorated(heading: str) -> Iterator[tuple[str, str]]:
    """A heading without marks, signs and numbering; then also without a note in brackets.

    With each the note that was left out.
    """
    bare = _NUMBERING.sub("", _without_marks(heading))
    yield bare, ""
    note = _NOTE.search(bare)
    if note is not None and note.start() > 0:
        yield bare[: note.start()], note.group().strip()[1:-1]


def _without_marks(text: str) -> str:
    kept = (c for c in text if c not in _MARKS and unicodedata.category(c) not in _SIGN_CATEGORIES)
    return fold("".join(kept).replace("\u200d", ""))


_SIGN_CATEGORIES = frozenset(("So", "Sk", "Sm", "Mn", "Me", "Co"))


def _is_harmless(shape: TableShape, field: str, note: str) -> bool:
    return header_name(note) in _HARMLESS or shape.name_for(note) == field


def likeness(shape: TableShape, field: str, heading: str, above: str = "") -> tuple[int, Reason]:
    """How like a heading is to the names of a field, 0 to 100; 0 where it is not."""
    return _likeness(shape, field, heading, above)


@lru_cache(maxsize=16384)
def _likeness(shape: TableShape, field: str, heading: str, above: str) -> tuple[int, Reason]:
    column = shape.by_name[field]
    best = (0, Reason("none"))
    if not heading or len(heading) > _LONGEST_HEADING:
        return best
    for text in {plain for storey in _storeys(heading, above) for plain, _ in undecorated(storey)}:
        folded = header_name(text)
        if folded in map(header_name, column.hints):
            best = max(best, (HINT_SCORE, Reason("hint", {"name": text})), key=lambda one: one[0])
        score, name = _closest(column, folded)
        if score >= max(ALIKE, best[0]):
            best = (min(score, 99), Reason("alike", {"name": name, "score": score}))
    return best


def _closest(column: Column, folded: str) -> tuple[int, str]:
    """The name most like a folded heading, by letters: Korean syllables are taken apart."""
    from rapidfuzz import fuzz  # here: it would slow each start of every program

    letters = unicodedata.normalize("NFD", folded)
    scores = (
        (round(fuzz.ratio(letters, unicodedata.normalize("NFD", header_name(name)))), name)
        for name in (column.name, column.label, *column.aliases)
        if name
    )
    return max(scores, default=(0, ""))
