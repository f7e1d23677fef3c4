"""How a moment, a status, a stage, a counter or a page is shown: the same on every screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.core.paginator import Page as Rows
from django.template import Context
from django.utils import timezone
from django.utils.dateformat import format as dateformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from plays.models import Page, SyncAttempt
from plays.models.attempt import Outcome
from plays.models.event import EventState
from plays.models.job import Stage
from plays.models.page import PageState
from plays.models.play import STATUS_WORDS
from plays.models.quarter import COUNTERS
from plays.rules.particles import with_particles
from plays.rules.status import Status
from plays.rules.way_up import WayUp

register = template.Library()

SHAPES = {Status.GREEN: "●", Status.YELLOW: "▲", Status.RED: "■"}
STAGE_TONES = {
    Stage.PENDING: ("◔", "calm"),
    Stage.UNMAPPED: ("◇", "warn"),
    Stage.RETRYING: ("↻", "warn"),
    Stage.FAILED: ("✕", "bad"),
    Stage.SYNCED: ("✓", "good"),
    Stage.CANCELED: ("–", "mute"),
}
OUTCOME_TONES = {
    Outcome.RUNNING: ("◔", "calm"),
    Outcome.WRITTEN: ("✓", "good"),
    Outcome.UNCHANGED: ("✓", "good"),
    Outcome.LANDED: ("✓", "good"),
    Outcome.CONTINUED: ("→", "calm"),
    Outcome.CONFLICT: ("↻", "warn"),
    Outcome.ERROR: ("✕", "bad"),
    Outcome.INTERRUPTED: ("↻", "warn"),
}
PAGE_TONES = {PageState.OK: ("✓", "good"), PageState.UNSEEN: ("◔", "calm")}
EVENT_TONES = {EventState.ACCEPTED: ("✓", "good"), EventState.REJECTED: ("✕", "bad")}
# Confluence's page addresses on Cloud and Data Center go on with one of these after their base.
PAGE_PATHS = ("/spaces/", "/pages/", "/display/")
BAR_WIDTH = 100
Words = Callable[[int], str]
UNITS: list[tuple[timedelta, Words, Words]] = [
    (
        timedelta(days=7),
        lambda n: ngettext("%(count)s week ago", "%(count)s weeks ago", n),
        lambda n: ngettext("in %(count)s week", "in %(count)s weeks", n),
    ),
    (
        timedelta(days=1),
        lambda n: ngettext("%(count)s day ago", "%(count)s days ago", n),
        lambda n: ngettext("in %(count)s day", "in %(count)s days", n),
    ),
    (
        timedelta(hours=1),
        lambda n: ngettext("%(count)s hour ago", "%(count)s hours ago", n),
        lambda n: ngettext("in %(count)s hour", "in %(count)s hours", n),
    ),
    (
        timedelta(minutes=1),
        lambda n: ngettext("%(count)s minute ago", "%(count)s minutes ago", n),
        lambda n: ngettext("in %(count)s minute", "in %(count)s minutes", n),
    ),
]


@register.filter
def moment(value: datetime | None) -> str:
    """`2026-11-23 (월) 14:05`, exact for machines."""
    return _time(value, "H:i")


@register.filter
def exact(value: datetime | None) -> str:
    """The same to the second, for what happens several times a minute."""
    return _time(value, "H:i:s")


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago or how far ahead, in words, with the exact time beside it on hover."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{} {}">{}</time>',
        local.isoformat(timespec="seconds"),
        _day(local),
        f"{local:%H:%M}",
        distance(value - timezone.now()),
    )


def distance(ahead: timedelta) -> str:
    """A span in its largest unit: "3 hours ago", "in 4 minutes", "just now"."""
    away = abs(ahead)
    for unit, past, future in UNITS:
        if away >= unit:
            count = away // unit
            words = future(count) if ahead > timedelta(0) else past(count)
            return words % {"count": count}
    return gettext("just now")


def _time(value: datetime | None, clock: str) -> str:
    if value is None:
        return "–"
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}">{} {}</time>',
        local.isoformat(timespec="seconds"),
        _day(local),
        dateformat(local, clock),
    )


def _day(value: date) -> str:
    """The weekday in one letter in Korean, where Django has only the long name."""
    return f"{value:%Y-%m-%d} ({dateformat(value, 'D').removesuffix('요일')})"


@register.filter
def day(value: date | None) -> str:
    """`2026-11-23 (월)`."""
    if value is None:
        return "–"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), _day(value))


@register.filter
def seconds(milliseconds: int | None) -> str:
    """A duration as people read it: `180 ms`, `2.4 s`."""
    if milliseconds is None:
        return "–"
    return f"{milliseconds} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


@register.filter
def percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f}%"


@register.filter
def decimal(number: float) -> str:
    """One digit behind the point, none where it would be a zero."""
    return f"{number:.1f}".removesuffix(".0")


@register.filter
def is_weblink(address: str) -> bool:
    """Only these become links: an address from outside may hide a script."""
    return address.lower().startswith(("http://", "https://"))


@register.simple_tag
def status_badge(status: Status) -> SafeString:
    return badge(SHAPES[status], STATUS_WORDS[status], f"status-{status.value}")


@register.filter
def status_word(status: Status) -> Any:
    return STATUS_WORDS[status]


@register.simple_tag
def way_up_words(way: WayUp) -> str:
    """What is missing to the next better status: "2 more Signals and 1 more Briefs by Sunday"."""
    needs = ", ".join(
        gettext("%(counter)s +%(more)d") % {"counter": COUNTERS[name], "more": more}
        for name, more in way.needs.items()
    )
    words = gettext("%(needs)s by %(day)s makes it “%(status)s”.")
    return with_particles(
        words % {"needs": needs, "day": _day(way.by), "status": STATUS_WORDS[way.status]}
    )


@register.simple_tag
def stage_badge(stage: str, count: int | None = None) -> SafeString:
    shape, tone = STAGE_TONES[Stage(stage)]
    label = Stage(stage).label
    return badge(shape, f"{label} {count}" if count else label, tone)


@register.simple_tag
def outcome_badge(outcome: str) -> SafeString:
    return toned(OUTCOME_TONES, Outcome(outcome))


@register.simple_tag
def try_badge(attempt: SyncAttempt) -> SafeString:
    """What a try came to; one that wrote nothing as an edit could not be made was no success."""
    failed = attempt.error and attempt.outcome == Outcome.UNCHANGED
    return outcome_badge(Outcome.ERROR if failed else attempt.outcome)


@register.simple_tag
def page_badge(page: Page) -> SafeString:
    return toned(PAGE_TONES, PageState(page.state))


@register.simple_tag
def event_badge(state: str) -> SafeString:
    return toned(EVENT_TONES, EventState(state))


def toned(tones: Mapping[Any, tuple[str, str]], choice: Any) -> SafeString:
    """A choice of a model's as a badge: its label, with the shape and tone of the table."""
    shape, tone = tones.get(choice, ("✕", "bad"))
    return badge(shape, choice.label, tone)


