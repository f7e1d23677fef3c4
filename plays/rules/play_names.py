"""By which names a Play is known: its id, its aliases, and the front of its id while no other
Play's id begins the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from plays.rules.fields import play_id
from plays.rules.problems import Code, FieldProblem

LONGEST = 100
# Addresses of screens, or what a browser takes out of an address: such a Play could not be opened.
RESERVED = frozenset(("import", "csv", "add", ".", ".."))
_UNFIT = re.compile(r"[\s/\\]")
_BETWEEN_ALIASES = re.compile(r"[,;\n]")


@dataclass(frozen=True, kw_only=True)
class PlayNames:
    """All Plays' ids, and whose each alias is."""

    ids: frozenset[str]
    aliases: Mapping[str, str]

    def find(self, name: str) -> str | None:
        """The id of the one Play that `name` names; None where there is none, or several."""
        if name in self.ids:
            return name
        if name in self.aliases:
            return self.aliases[name]
        found = self.beginning_with(name)
        return found[0] if len(found) == 1 else None

    def beginning_with(self, name: str) -> tuple[str, ...]:
        """The ids whose front, up to an underscore, is `name`."""
        return tuple(self._by_front.get(name, ()))

    @cached_property
    def _by_front(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in sorted(self.ids):
            for front in fronts(each):
                found.setdefault(front, []).append(each)
        return found


def fronts(name: str) -> Iterator[str]:
    """`EXT`, `EXT_Desk` and `EXT_Desk_D01` of `EXT_Desk_D01_Seminar`."""
    return (name[: mark.start()] for mark in re.finditer("_", name) if mark.start())


def new_play_id(text: str) -> str:
    """The id that a new Play gets. Raises `FieldProblem` for one that cannot stand in an address
    or that a page would show as another's.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise FieldProblem(Code.EMPTY)
    if len(name) > LONGEST:
        raise FieldProblem(Code.TOO_LONG, length=len(name), limit=LONGEST)
    if _UNFIT.search(name):
        raise FieldProblem(Code.SPACES_OR_SLASHES)
    if name.casefold() in RESERVED:
        raise FieldProblem(Code.RESERVED_ID, name=name)
    return play_id(name)


def alias_list(text: str) -> tuple[str, ...]:
    """The aliases in a text, between commas, semicolons or line ends; each once, in order.

    Raises `FieldProblem` for one that cannot be an id.
    """
    names = (part.strip() for part in _BETWEEN_ALIASES.split(text))
    return tuple(dict.fromkeys(_alias(name) for name in names if name))


def as_text(aliases: Iterable[str]) -> str:
    """Aliases as `alias_list` reads them."""
    return ", ".join(sorted(aliases))


def _alias(name: str) -> str:
    if len(name) > LONGEST:
        raise FieldProblem(Code.TOO_LONG, length=len(name), limit=LONGEST)
    return play_id(name)
