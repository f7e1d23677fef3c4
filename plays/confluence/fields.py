"""Reading JSON that somebody else wrote: each field is what it should be, or `Implausible` says
which one is not."""

from __future__ import annotations

from datetime import datetime
from typing import Any


class Implausible(ValueError):
    """A field is missing or of the wrong kind; the message names it."""


class Fields:
    """A JSON object, asked field by field; `where` is its place in the answer."""

    def __init__(self, content: Any, where: str = "the answer") -> None:
        if not isinstance(content, dict):
            raise Implausible(f"{where} is not an object")
        self._content: dict[str, Any] = content
        self._where = where

    def id(self, name: str) -> str:
        """An id as text: v2 writes numbers as strings, v1 writes some as numbers."""
        found = self.optional_id(name)
        if not found:
            raise self._no(name, "an id")
        return found

    def optional_id(self, name: str) -> str:
        """An id as text, empty where there is none."""
        value = self._content.get(name)
        is_id = isinstance(value, str | int) and not isinstance(value, bool)
        return str(value).strip() if is_id else ""

    def text(self, name: str) -> str:
        """A string, which may be empty but must be there."""
        value = self._content.get(name)
        if not isinstance(value, str):
            raise self._no(name, "a text")
        return value

    def optional_text(self, name: str) -> str:
        """A string, empty where there is none."""
        value = self._content.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """A whole number."""
        value = self._content.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._no(name, "a number")
        return value

    def flag(self, name: str) -> bool:
        """True only where the field is `true`."""
        return self._content.get(name) is True

    def moment(self, name: str) -> datetime | None:
        """An aware time, None where there is none that can be read."""
        try:
            found = datetime.fromisoformat(self.optional_text(name))
        except ValueError:
            return None
        return found if found.tzinfo else None

    def inside(self, name: str) -> Fields:
        """The object in a field."""
        return Fields(self._content.get(name), f"{self._where}.{name}")

    def optional_inside(self, name: str) -> Fields:
        """The object in a field, an empty one where there is none."""
        value = self._content.get(name)
        return Fields(value if isinstance(value, dict) else {}, f"{self._where}.{name}")

    def each(self, name: str) -> list[Fields]:
        """The objects of a list."""
        value = self._content.get(name)
        if not isinstance(value, list):
            raise self._no(name, "a list")
        return [Fields(one, f"{self._where}.{name}[{n}]") for n, one in enumerate(value)]

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._content.get(name) is not None

    def _no(self, name: str, kind: str) -> Implausible:
        return Implausible(f"{self._where}.{name} is not {kind}")
