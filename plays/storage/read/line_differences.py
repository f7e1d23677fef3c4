"""Two texts, line by line -> what differs, with a little around it and the changed words marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

CONTEXT = 2
ALIKE = 0.4
# Beyond this many lines the matcher leaves out lines that are all over the place: it is faster.
MANY_LINES = 4_000
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Where a row's line, as text or as source, goes from one cell to the next.
_CELL_ENDS = re.compile(r"( ?\| ?|(?=<t[dh][\s/>]))")


@dataclass(frozen=True)
class Segment:
    """Part of a line; `changed` where the other side says something else."""

    text: str
    changed: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """`mark` is "+" for a line that comes, "-" for one that goes, "" for one that stays."""

    mark: str
    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        return "".join(segment.text for segment in self.segments)


@dataclass(frozen=True)
class Gap:
    """Lines left out because nothing near them differs."""

    lines: int


def difference(before: Sequence[str], after: Sequence[str]) -> tuple[Line | Gap, ...]:
    """What makes `after` of `before`; empty when they are the same."""
    found: list[Line | Gap] = []
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    steps = list(_steps(before, after, head=head, tail=tail))
    for index, (tag, old, new) in enumerate(steps):
        if tag == "equal":
            found += _around(old, is_first=index == 0, is_last=index == len(steps) - 1)
        else:
            found += _changed(old, new)
    return tuple(found) if any(isinstance(item, Line) and item.mark for item in found) else ()


def _shared(a: Sequence[str], b: Sequence[str]) -> int:
    """How many lines are the same from the start."""
    pairs = zip(a, b, strict=False)
    return next((n for n, (one, two) in enumerate(pairs) if one != two), min(len(a), len(b)))


_Step = tuple[str, Sequence[str], Sequence[str]]


def _steps(before: Sequence[str], after: Sequence[str], *, head: int, tail: int) -> Iterator[_Step]:
    """The texts cut into stretches that are the same and stretches that are not."""
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if head:
        yield "equal", before[:head], after[:head]
    many = max(len(old), len(new)) > MANY_LINES
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=many).get_opcodes():
        yield tag, old[a:b], new[c:d]
    if tail:
        yield "equal", before[len(before) - tail :], after[len(after) - tail :]


def _around(lines: Sequence[str], *, is_first: bool, is_last: bool) -> list[Line | Gap]:
    """The nearest lines of what stays, and how many there are between."""
    head = 0 if is_first else CONTEXT
    tail = 0 if is_last else CONTEXT
    hidden = len(lines) - head - tail
    if hidden <= 1:
        return [_plain("", line) for line in lines]
    return [
        *(_plain("", line) for line in lines[:head]),
        Gap(hidden),
        *(_plain("", line) for line in lines[len(lines) - tail :]),
    ]


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Line against line while they are alike; else what goes and then what comes."""
    for gone, come in zip_longest(old, new):
        if gone is not None and come is not None and (pair := _pair(gone, come)):
            yield from pair
            continue
        if gone is not None:
            yield _plain("-", gone)
        if come is not None:
            yield _plain("+", come)


def _pair(gone: str, come: str) -> tuple[Line, Line] | None:
    """Both lines with what differs marked; None where they have little in common."""
    old, new = _CELL_ENDS.split(gone), _CELL_ENDS.split(come)
    if len(old) == len(new) > 1:
        pairs = enumerate(zip(old, new, strict=True))  # every other one is what stands between
        return _marked(
            ("replace" if a != b and not n % 2 else "equal", a, b) for n, (a, b) in pairs
        )
    words, others = _WORDS.findall(gone), _WORDS.findall(come)
    matcher = SequenceMatcher(None, words, others, autojunk=False)
    if matcher.quick_ratio() < ALIKE or matcher.ratio() < ALIKE:
        return None
    return _marked((tag, words[a:b], others[c:d]) for tag, a, b, c, d in matcher.get_opcodes())


def _marked(steps: Iterable[_Step | tuple[str, str, str]]) -> tuple[Line, Line]:
    """The line that goes and the one that comes, in segments that differ or do not."""
    left: list[Segment] = []
    right: list[Segment] = []
    for tag, old, new in steps:
        for side, words in ((left, old), (right, new)):
            if text := "".join(words):
                side.append(Segment(text, tag != "equal"))
    return Line(mark="-", segments=tuple(left)), Line(mark="+", segments=tuple(right))


def _plain(mark: str, text: str) -> Line:
    return Line(mark=mark, segments=(Segment(text),))
