"""Which lines of a page are entries, and whether an entry tells of a certain event."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from plays.storage.text import fold

T = TypeVar("T")
# What people put in front of an entry: bullets, check marks, a number of its own.
_IN_FRONT = re.compile(r"(?:[\W_]|\d{1,3}[.)](?=\s))*")
# What a key ends at. "LOG-1" is not the start of "LOG-10", "LOG-1-a" or "LOG-1.5", and with a
# Korean particle behind it ("LOG-1은") it is the start of a sentence about the entry.
_GOES_ON = re.compile(r"\w|[-.]\w")
# A day as people write it, with its year or without, and the time behind it.
_DAY = re.compile(
    r"(?<![\d.])(?:(\d{4})\s?[-./년]\s?(\d{1,2})\s?[-./월]\s?(\d{1,2})"
    r"|(\d{1,2})(?:/|월\s?)(\d{1,2}))(?!\d)(?:\D{1,8}(\d{1,2}):(\d{2}))?"
)
_PARTED = "·|•‧ㆍ—–"


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What an entry says of its event: its title, its kind and its time, as they read.

    `kinds` are the words for all kinds of event: a line with one of them, or with a day, tells of
    some event, and one without either only mentions the key.
    """

    title: str
    kind: str
    time: str = ""
    kinds: tuple[str, ...] = ()

    def is_told_by(self, text: str) -> bool:
        """Whether a line says the whole title and the kind or the time; without a title, both."""
        said = fold(text).casefold()
        title, kind, time = (fold(part).casefold() for part in (self.title, self.kind, self.time))
        has_kind, has_time = _has_word(said, kind), _has_word(said, time)
        if not title:
            return has_kind and (has_time or not time)
        if not (has_kind or has_time):
            return False
        rest = _without_word(_without_word(said, kind), time)
        return _stands_alone(title, said) or _stands_alone(title, rest)

    def is_an_event(self, text: str) -> bool:
        """Whether a line tells of this or any other event."""
        said = fold(text).casefold()
        words = (fold(kind).casefold() for kind in (*self.kinds, self.kind))
        days = (found.group(1) for found in _DAY.finditer(said))
        return any(days) or any(_has_word(said, word) for word in words)


class EntryLines(Generic[T]):
    """Lines by what they begin with, however many there are."""

    def __init__(self, lines: Iterable[tuple[str, T]] = ()) -> None:
        self._starts: list[tuple[str, int]] = []
        self._lines: list[T] = []
        for text, line in lines:
            self._remember(text, line, self._starts.append)
        self._starts.sort()

    def add(self, text: str, line: T) -> None:
        self._remember(text, line, lambda start: insort(self._starts, start))

    def beginning_with(self, key: str) -> list[T]:
        """The lines that begin with a key, folded, in the order given; decorations aside."""
        found: set[int] = set()
        for at in range(bisect_left(self._starts, (key, -1)), len(self._starts)):
            text, number = self._starts[at]
            if not text.startswith(key):
                break
            if not _GOES_ON.match(text, len(key)):
                found.add(number)
        return [self._lines[number] for number in sorted(found)]

    def _remember(self, text: str, line: T, note: Callable[[tuple[str, int]], None]) -> None:
        starts = {text, without_decoration(text)}
        for start in starts - {""}:
            note((start, len(self._lines)))
        self._lines.append(line)


def without_decoration(text: str) -> str:
    """A line without what people put in front of it."""
    found = _IN_FRONT.match(text)
    return text[found.end() :] if found else text


def day_of(text: str) -> tuple[int, ...] | None:
    """The first day in a text, to the minute where it says so: comparable numbers."""
    found = _DAY.search(text)
    if found is None:
        return None
    year, month, day, other_month, other_day, hour, minute = (int(n or 0) for n in found.groups())
    return year, month or other_month, day or other_day, hour, minute


def behind_key(text: str, key: str) -> str:
    """What a line says besides its key."""
    return text.replace(key, " · ", 1)


def _has_word(text: str, word: str) -> bool:
    return bool(word) and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _without_word(text: str, word: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "·", text, count=1) if word else text


def _stands_alone(title: str, text: str) -> bool:
    """Whether a title is in the text with nothing else between the marks that part it."""
    return any(
        _is_parted(text[: found.start()][::-1]) and _is_parted(text[found.end() :])
        for found in re.finditer(re.escape(title), text)
    )


def _is_parted(beyond: str) -> bool:
    """Whether text ends here: at an edge, at a mark, or at a dash with spaces around it."""
    near = beyond.lstrip()
    return not near or near[0] in _PARTED or bool(re.match(r"\s-\s", beyond))
