"""Pauses that people order: of a page, a Play, a kind of edit, or everything; and their end, also
that of a pause which nobody ordered.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from plays.models import Page, Pause, Play, Site, SyncJob
from plays.models.audit import Verb
from plays.models.job import JobKind
from plays.models.pause import PauseScope
from plays.sync import audit
from plays.sync.jobs.wakeups import send_on_commit, wake_due
from plays.sync.site.availability import open_now


def pause(
    scope: PauseScope,
    *,
    reason: str,
    by: User,
    page: Page | None = None,
    play: Play | None = None,
    kind: str = "",
    now: datetime | None = None,
) -> Pause:
    """Hold what falls under `scope` back until somebody resumes it; a write under way ends first.

    The same pause twice is one: the first stands, with its reason. Raises `ValueError` without a
    reason, and where what `scope` speaks of is missing or too much.
    """
    if not reason.strip():
        raise ValueError("a pause needs a reason")
    target = _target(scope, page=page, play=play, kind=kind)
    with transaction.atomic():
        Site.lock()  # two people who pause the same at once make one pause
        if there := Pause.objects.active().filter(scope=scope, **target).first():
            return there
        made = Pause.objects.create(
            scope=scope, **target, reason=reason.strip(), by=by, at=now or timezone.now()
        )
        _note(Verb.PAUSE, made, by=by, reason=made.reason, now=made.at)
    return made


def resume(pause: Pause, *, by: User, now: datetime | None = None) -> bool:
    """End a pause and wake workers for what it held back. False where it had ended already."""
    now = now or timezone.now()
    with transaction.atomic():
        ended = Pause.objects.active().filter(pk=pause.pk).update(ended_at=now, ended_by=by)
        if ended:
            _note(Verb.RESUME, pause, by=by, now=now)
            send_on_commit(wake_due)
    return bool(ended)


def try_now(*, by: User) -> bool:
    """Have a closed site tried at once, instead of at the time that the banner names: end a pause;
    where our account was refused, ask Confluence whether it is accepted now (one call). True if the
    site is open, and what is due is written at once.

    Raises `ImproperlyConfigured` where settings name no usable site.
    """
    audit.note(Verb.TRY_NOW, by=by, target="Confluence", reason=Site.current().error)
    is_open = open_now()
    if is_open:
        send_on_commit(wake_due)
    return is_open


def holding(job: SyncJob) -> list[Pause]:
    """The pauses that keep a pending job waiting, the longest first."""
    fits = Q(scope=PauseScope.ALL) | Q(play=job.play_id)
    fits |= Q(scope=PauseScope.KIND, kind=job.kind)
    if job.mapping.page_id is not None:
        fits |= Q(page=job.mapping.page_id)
    return list(Pause.objects.active().filter(fits).select_related("by").order_by("at", "pk"))


def held(pauses: list[Pause]) -> dict[int, int]:
    """How many pending edits each pause holds, by its primary key; one query for all of them."""
    if not pauses:
        return {}
    pending = SyncJob.objects.pending().mapped().order_by()
    rows = list(pending.values_list("mapping__page", "play", "kind").annotate(count=Count("*")))
    return {
        pause.pk: sum(count for page, play, kind, count in rows if _holds(pause, page, play, kind))
        for pause in pauses
    }


def _holds(pause: Pause, page: int | None, play: int, kind: str) -> bool:
    return {
        PauseScope.ALL: True,
        PauseScope.PAGE: pause.page_id == page,
        PauseScope.PLAY: pause.play_id == play,
        PauseScope.KIND: pause.kind == kind,
    }[PauseScope(pause.scope)]


def _target(
    scope: PauseScope, *, page: Page | None, play: Play | None, kind: str
) -> dict[str, Page | Play | str | None]:
    needed = {PauseScope.PAGE: page, PauseScope.PLAY: play, PauseScope.KIND: kind}
    given = [known for known, value in needed.items() if value]
    if given != [scope] and (given or scope != PauseScope.ALL):
        raise ValueError(f"a pause of scope {scope} names that and nothing else")
    if kind and kind not in JobKind.values:
        raise ValueError(f"{kind!r} is no kind of edit")
    return {"page": page, "play": play, "kind": kind}


def _note(verb: Verb, pause: Pause, *, by: User, now: datetime, reason: str = "") -> None:
    audit.note(
        verb,
        by=by,
        target=str(pause.page or pause.play or pause.kind or PauseScope.ALL.value),
        play=pause.play,
        reason=reason,
        details={"pause": pause.pk, "scope": pause.scope, "kind": pause.kind},
        now=now,
    )
