"""Green, yellow, red: as lozenges, as signs, as words; the same meaning in any of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from plays.storage.layout.forms.cell import CellSeen
from plays.storage.layout.forms.common import most_frequent
from plays.storage.layout.model import Form
from plays.storage.scan.visible import lozenges
from plays.storage.text import fold
from plays.storage.values import Cell, Status, Text

COLOURS = ("Green", "Yellow", "Red")
COLOUR_LETTERS = ("G", "Y", "R")
LOZENGE = Form("lozenge", "|".join(COLOUR_LETTERS))

# Each family: green, yellow, red. The first that has all words of a column is its own.
SIGNS = (
    ("🟢", "🟡", "🔴"),
    ("🟢", "🟠", "🔴"),
    ("🟩", "🟨", "🟥"),
    ("💚", "💛", "❤️"),
    ("🔵", "🟡", "🔴"),
    ("✅", "⚠️", "❌"),
    ("✅", "⚠️", "🚨"),
    ("✅", "⚠️", "⛔"),
    ("✔️", "⚠️", "❌"),
    ("☀️", "⛅", "🌧️"),
)
WORDS = (
    ("G", "Y", "R"),
    ("G", "A", "R"),
    ("Green", "Yellow", "Red"),
    ("Green", "Amber", "Red"),
    ("녹색", "황색", "적색"),
    ("녹", "황", "적"),
    ("초록", "노랑", "빨강"),
    ("초록색", "노란색", "빨간색"),
    ("그린", "옐로", "레드"),
    ("그린", "옐로우", "레드"),
    ("정상", "주의", "위험"),
    ("정상", "주의", "심각"),
    ("정상", "경고", "위험"),
    ("정상", "지연 우려", "지연"),
    ("양호", "주의", "위험"),
    ("양호", "보통", "미흡"),
    ("순항", "주의", "위험"),
    ("순조", "주의", "지연"),
    ("안전", "주의", "위험"),
    ("좋음", "보통", "나쁨"),
    ("On track", "At risk", "Off track"),
    ("OK", "Warning", "Critical"),
    ("Good", "Fair", "Poor"),
)
_EMOTICON = "ac:emoticon"
_EMOTICONS = {"tick": 0, "green-star": 0, "warning": 1, "yellow-star": 1, "cross": 2, "minus": 2}
# Lozenges that say how far something is, whatever their colour: not how well it goes.
_STEPS = frozenset(
    (
        *(
            "완료",
            "진행",
            "진행중",
            "진행 중",
            "대기",
            "보류",
            "예정",
            "검토",
            "검토중",
            "승인",
            "반려",
        ),
        *(
            "종료",
            "중단",
            "시작",
            "시작 전",
            "done",
            "open",
            "closed",
            "in progress",
            "to do",
            "todo",
        ),
        *("hold", "on hold", "blocked", "review", "in review", "draft", "active", "inactive"),
        *("planned", "backlog", "new", "ready", "approved", "rejected"),
    )
)


class Seen(NamedTuple):
    """A status as a cell has it: 0 green, 1 yellow, 2 red; `words` as they stand there.

    `colour` is a lozenge's, in any colour; None where the cell has no lozenge.
    """

    meaning: int
    words: str
    colour: str | None = None


def read_status(cell: CellSeen, form: Form = LOZENGE) -> Seen | None:
    """What a cell says of green, yellow and red; None where it says something else.

    `form` is the column's, whose own words are known too.
    """
    meaning = _meaning(cell.text, _own_words(form.pattern))
    found = lozenges(cell.node)
    if found:
        is_alone = len(found) == 1 and cell.text == fold(found[0].title)
        colour = found[0].colour.title()
        return Seen(meaning, cell.text, colour) if is_alone and meaning is not None else None
    if meaning is not None:
        return Seen(meaning, cell.text)
    meaning = _emoticon(cell)
    return None if meaning is None else Seen(meaning, _OF_EMOTICONS[meaning])


def status_colour(text: str, form: Form = LOZENGE) -> str | None:
    """Which of green, yellow and red a cell's text means; None where it says something else.

    `form` is the column's, whose own words are known too.
    """
    meaning = _meaning(text, _own_words(form.pattern))
    return None if meaning is None else COLOURS[meaning]


def detect(cells: Iterable[CellSeen], heading: str) -> tuple[Form, int]:
    """The form most cells have, and how many of them are a status."""
    cells = list(cells)
    learned = _learned(cells)
    form = Form("lozenge", "|".join(learned)) if learned else LOZENGE
    seen = [status for cell in cells if (status := read_status(cell, form)) is not None]
    if not seen:
        return LOZENGE, 0
    is_lozenge = most_frequent(status.colour is not None for status in seen)
    alike = [status for status in seen if (status.colour is not None) == is_lozenge]
    triple = learned or _triple(alike) or COLOUR_LETTERS
    return Form("lozenge" if is_lozenge else "signs", "|".join(triple)), len(seen)


def shown(value: Status, form: Form) -> Cell:
    """The value in the column's form; a colour that is none of the three stays a lozenge."""
    triple = form.pattern.split("|")
    if value.colour not in COLOURS or len(triple) != len(COLOURS):
        return value
    word = triple[COLOURS.index(value.colour)]
    return Status(word, value.colour) if form.name == "lozenge" else Text(word)


