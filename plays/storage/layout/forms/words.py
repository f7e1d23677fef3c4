"""One word of a fixed list (an action type) in the column's own words: `활동` for Activity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from plays.storage.layout.forms.cell import CellSeen
from plays.storage.layout.forms.common import most_frequent
from plays.storage.layout.model import Form
from plays.storage.text import fold
from plays.storage.values import Text

Families = Sequence[Sequence[str]]


def detect(cells: Iterable[CellSeen], families: Families) -> tuple[Form, int]:
    """The family whose words most cells have, in what was seen; how many cells have one."""
    seen = [text for cell in cells if meaning((text := cell.text), families) is not None]
    best = most_frequent(
        n for text in seen for n, family in enumerate(families) if _place(text, family) is not None
    )
    if best is None:
        return Form("word"), 0
    written = {_place(text, families[best]): text for text in reversed(seen)}
    words = (written.get(i, word) for i, word in enumerate(families[best]))
    return Form("word", "|".join(words)), len(seen)


def meaning(text: str, families: Families) -> int | None:
    """Which word of a family a text is, in any of them."""
    return next((n for f in families if (n := _place(text, f)) is not None), None)


def shown(value: Text, form: Form, families: Families) -> Text:
    """The value in the column's words; a word of no family stays as it is."""
    word = _word(value.text, form.pattern, tuple(families))
    return value if word is None else Text(word)


@lru_cache(maxsize=256)
def _word(text: str, pattern: str, families: tuple[Sequence[str], ...]) -> str | None:
    place, words = meaning(text, families), pattern.split("|")
    return words[place] or None if place is not None and place < len(words) else None


def says(cell: CellSeen, value: Text, form: Form, families: Families) -> bool | None:
    """Whether the cell means the same word; None where it is none that we know."""
    own = form.pattern.split("|") if form.pattern else ()
    place = meaning(cell.text, (*families, own))
    return None if place is None else place == meaning(value.text, families)


def _place(text: str, family: Sequence[str]) -> int | None:
    words = _folded(tuple(family))
    folded = fold(text).casefold()
    return words.index(folded) if folded in words else None


@lru_cache(maxsize=256)
def _folded(family: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(word).casefold() for word in family)
