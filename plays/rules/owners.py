"""Who is meant where a Play names its owner: one person or several, however they are written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from plays.storage.text import clean, header_name

_BETWEEN = re.compile(r"\s*(?:[,;/·&+|\n]|、|，)\s*")
_TITLE = re.compile(r"(?<=.)(?:\s+(?:매니저|책임|팀장|선임|수석|과장|차장|부장|대리|사원))?\s*님?$")


def owner_names(text: str) -> tuple[str, ...]:
    """The people that a text names, each once, in its order: `김철수 · 이영희님` is two."""
    names = (clean(name) for name in _BETWEEN.split(text))
    return tuple({owner_key(name): name for name in names if name}.values())


def owner_key(name: str) -> str:
    """`name` for comparing: without case, spaces, and what Koreans put behind a name."""
    return header_name(_TITLE.sub("", clean(name)))


def is_owned(owner: str, names: Collection[str]) -> bool:
    """Whether `owner`, as a Play says it, names somebody who goes by one of `names`."""
    keys = {owner_key(name) for name in names}
    return any(owner_key(name) in keys for name in owner_names(owner))


def likely_names(first: str, last: str, username: str, owners: Iterable[str]) -> tuple[str, ...]:
    """Of the names that Plays have for their owners, those that a user's own may be."""
    guesses = {f"{last}{first}", f"{first}{last}", username}
    keys = {owner_key(guess) for guess in guesses if guess.strip()}
    found = {name: None for owner in owners for name in owner_names(owner)}
    return tuple(name for name in found if owner_key(name) in keys)
