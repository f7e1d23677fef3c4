"""Doorbells for django-q2: only ids cross, and a task lost or doubled changes nothing."""

from __future__ import annotations

from plays.sync import bells, claims, health, intake, site, writer


def write_page(page_pk: int) -> int:
    """Write what is owed to a page; returns the number of tries made."""
    return writer.write_page(page_pk)


def sweep(worker: str = "") -> int:
    """Ring for whatever is due and heal what was lost; returns how many bells were rung.

    `worker` names the `manage.py worker` that asked, so that its watchdog sees the answer.
    """
    health.beat(worker or "schedule")
    site.probe_if_stopped()
    claims.take_back_dead()
    intake.accept_everything_now_known()
    return bells.ring_due()