def says(cell: CellSeen, value: Status, form: Form) -> bool | None:
    """Whether the cell means the same; None where it is no status that we can read."""
    if value.colour not in COLOURS:
        return None
    seen = read_status(cell, form)
    if seen is None:
        return None
    return COLOURS[seen.meaning] == value.colour and seen.colour in (None, value.colour)


@lru_cache(maxsize=64)
def _own_words(pattern: str) -> Mapping[str, int]:
    """What each word of a column's pattern means."""
    return {_folded(word): i for i, word in enumerate(pattern.split("|"))}


def _learned(cells: Iterable[CellSeen]) -> tuple[str, ...]:
    """The titles of lozenges in words that we do not know, by their colours; () where they may
    mean something else: in other colours too, a step of work, one colour with two titles.
    """
    titles: dict[str, str] = {}
    unknown = False
    for cell in cells:
        for lozenge in lozenges(cell.node):
            title, colour = fold(lozenge.title), lozenge.colour.title()
            is_strange = colour not in COLOURS or title.casefold() in _STEPS
            if is_strange or titles.setdefault(colour, title) != title:
                return ()
            unknown = unknown or _meaning(title, {}) is None
    if not unknown:
        return ()
    return tuple(titles.get(colour, colour[0]) for colour in COLOURS)


def _meaning(text: str, own: Mapping[str, int]) -> int | None:
    folded = _folded(text)
    whole = own.get(folded, _BY_WORD.get(folded))
    if whole is not None:
        return whole
    meanings = {_BY_WORD.get(token) for token in folded.split()}
    return meanings.pop() if len(meanings) == 1 else None


def _emoticon(cell: CellSeen) -> int | None:
    """The editor's own signs, which have no character to show in old pages."""
    if cell.text:
        return None
    names = [n.attributes.get("ac:name") for n in cell.node.descendants() if n.name == _EMOTICON]
    return _EMOTICONS.get(names[0] or "") if len(names) == 1 else None


def _triple(seen: Sequence[Seen]) -> tuple[str, ...] | None:
    """Three words in the manner of those seen; what was seen stays as it was written."""
    rows = [_families_of(status) for status in seen]
    common = [triple for triple in rows[0] if all(triple in other for other in rows)]
    triple = common[0] if common else rows[0][0] if rows[0] else None
    if triple is None:
        return None
    written = {status.meaning: status.words for status in reversed(seen)}
    return tuple(
        written[i] if i in written and _folded(written[i]) == _folded(word) else word
        for i, word in enumerate(triple)
    )


def _families_of(status: Seen) -> list[tuple[str, ...]]:
    """The triples that a status' words may be one of, in the same case."""
    whole = _families(status.meaning, status.words)
    if whole:
        return whole
    choices = [_families(status.meaning, token) for token in status.words.split()]
    if not all(choices):
        return []
    return [tuple(" ".join(words) for words in zip(*(c[0] for c in choices), strict=True))]


def _families(meaning: int, words: str) -> list[tuple[str, ...]]:
    return [_in_case(family, words) for family in _WITH_WORD.get((meaning, _folded(words)), ())]


def _in_case(family: Sequence[str], words: str) -> tuple[str, ...]:
    if words.isupper():
        return tuple(word.upper() for word in family)
    return tuple(word.lower() if words.islower() else word for word in family)


def _folded(text: str) -> str:
    """Without case and without the mark that asks for an emoji's coloured form."""
    return fold(text.replace("\ufe0f", "")).casefold()


_OF_EMOTICONS = ("✅", "⚠️", "❌")
_ALL = (*SIGNS, *WORDS)
_BY_WORD = {_folded(word): i for family in reversed(_ALL) for i, word in enumerate(family)}
_WITH_WORD: dict[tuple[int, str], list[tuple[str, ...]]] = {}
for _family in _ALL:
    for _place, _word in enumerate(_family):
        _WITH_WORD.setdefault((_place, _folded(_word)), []).append(_family)
