"""Requests with events that come while another is being recorded share the next transaction.

A transaction costs the same for one event as for some dozens. The first request that finds nobody
at work records what waits, its own and others'; then the next that waits takes its place. Nobody
waits for more than the transaction under way and the one that has their own events.

Whoever has just been answered sends the next, a moment after another has begun: so that eight
senders do not go on as one and seven, as many as came together last are waited for, for a moment.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils import timezone

from plays.rules.envelope import in_envelope
from plays.rules.events import event_key
from plays.sync.intake.receipts import Receipt
from plays.sync.intake.receiving import record_all, tell
from plays.sync.intake.recording import TOGETHER

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.02


@dataclass(eq=False)
class _Request:
    """`turn` comes with the receipts; without any its thread has to record, for others too unless
    `is_alone`.
    """

    events: list[Any]
    turn: threading.Event = field(default_factory=threading.Event)
    receipts: list[Receipt] | None = None
    is_alone: bool = False

    @property
    def keys(self) -> set[tuple[str, str]]:
        return {event_key(event) for event in self.events}


class Desk:
    """One per process: its threads record together, each database connection stays its thread's."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._waiting: deque[_Request] = deque()
        self._is_taken = False
        self._together = 1  # requests in the last transaction

    def record(self, raws: Sequence[Any]) -> list[Receipt]:
        """As `record_all`; a fault of another request's events is no fault of these."""
        zone = timezone.get_default_timezone()
        mine = _Request([in_envelope(raw, zone=zone) for raw in raws])
        with self._lock:
            self._waiting.append(mine)
            self._lock.notify()
            is_first, self._is_taken = not self._is_taken, True
        if not is_first:
            mine.turn.wait()
        if mine.receipts is None and not mine.is_alone:
            self._record_waiting()
        if mine.receipts is None:
            return record_all(mine.events)
        for receipt in mine.receipts:  # by the thread whose request it is, as the log tells
            tell(receipt)
        return mine.receipts

    def _record_waiting(self) -> None:
        """What waits longest, with all that can go along. Where several fail together each is left
        to itself, so that the error comes to whom it belongs; what was recorded before is told.
        """
        with self._lock:
            self._lock.wait_for(lambda: len(self._waiting) >= self._together, GATHER_SECONDS)
            group = self._next_group()
            self._together = len(group)
        told: list[Receipt] = []
        try:
            record_all([event for each in group for event in each.events], tell=told.append)
        except Exception:
            if len(group) == 1:
                raise
            log.warning("%d requests failed; each is left to itself", len(group), exc_info=True)
        finally:
            receipts = iter(told)
            for each in group:
                own = list(islice(receipts, len(each.events)))
                each.receipts = own if len(own) == len(each.events) else None
                each.is_alone = each.receipts is None
                each.turn.set()
            with self._lock:
                self._is_taken = bool(self._waiting)
                if self._waiting:
                    self._waiting[0].turn.set()

    def _next_group(self) -> list[_Request]:
        """No event twice, so that one transaction holds all of them or none."""
        group, keys, count = [self._waiting.popleft()], set[tuple[str, str]](), 0
        keys |= group[0].keys
        count += len(group[0].events)
        while self._waiting:
            following = self._waiting[0]
            count += len(following.events)
            if count > TOGETHER or keys & following.keys:
                break
            keys |= following.keys
            group.append(self._waiting.popleft())
        return group


record_shared = Desk().record
