"""Where a section keeps its entries: the bullets, rows or paragraphs that each tell of one event.

Plain blocks are read by one pattern as far as that is sure; all others line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from plays.storage.edit.log_order import Group, Units, when_of
from plays.storage.scan.entry_lines import day_of, without_decoration
from plays.storage.scan.lines import TextLine, lines_of, text_without_tags
from plays.storage.scan.page import Node
from plays.storage.scan.runs import FORMATTING_TAG, ITEM, TAG_END, Run
from plays.storage.scan.sections import Section, is_open_macro
from plays.storage.scan.visible import LISTS, macro_name

# Elements that only hold other blocks.
_HOLDERS = ("table", "thead", "tbody", "ac:rich-text-body", "blockquote", "div")
_NUMBER = re.compile(r"(\d+)")
# Keys of these characters alone stand on a page as they are; nothing is taken off in front of them.
_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
# What surely ends a key: text that is no letter, digit, code or sign of its own, or the block.
_KEY_END = rb"""(?=[\s!"#$%'()*+,./:;=?@\[\\\]^`{|}~-]|</(?:p|li)\s*>)"""


def main_group(section: Section, key: str) -> Group | None:
    """What people keep under a heading; a page's end is not a log, whatever is on the page.

    `key` is one like those of our entries.
    """
    if section.heading is None:
        return None
    pattern = key_pattern(key)
    groups: dict[Node, Group] = {}
    for container, units in _units(section, key, pattern):
        if container not in groups:
            groups[container] = Group(container, pattern)
        groups[container].read(units)
    return max(reversed(groups.values()), key=lambda group: group.rank, default=None)


def key_pattern(key: str) -> re.Pattern[str] | None:
    """What keys like this one look like, each number a group; None where it has no number."""
    return _pattern_like(_NUMBER.sub("0", key))


@lru_cache(maxsize=64)
def _pattern_like(key: str) -> re.Pattern[str] | None:
    parts = key.split("0")
    return re.compile(r"(\d+)".join(map(re.escape, parts)) + r"(?!\w)") if parts[1:] else None


# What is around some neighbouring units, and when the events were, by where the units start.
_Stretch = tuple[Node, Units]


def _units(section: Section, key: str, pattern: re.Pattern[str] | None) -> list[_Stretch]:
    """The units of a section that tell of some event, in page order."""
    runs: list[Run] = []
    spans: list[tuple[int, int]] = []
    for block in section.blocks():
        is_list = isinstance(block, Node) and block.name in LISTS
        for one in block.blocks() if isinstance(block, Node) and is_list else [block]:
            if isinstance(one, Run) and (one.opening == ITEM or not is_list):
                runs.append(one)
            else:
                spans.append((one.start, one.end))
    stretches = [(run.around, _run_units(run, key, pattern)) for run in runs]
    if spans:
        stretches += _line_units(section, spans, pattern)
    stretches = [stretch for stretch in stretches if stretch[1]]
    return sorted(stretches, key=lambda stretch: next(iter(stretch[1])))


def _run_units(run: Run, key: str, pattern: re.Pattern[str] | None) -> Units:
    """The blocks of a run that tell of some event."""
    page, around = run.around.page, run.around
    begins = _block_pattern(run.opening, key)
    units: Units = {}
    for block in begins.finditer(page.markup, run.start, run.end):
        start = block.start()
        if block.lastindex is not None:
            units[start] = tuple(map(int, block.groups()))
            continue
        text = text_without_tags(page, start, page.element(start, around).end)
        when = when_of(text, pattern)
        if when.by_key is not None or _begins_with_day(text):
            units[start] = when
    return units


def _block_pattern(opening: bytes, key: str) -> re.Pattern[bytes]:
    """How a plain block begins; its groups are the numbers of a key like this one, where it surely
    begins with such.
    """
    parts = _NUMBER.split(key) if _PLAIN_KEY.fullmatch(key) else []
    looks = [rb"(\d++)" if n % 2 else re.escape(part).encode() for n, part in enumerate(parts)]
    tags = rb"(?:%b\s*+)*+" % FORMATTING_TAG
    wanted = rb"(?:%b(?:%b)*+%b)?" % (b"".join(looks), FORMATTING_TAG, _KEY_END)
    paragraph = rb"(?:<p%b\s*+)?" % TAG_END
    return re.compile(opening + TAG_END + rb"\s*+" + paragraph + tags + (wanted if looks else b""))


def _line_units(
    section: Section, spans: Sequence[tuple[int, int]], pattern: re.Pattern[str] | None
) -> Iterator[_Stretch]:
    """The bullets, rows and paragraphs in some spans of a section that tell of some event."""
    seen: set[Node] = set()
    for line in lines_of(section.container.page, spans):
        found = _unit_of(line, section)
        if found is None or found[1] in seen:
            continue
        container, unit = found
        seen.add(unit)
        when = when_of(line.context, pattern)
        if when.by_key is not None or _begins_with_day(line.text):
            yield container, {unit.start: when}


def _unit_of(line: TextLine, section: Section) -> tuple[Node, Node] | None:
    """The bullet, row or paragraph of a section that a line lies in, and what is around it."""
    container = section.container
    path = [line.around, *line.around.ancestors()]
    depth = next((n for n, node in enumerate(path) if node is container), 0)
    inside = path[:depth][::-1]
    if not inside or not section.start <= inside[0].start < section.end:
        return None
    for node, inner in pairwise([*inside, inside[-1]]):
        if node.name in LISTS and inner.name == "li":
            return node, inner
        if node.name in _HOLDERS or is_open_macro(node):
            container = node
        elif macro_name(node) is not None:
            return None
        else:
            return container, node
    return None


def _begins_with_day(text: str) -> bool:
    start = without_decoration(text)
    return start[:1].isdigit() and day_of(start[:16]) is not None