def badge(shape: str, word: Any, tone: str) -> SafeString:
    """Shape, word and colour: any one of the three tells it."""
    return format_html(
        '<span class="badge" data-tone="{}"><span aria-hidden="true">{}</span> {}</span>',
        tone,
        shape,
        word,
    )


@register.filter
def counter_label(name: str) -> Any:
    return COUNTERS[name]


@register.filter
def counter_list(names: Iterable[str]) -> str:
    return ", ".join(str(COUNTERS[name]) for name in names)


@register.inclusion_tag("_partials/_bullet.html")
def bullet(bar: Any) -> dict[str, Any]:
    """A counter as a bullet bar: the value, the goal's end and a tick where the pace is.

    The scale ends at the goal, or at the value where that is beyond it.
    """
    scale = BAR_WIDTH / max(bar.goal, bar.count, 1)
    return {
        "bar": bar,
        "label": COUNTERS[bar.name],
        "value": f"{round(bar.count * scale, 1):g}",
        "goal": f"{round(bar.goal * scale, 1):g}",
        "pace": f"{round(bar.expected * scale, 1):g}",
        "is_behind": bar.count < bar.expected,
    }


@register.simple_tag(takes_context=True)
def page_address(context: Context, rows: Rows[Any], number: int) -> str:
    """The address of another page of a list; all else that it asks for stays."""
    asked = context["request"].GET.copy()
    asked[rows.paginator.name] = str(number)  # type: ignore[attr-defined]
    return f"?{asked.urlencode()}"


@register.simple_tag
def history_url(page: Page) -> str:
    """The page's list of versions in Confluence; "" while its address is not known."""
    base = _wiki(page)
    return base and f"{base}/pages/viewpreviousversions.action?pageId={page.page_id}"


@register.simple_tag
def difference_url(attempt: SyncAttempt) -> str:
    """What a try changed, as Confluence shows it; "" where it changed nothing."""
    base, before, after = _wiki(attempt.page), attempt.version_before, attempt.version_after
    if not base or attempt.outcome != Outcome.WRITTEN or not before or not after:
        return ""
    versions = f"selectedPageVersions={before}&selectedPageVersions={after}"
    return f"{base}/pages/diffpagesbyversion.action?pageId={attempt.page.page_id}&{versions}"


def _wiki(page: Page) -> str:
    """The wiki's own address, cut out of the page's: the API may live elsewhere."""
    if not is_weblink(page.url):
        return ""
    cuts = [at for path in PAGE_PATHS if (at := page.url.find(path)) > 0]
    return page.url[: min(cuts)] if cuts else ""


@register.filter(is_safe=True)
def particles(words: object) -> str:
    """A sentence with its Korean particles as the words before them ask for."""
    return with_particles(str(words))
