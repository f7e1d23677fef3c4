"""What the sender of an event is told."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from plays.rules.problems import Problem


class ReceiptStatus(enum.Enum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What became of one event. `event_id` is the id as it was sent, None where there was none."""

    event_id: str | None
    status: ReceiptStatus
    log_id: str = ""
    problems: tuple[Problem, ...] = ()
