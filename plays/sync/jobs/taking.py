"""Which act of a person took a job last, so that the act can tell how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from plays.models import AuditEntry

_current: ContextVar[AuditEntry | None] = ContextVar("act", default=None)


@contextmanager
def taken_by(entry: AuditEntry | None) -> Iterator[None]:
    """Jobs that are enqueued or moved to another page in here are `entry`'s; so is what they bring
    about in turn."""
    before = _current.set(entry)
    try:
        yield
    finally:
        _current.reset(before)


def current_act() -> AuditEntry | None:
    return _current.get()


class Taken(int):
    """How many jobs an act took; `entry` is the act in the audit trail, None where it took none."""

    entry: AuditEntry | None

    def __new__(cls, count: int, entry: AuditEntry | None = None) -> Taken:
        made = super().__new__(cls, count)
        made.entry = entry
        return made
