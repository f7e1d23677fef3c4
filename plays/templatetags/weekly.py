"""How a run of the weekly sync is shown: its rhythm, its slot, its steps, what it found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.dateformat import format as dateformat
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from plays.models import WeeklySync
from plays.models.weekly import FindingKind, WeeklyState
from plays.rules.cron import rhythm
from plays.templatetags.screens import toned

if TYPE_CHECKING:
    from plays.sync.weekly import WaitReason

register = template.Library()

WORKING_DAYS = (0, 1, 2, 3, 4)
STATE_TONES = {
    WeeklyState.RUNNING: ("◔", "calm"),
    WeeklyState.DONE: ("✓", "good"),
    WeeklyState.FAILED: ("✕", "bad"),
}
FINDING_TONES = {
    FindingKind.MISSING: ("↻", "warn"),
    FindingKind.CHANGED: ("✎", "warn"),
    FindingKind.DUPLICATE: ("≡", "bad"),
    FindingKind.FOREIGN: ("≠", "bad"),
    FindingKind.UNKNOWN: ("?", "bad"),
    FindingKind.UNREADABLE: ("✕", "bad"),
    FindingKind.NOT_TAKEN: ("⊘", "warn"),
    FindingKind.NO_PLAY: ("?", "calm"),
    FindingKind.NO_COLUMN: ("·", "calm"),
}
STEPS = {
    "": _("about to begin"),
    "recount": _("recounting every Play"),
    "play_db": _("writing the Play DB"),
    "action_log": _("comparing the Action Log"),
    "live_doc": _("comparing the live docs"),
}
WAITS = {
    "site_closed": _("Confluence is paused or stopped. The run goes on by itself afterwards."),
    "everything_paused": _("A person has paused everything. The run goes on when that ends."),
    "page_busy": _("Somebody else is writing the Play DB. The run goes on by itself."),
    "not_mapped": _("The Play DB is not mapped yet. Its rows wait until an admin maps it."),
    "rows_paused": _("Rows of the Play DB are paused by a person and are written afterwards."),
    "rows_wait": _("Rows of the Play DB wait for another try."),
}


@register.simple_tag
def rhythm_words(cron: str) -> str:
    """ "every Friday at 18:00"; "" for a line that is not one time on some weekdays."""
    found = rhythm(cron)
    if found is None:
        return ""
    words = {"time": f"{found.hour}:{found.minute:02d}"}
    if found.is_daily:
        return str(_("every day at %(time)s")) % words
    if found.weekdays == WORKING_DAYS:
        return str(_("every working day at %(time)s")) % words
    days = ", ".join(str(WEEKDAYS[day]) for day in found.weekdays)
    return str(_("every %(days)s at %(time)s")) % {**words, "days": days}


@register.filter
def slot(value: datetime | None) -> str:
    """ "Friday 27 November 18:00", as people say it."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    # Translators: a date format of Django's, for example "Friday 27 November 18:00".
    words = dateformat(local, pgettext("date format", "l j F H:i"))
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), words)


@register.filter
def took(value: timedelta | None) -> str:
    """How long a run took: `4 s`, `3 min`."""
    if value is None:
        return "–"
    seconds = round(value.total_seconds())
    if seconds < 120:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    minutes = seconds // 60
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


@register.filter
def column_label(name: str) -> str:
    """How people are told of a column of ours."""
    from plays.rules import pages  # it brings the editor, which a start does not need

    return pages.column_label(name)


@register.filter
def step_words(run: WeeklySync) -> str | Promise:
    """What a run is at."""
    return STEPS[run.step.partition(":")[0]]


@register.filter
def wait_words(why: WaitReason) -> str | Promise:
    return WAITS[why.value]


@register.simple_tag
def weekly_badge(state: str) -> SafeString:
    return toned(STATE_TONES, WeeklyState(state))


@register.simple_tag
def finding_badge(kind: str) -> SafeString:
    return toned(FINDING_TONES, FindingKind(kind))


@register.filter
def repaired(
    repaired_from: Mapping[str, Mapping[str, int]],
) -> list[tuple[str, list[tuple[str, int]]]]:
    """What the counters said before a repair, by quarter."""
    from plays.sync.weekly.outcome import repairs

    return repairs(repaired_from)


@register.filter
def is_addition(line: str) -> bool:
    """Whether a line of a difference is one that would be there afterwards."""
    return line.startswith("+")
