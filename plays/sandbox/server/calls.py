"""Remembers every API call, so that tests can count them."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

_PAGE = re.compile(r"/(?:pages|content)/(\d+)")
DROPPED = 0


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call and what the caller saw; `status` is 0 where the connection was dropped."""

    method: str
    path: str
    status: int
    page_id: str | None
    fault: str | None


class Calls(Sequence[Call]):
    """The calls in the order in which they were answered; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []

    def add(self, method: str, path: str, *, status: int, fault: str | None) -> None:
        """Note a call."""
        match = _PAGE.search(path)
        call = Call(
            method=method,
            path=path,
            status=status,
            page_id=match[1] if match else None,
            fault=fault,
        )
        with self._lock:
            self._calls.append(call)

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()

    @property
    def by_method(self) -> Counter[str]:
        """How many calls there were of each method."""
        with self._lock:
            return Counter(call.method for call in self._calls)

    def __len__(self) -> int:
        with self._lock:
            return len(self._calls)

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Call]: ...
    def __getitem__(self, index: int | slice) -> Call | Sequence[Call]:
        with self._lock:
            return self._calls[index]

    def __iter__(self) -> Iterator[Call]:
        with self._lock:
            return iter(self._calls.copy())
