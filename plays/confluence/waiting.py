"""What is done while Confluence answers: behind the last byte sent, before the first one is read.

In the caller's own thread, so that its database connection and its time limits count as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")

_work: ContextVar[Callable[[], None] | None] = ContextVar("meanwhile", default=None)


@contextmanager
def meanwhile(ask: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Have `ask` called once: while the first call that is sent in the block is under way, or
    sooner where its answer is wanted sooner, or at the end of a block that raises nothing.

    Gives what returns its answer. An error of `ask` comes out there and nowhere else, so that the
    call is answered all the same and its own error comes first.
    """
    answer: Future[T] = Future()

    def have_asked() -> None:
        if answer.done():
            return
        try:
            answer.set_result(ask())
        except Exception as error:  # noqa: BLE001 - it comes out where the answer is wanted
            answer.set_exception(error)

    def answered() -> T:
        have_asked()
        return answer.result()

    before = _work.set(have_asked)
    try:
        yield answered
    finally:
        _work.reset(before)
    have_asked()


def work_meanwhile() -> None:
    """For who has sent a call, before it waits for the answer."""
    if work := _work.get():
        work()
