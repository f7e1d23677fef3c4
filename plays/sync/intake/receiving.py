"""Events in: each is recorded, counted and planned, or kept with its reasons.

Some hundreds share a transaction; what cannot be recorded together is recorded one by one.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db import DataError, IntegrityError
from django.utils import timezone

from plays.models import Action, Event
from plays.rules.envelope import in_envelope
from plays.rules.events import event_key
from plays.sync.chunks import in_chunks
from plays.sync.intake.receipts import Receipt, ReceiptStatus
from plays.sync.intake.recording import TOGETHER, Group, record_together
from plays.sync.jobs.locking import again_on_conflict
from plays.sync.naming import play_names

__all__ = [
    "Receipt",
    "ReceiptStatus",
    "accept_again",
    "accept_everything_now_known",
    "accept_waiting",
    "record",
    "record_all",
    "tell",
]

log = logging.getLogger(__name__)

WAITING_BATCH = 200


def record(raw: Any, *, now: datetime | None = None) -> Receipt:
    """Record one event, as parsed JSON; when this returns, everything is committed.

    An event recorded before is a duplicate; one that was rejected is looked at again. A plain
    object without an envelope gets one.
    """
    return record_all([raw], now=now)[0]


def tell(receipt: Receipt) -> None:
    """A line in the log per event; one that is rejected waits for somebody."""
    event_id, status = _fit(receipt.event_id or ""), receipt.status
    facts = {"event": event_id, "status": status.value, "log_id": receipt.log_id}
    if status is not ReceiptStatus.REJECTED:
        log.info("event %s: %s as %s", event_id, status.value, receipt.log_id, extra=facts)
        return
    why = "; ".join(f"{problem.field}: {problem.message}" for problem in receipt.problems)
    log.warning("event %s: rejected: %s", event_id, _fit(why), extra=facts)


def record_all(
    raws: Iterable[Any],
    *,
    now: datetime | None = None,
    tell: Callable[[Receipt], object] = tell,
) -> list[Receipt]:
    """Record events in the order given; when this returns, everything is committed.

    What waits for an event of the same batch is accepted behind it, though told as rejected.
    Each receipt is given to `tell` as soon as it holds. Raises what the database raises; whole
    groups before it stay recorded.
    """
    now, zone = now or timezone.now(), timezone.get_default_timezone()
    receipts: list[Receipt] = []
    for group in _groups(in_envelope(raw, zone=zone) for raw in raws):
        found, known = _record(group, now)
        receipts += found
        for receipt in found:
            tell(receipt)
        for missing in _awaited(known):
            accept_waiting(missing, now=now)
    return receipts


def _fit(text: str) -> str:
    """What can be written down (half a surrogate pair cannot), and not the whole of a long one."""
    return text[:500].encode("utf-8", "replace").decode()


def accept_waiting(missing: str, *, now: datetime | None = None) -> int:
    """Look again at rejected events that waited for `missing` (`play:…`, `brief:…`, `signal:…`).

    Returns how many were accepted. What becomes known through them is followed up as well.
    """
    now = now or timezone.now()
    accepted, queue = 0, [missing]
    while queue:
        waiting = Event.objects.waiting_for(queue.pop()).order_by("pk")[:WAITING_BATCH]
        raws = [json.loads(event.payload) for event in waiting]
        receipts, known = _record({event_key(raw): raw for raw in raws}, now)
        accepted += sum(receipt.status is ReceiptStatus.ACCEPTED for receipt in receipts)
        queue += _awaited(known)
    return accepted


def accept_again(event: Event, *, now: datetime | None = None) -> Receipt:
    """Look again at one rejected event, as it was sent."""
    return record(json.loads(event.payload), now=now)


def accept_everything_now_known(*, now: datetime | None = None) -> int:
    """Accept rejected events whose missing Play, brief or signal has come to be known meanwhile.

    Heals the race in which a brief and what refers to it are recorded at the same moment.
    """
    waiting = Event.objects.rejected().exclude(missing="").order_by("missing")
    missing = list(waiting.values_list("missing", flat=True).distinct())
    return sum(accept_waiting(name, now=now) for name in _known_of(missing))


def _groups(raws: Iterable[Any]) -> Iterator[Group]:
    """In the order given; none holds an event twice, so that the second is seen as a duplicate."""
    group: dict[tuple[str, str], Any] = {}
    for raw in raws:
        key = event_key(raw)
        if key in group or len(group) == TOGETHER:
            yield group
            group = {}
        group[key] = raw
    yield group


def _record(group: Group, now: datetime) -> tuple[list[Receipt], list[str]]:
    """As `record_together`; where somebody else records one of them, or one cannot be stored, each
    is recorded by itself.
    """
    if len(group) > 1:
        with contextlib.suppress(IntegrityError, DataError):
            return record_together(group, now=now)
    receipts: list[Receipt] = []
    known: list[str] = []
    for key, raw in group.items():
        found, names = again_on_conflict(partial(record_together, {key: raw}, now=now))
        receipts += found
        known += names
    return receipts, known


def _awaited(names: list[str]) -> list[str]:
    """Those of `names` that rejected events wait for."""
    found: list[str] = []
    for chunk in in_chunks(names):
        waiting = Event.objects.rejected().filter(missing__in=chunk).order_by()
        found += set(waiting.values_list("missing", flat=True))
    return sorted(found)


def _known_of(missing: list[str]) -> Iterator[str]:
    """What is known by now; a few queries for thousands that are not."""
    by_kind: dict[str, list[str]] = {}
    for kind, _, name in (each.partition(":") for each in missing):
        by_kind.setdefault(kind, []).append(name)
    for kind, names in by_kind.items():
        for chunk in in_chunks(names):
            yield from (f"{kind}:{name}" for name in _known_names(kind, chunk))


def _known_names(kind: str, names: list[str]) -> set[str]:
    if kind == "play":
        known = play_names()
        return {name for name in names if known.find(name)}
    actions = Action.objects.filter(action_type=kind.title(), subject_id__in=names)
    return set(actions.values_list("subject_id", flat=True))
