"""All missing pages of a part made at once: started once, followed, its failures tried again."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from plays.models import PageBatch, Site
from plays.models.audit import Verb
from plays.sync import audit
from plays.sync.page_requests.asking import request_pages, without_page


def start(part: str, *, by: User, reason: str = "") -> PageBatch | None:
    """Ask for every missing page of a part. None where none is missing.

    While a batch of the part is running that one is given back: nobody starts a second.
    """
    with transaction.atomic():
        Site.lock()
        running = PageBatch.objects.running(part).first()
        if running is not None:
            return running
        plays = list(without_page(part))
        if not plays:
            return None
        batch = PageBatch.objects.create(
            part=part, by=by, reason=reason, total=len(plays), started_at=timezone.now()
        )
        request_pages(plays, part=part, by=by, reason=reason, batch=batch)
        _note(batch, len(plays), by, reason)
    return batch


def try_again(batch: PageBatch, *, by: User, reason: str = "") -> int:
    """Ask again for what a batch gave up. Returns how many pages that is."""
    with transaction.atomic():
        Site.lock()
        given_up = batch.requests.given_up().select_related("play")
        plays = [request.play for request in given_up]
        request_pages(plays, part=batch.part, by=by, reason=reason, batch=batch)
        if plays:
            _note(batch, len(plays), by, reason)
    return len(plays)


def _note(batch: PageBatch, count: int, by: User, reason: str) -> None:
    audit.note(
        Verb.CREATE_PAGES,
        by=by,
        target=batch.part,
        count=count,
        reason=reason,
        details={"part": batch.part, "batch": batch.pk},
    )
