"""One sentence on why a Play needs somebody: what failed, what is late, what is behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plays.models.job import Stage
from plays.models.quarter import COUNTERS
from plays.rules.status import Status
from plays.views.plays.progress import Progress


@dataclass(frozen=True, kw_only=True)
class Reason:
    """`tone` is "bad", "warn" or "" ; `link` leads to where it is seen or mended."""

    words: str
    tone: str = ""
    link: str = ""


def reasons(progress: Progress, today: date) -> list[Reason]:
    """What needs somebody, the most urgent first; empty where nothing does."""
    return list(_found(progress, today))


def _found(progress: Progress, today: date) -> Iterator[Reason]:
    play, edits = progress.play, progress.open_edits
    jobs = f"{reverse('plays:jobs')}?{urlencode({'play': play.play_id, 'state': edits.stage})}"
    if edits.failed:
        words = ngettext("%(count)d edit failed", "%(count)d edits failed", edits.failed)
        yield Reason(words=words % {"count": edits.failed}, tone="bad", link=jobs)
    if play.due_date and play.due_date < today:
        days = (today - play.due_date).days
        words = ngettext("%(count)d day overdue", "%(count)d days overdue", days)
        yield Reason(words=words % {"count": days}, tone="bad")
    if word := progress.word.current:
        yield Reason(words=_("Owner: %(word)s") % {"word": f"“{word.text}”"})
    yield from _behind(progress)
    if edits.stage is Stage.RETRYING:
        words = ngettext("%(count)d edit is retried", "%(count)d edits are retried", edits.count)
        yield Reason(words=words % {"count": edits.count}, tone="warn", link=jobs)
    if edits.unmapped:
        words = ngettext(
            "%(count)d edit waits for a mapping",
            "%(count)d edits wait for a mapping",
            edits.unmapped,
        )
        link = reverse("plays:mappings")
        yield Reason(words=words % {"count": edits.unmapped}, tone="warn", link=link)


def _behind(progress: Progress) -> Iterator[Reason]:
    if progress.verdict.status is Status.GREEN:
        return
    if not progress.verdict.attainments:
        yield Reason(words=_("nothing done lately"))
        return
    worst = min(progress.verdict.attainments, key=lambda one: one.share)
    words = _("%(counter)s %(count)d, pace %(pace)s") % {
        "counter": COUNTERS[worst.name],
        "count": worst.count,
        "pace": f"{worst.expected:.1f}".removesuffix(".0"),
    }
    yield Reason(words=words)
