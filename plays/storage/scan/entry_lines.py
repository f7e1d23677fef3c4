"""Which lines of a page are entries, and whether an entry tells of a certain event."""

from __future__ import annotations

import enum
import re
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from plays.storage.text import fold
from plays.storage.whose import Fact, is_foreign

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


class Verdict(enum.Enum):
    """Whose a line is that begins with our key: a mention tells of no event at all."""

    OURS = "ours"
    FOREIGN = "foreign"
    MENTION = "mention"


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What an entry says of its event: its title, its kind and its time, as they read.

    `kinds` are the words for all kinds of event: a line with one of them, or with a day, tells of
    some event, and one without either only mentions the key. `was_written` says that our database
    knows the entry as written.
    """

    title: str
    kind: str
    time: str = ""
    kinds: tuple[str, ...] = ()
    was_written: bool = False

    def is_told_by(self, text: str) -> bool:
        """Whether a line says the whole title and the kind or the time; without a title, both."""
        said, title, kind, time = self._folded(text)
        has_kind, has_time = _has_word(said, kind), _has_word(said, time)
        if not title:
            return has_kind and (has_time or not time)
        if not (has_kind or has_time):
            return False
        rest = _without_word(_without_word(said, kind), time)
        return _stands_alone(title, said) or _stands_alone(title, rest)

    def _folded(self, text: str) -> Iterator[str]:
        """A line, our title, kind and time, for comparing."""
        return (fold(part).casefold() for part in (text, self.title, self.kind, self.time))

    def verdict(self, text: str) -> Verdict:
        """Whose a line is that begins with the key; `text` is the line without it."""
        said, title, kind, time = self._folded(text)
        title_fact = self._title_fact(said, title, kind, time)
        rest = said.replace(title, "·") if title else said
        facts = (title_fact, self._kind_fact(rest, kind), _time_fact(rest, time))
        if title_fact is not Fact.SAME and all(fact is Fact.SILENT for fact in facts[1:]):
            return Verdict.MENTION
        is_other = is_foreign(facts, was_written=self.was_written)
        return Verdict.FOREIGN if is_other else Verdict.OURS

    def _title_fact(self, said: str, title: str, kind: str, time: str) -> Fact:
        if not title:
            return Fact.SILENT
        rest = _without_word(_without_word(said, kind), time)
        is_there = _stands_alone(title, said) or _stands_alone(title, rest)
        return Fact.SAME if is_there else Fact.OTHER

    def _kind_fact(self, said: str, kind: str) -> Fact:
        if _has_word(said, kind):
            return Fact.SAME
        others = (fold(word).casefold() for word in self.kinds)
        return Fact.OTHER if any(_has_word(said, word) for word in others) else Fact.SILENT


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


def _time_fact(said: str, time: str) -> Fact:
    """A day that people wrote without its year, and not ours, says nothing sure."""
    ours = _DAY.search(time)
    days = list(_DAY.finditer(said))
    if ours and any(_is_same_time(ours, day) for day in days):
        return Fact.SAME
    return Fact.OTHER if any(day.group(1) for day in days) else Fact.SILENT


def _is_same_time(ours: re.Match[str], theirs: re.Match[str]) -> bool:
    """Whether two times are the same as far as both are told."""
    return all(
        mine is None or other is None or int(mine) == int(other)
        for mine, other in zip(_time_parts(ours), _time_parts(theirs), strict=True)
    )


def _time_parts(found: re.Match[str]) -> tuple[str | None, ...]:
    year, month, day, other_month, other_day, hour, minute = found.groups()
    return year, month or other_month, day or other_day, hour, minute


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
