"""Which requests go wrong, and how: scripted in order, or at random from a seed.

The kinds, and what has happened to a write when the caller sees them:

    nothing written     rate_limited unavailable bad_gateway timeout error_before reset
                        optimistic_lock unreconciled not_found_flap not_found_named login_page
    written             error_after lost_reply truncated_json
    a colleague first   conflict colleague_edit: someone saves between the caller's GET and PUT,
                        so that the PUT meets a real 409
    only slow           hang (`seconds`; with `after=True` it is written before the wait)
    wrong reads         empty_body stale_read, and truncated_json for a GET

Every kind of the first row can be had after the write as well, with `after=True`.
"""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

WRITES = frozenset({"POST", "PUT", "DELETE"})
ALL = WRITES | {"GET"}
_PAGE = re.compile(r"/(?:pages|content)/(\d+)/?")

_METHODS: dict[str, frozenset[str]] = {
    "rate_limited": ALL,
    "unavailable": ALL,
    "bad_gateway": ALL,
    "timeout": ALL,
    "error_before": ALL,
    "error_after": ALL,
    "lost_reply": ALL,
    "reset": ALL,
    "hang": ALL,
    "not_found_flap": ALL,
    "login_page": ALL,
    "truncated_json": ALL,
    "optimistic_lock": WRITES,
    "not_found_named": ALL,
    "unreconciled": frozenset({"PUT"}),
    "conflict": frozenset({"PUT"}),
    "colleague_edit": frozenset({"GET", "PUT"}),
    "empty_body": frozenset({"GET"}),
    "stale_read": frozenset({"GET"}),
}
_NEEDS_PAGE = {"unreconciled", "conflict", "colleague_edit", "empty_body", "not_found_named"}
_ALWAYS_AFTER = {"error_after", "lost_reply", "truncated_json"}

KINDS = tuple(_METHODS)


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    `retry_after` is sent as it stands, `"http-date"` as a date `seconds` from now. `edit` is what
    the colleague of `colleague_edit` does to the body; `after` lets the write happen first.
    Raises ValueError for a kind that there is not.
    """

    kind: str
    retry_after: str | None = None
    seconds: float = 0.0
    after: bool = False
    edit: Callable[[str], str] | None = None

    def __post_init__(self) -> None:
        if self.kind not in _METHODS:
            raise ValueError(f"no such fault: {self.kind!r}; there are {', '.join(KINDS)}")
        if self.kind in _ALWAYS_AFTER:
            object.__setattr__(self, "after", True)

    def concerns(self, method: str, path: str) -> bool:
        """Say whether this can befall such a request at all."""
        needs_page = self.kind in _NEEDS_PAGE
        return method in _METHODS[self.kind] and (not needs_page or page_in(path) is not None)


def page_in(path: str) -> str | None:
    """Return the id of the page that a path is about; None for what lies below a page."""
    match = _PAGE.search(path)
    return match[1] if match and match.end() == len(path) else None


@dataclass(frozen=True, kw_only=True)
class _Match:
    method: str
    path: str

    def fits(self, method: str, path: str) -> bool:
        """`/pages` is REST v2's word; the same match fits v1's `/content`."""
        alike = path.replace("/rest/api/content", "/pages")
        return self.method in ("", method) and (self.path in path or self.path in alike)


def _parse_match(text: str) -> _Match:
    """Read `PUT`, `/pages/7` or `PUT /pages/7`; a path fits where it is part of the real one."""
    first, _, rest = text.strip().partition(" ")
    if first.isalpha() and first.isupper():
        return _Match(method=first, path=rest.strip())
    return _Match(method="", path=text.strip())


class Faults:
    """The faults of one sandbox; thread-safe."""

    def __init__(self, *, seed: int | None = None) -> None:
        self._lock = threading.Lock()
        self._seed = seed
        self._scripted: list[tuple[_Match, Fault]] = []
        self.fired: Counter[str] = Counter()
        self._set_random(0.0, (), None)

    def script(self, *faults: Fault | str, match: str = "", times: int = 1) -> None:
        """Let the next matching requests meet these faults, in this order, `times` over.

        `match` is a method, a part of a path, or both ("PUT /pages/7").
        """
        wanted = _parse_match(match)
        row = [fault if isinstance(fault, Fault) else Fault(fault) for fault in faults]
        with self._lock:
            self._scripted += [(wanted, fault) for _ in range(times) for fault in row]

    def random(
        self,
        rate: float,
        kinds: Collection[str | Fault] = KINDS,
        methods: Collection[str] | None = None,
    ) -> None:
        """Let this share of the requests (0 to 1) meet one of these faults."""
        with self._lock:
            self._set_random(rate, kinds, methods)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._scripted.clear()
            self._set_random(0.0, (), None)

    @property
    def waiting(self) -> int:
        """How many scripted faults have not happened yet."""
        with self._lock:
            return len(self._scripted)

    def next_for(self, method: str, path: str) -> Fault | None:
        """Take the fault that a request meets, if any."""
        with self._lock:
            fault = self._take_scripted(method, path) or self._draw(method, path)
            if fault is not None:
                self.fired[fault.kind] += 1
            return fault

    def _take_scripted(self, method: str, path: str) -> Fault | None:
        for place, (match, fault) in enumerate(self._scripted):
            if match.fits(method, path) and fault.concerns(method, path):
                del self._scripted[place]
                return fault
        return None

    def _draw(self, method: str, path: str) -> Fault | None:
        if self._methods is not None and method not in self._methods:
            return None
        if not self._rate or self._dice.random() >= self._rate:
            return None
        possible = [fault for fault in self._kinds if fault.concerns(method, path)]
        return self._dice.choice(possible) if possible else None

    def _set_random(
        self, rate: float, kinds: Collection[str | Fault], methods: Collection[str] | None
    ) -> None:
        self._dice = random.Random(self._seed)  # noqa: S311 - repeatable trouble, no secret
        self._rate = rate
        self._kinds = [kind if isinstance(kind, Fault) else _usual(kind) for kind in kinds]
        self._methods = methods


def _usual(kind: str) -> Fault:
    """Return a fault with what it usually comes with."""
    if kind == "rate_limited":
        return Fault(kind, retry_after="1")
    return Fault(kind, seconds=1.0 if kind == "hang" else 0.0)
