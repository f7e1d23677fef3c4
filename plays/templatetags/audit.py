"""An act of a person -> one sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import template
from django.contrib.auth.models import User
from django.db.models import Model
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from plays.models import AuditEntry, Play, Team
from plays.models.api_token import Scope
from plays.models.audit import Verb
from plays.models.job import JobKind
from plays.models.mapping import PartChoice
from plays.models.pause import PauseScope
from plays.models.play import STATUS_WORDS
from plays.models.quarter import COUNTERS
from plays.rules.particles import with_particles
from plays.sync.audit import NAMELESS

register = template.Library()


@register.filter
def act(entry: AuditEntry) -> str:
    """What was done to what, without who and when: "mapped Live doc to page 4711 (before: 12)"."""
    tell = _DEEDS.get(entry.verb)
    told = tell(entry) if tell else _with_target(str(entry.get_verb_display()), entry)
    return with_particles(told)


def _with_target(words: str, entry: AuditEntry) -> str:
    """What an act was done to, behind the act, unless the Play beside it says it already."""
    play = entry.play.play_id if entry.play else ""
    return f"{words}: {entry.target}" if entry.target and entry.target != play else words


def _mapped(entry: AuditEntry) -> str:
    if "part" not in entry.details:
        return _counted(entry)
    part, old, new = (str(entry.details.get(name, "")) for name in ("part", "old", "new"))
    label = PartChoice(part).label if part in PartChoice.values else entry.target
    holes = {"part": label, "old": old, "new": new}
    if not new:
        return _("took page %(old)s away from %(part)s") % holes
    if not old:
        return _("mapped %(part)s to page %(new)s") % holes
    return _("mapped %(part)s to page %(new)s (before: %(old)s)") % holes


def _held(entry: AuditEntry) -> str:
    if entry.verb == Verb.PAUSE:
        return _("paused %(what)s") % {"what": _pause_target(entry)}
    return _("resumed %(what)s") % {"what": _pause_target(entry)}


def _pause_target(entry: AuditEntry) -> str:
    scope = entry.details.get("scope")
    if scope == PauseScope.ALL:
        return _("everything")
    if scope == PauseScope.KIND:
        kind = str(entry.details.get("kind", ""))
        return str(JobKind(kind).label) if kind in JobKind.values else entry.target
    if scope == PauseScope.PAGE:
        return _("the page %(title)s") % {"title": entry.target}
    return _("the Play %(play)s") % {"play": entry.target}


def _page_made(entry: AuditEntry) -> str:
    if entry.details.get("adopted") or entry.details.get("how") == "adopted":
        return _("used the page %(title)s that was there") % {"title": entry.target}
    return _("created the page %(title)s") % {"title": entry.target}


def _pages_made(entry: AuditEntry) -> str:
    if entry.count is None:
        return _counted(entry)
    words = str(_COUNTED[entry.verb] % {"count": entry.count})
    part = str(entry.details.get("part", ""))
    label = PartChoice(part).label if part in PartChoice.values else entry.target
    return f"{words}: {label}"


def _status_set(entry: AuditEntry) -> str:
    status, ended = (_status_word(entry.details.get(name)) for name in ("status", "ended"))
    if status:
        until = parse_datetime(str(entry.details.get("until", "")))
        day = f"{timezone.localtime(until):%Y-%m-%d %H:%M}" if until else "–"
        return _("set the status to %(status)s until %(until)s") % {"status": status, "until": day}
    if ended:
        return _("ended the status set by hand (%(status)s)") % {"status": ended}
    return _with_target(str(entry.get_verb_display()), entry)


def _status_word(value: Any) -> str:
    known = {status.value: str(word) for status, word in STATUS_WORDS.items()}
    return known.get(str(value or ""), "")


@register.filter
def has_outcome(entry: AuditEntry) -> bool:
    """Whether the act has a page that tells how it went."""
    is_of_many = entry.verb in OF_MANY and (entry.count or 0) > 1
    has_page = any(entry.details.get(name) for name in ("batch", "weekly"))
    return entry.verb in OF_JOBS or is_of_many or has_page


@register.filter
def field_changes(entry: AuditEntry) -> list[tuple[str, Any, Any]]:
    """What an edit of a Play, a user or the team's rules changed: each field's name, its old and
    its new value."""
    model = _EDITED.get(entry.verb)
    if model is None:
        return []
    fields = (*model._meta.fields, *model._meta.many_to_many)
    names = {field.name: field.verbose_name for field in fields}
    pairs = {name: pair for name, pair in entry.details.items() if isinstance(pair, list)}
    return [
        (str(names.get(name, name)), *map(_shown, pair))
        for name, pair in pairs.items()
        if len(pair) == 2
    ]


def _shown(value: Any) -> Any:
    """A list or table of values as people read it; anything else as it is."""
    if isinstance(value, list):
        return ", ".join("–" if each is None else str(COUNTERS.get(each, each)) for each in value)
    if isinstance(value, dict):
        return "; ".join(
            f"{COUNTERS.get(name, name)} {_shown(each)}" for name, each in value.items()
        )
    return value


_EDITED: dict[str, type[Model]] = {
    Verb.EDIT_PLAY: Play,
    Verb.EDIT_USER: User,
    Verb.ADD_USER: User,
    Verb.TEAM_RULES: Team,
}

# Acts whose jobs tell how they went.
OF_JOBS = (
    *(Verb.RETRY, Verb.CANCEL, Verb.RECOVER, Verb.SEND_MISSING, Verb.RESEND_ALL, Verb.IMPORT),
    Verb.RECONCILE,
)
OF_MANY = (Verb.ACCEPT, Verb.MAP, Verb.TEAM_RULES)

# How many of what, by the act; an act without a number is told by its verb alone.
_COUNTED: dict[str, Any] = {
    Verb.RETRY: ngettext_lazy("retried %(count)d job", "retried %(count)d jobs", "count"),
    Verb.CANCEL: ngettext_lazy("canceled %(count)d job", "canceled %(count)d jobs", "count"),
    Verb.RECOVER: ngettext_lazy(
        "recovered %(count)d failed job", "recovered %(count)d failed jobs", "count"
    ),
    Verb.SEND_MISSING: ngettext_lazy(
        "sent %(count)d missing edit", "sent %(count)d missing edits", "count"
    ),
    Verb.RESEND_ALL: ngettext_lazy(
        "sent %(count)d edit again", "sent %(count)d edits again", "count"
    ),
    Verb.ACCEPT: ngettext_lazy(
        "accepted %(count)d event again", "accepted %(count)d events again", "count"
    ),
    Verb.MAP: ngettext_lazy(
        "changed %(count)d page mapping", "changed %(count)d page mappings", "count"
    ),
    Verb.CREATE_PAGES: ngettext_lazy(
        "had %(count)d missing page made", "had %(count)d missing pages made", "count"
    ),
    Verb.IMPORT: ngettext_lazy("imported %(count)d Play", "imported %(count)d Plays", "count"),
}


def _counted(entry: AuditEntry) -> str:
    if entry.count is None:
        return _with_target(str(entry.get_verb_display()), entry)
    return _with_target(str(_COUNTED[entry.verb] % {"count": entry.count}), entry)


def _token_made(entry: AuditEntry) -> str:
    words = _with_target(str(entry.get_verb_display()), entry)
    scopes = [str(Scope(scope).label) for scope in entry.details.get("scopes", ())]
    return f"{words} ({', '.join(scopes)})" if scopes else words


def _from_address(entry: AuditEntry) -> str:
    words = _with_target(str(entry.get_verb_display()), entry)
    address = entry.details.get("address")
    return f"{words} ({address})" if address else words


_DEEDS: dict[str, Callable[[AuditEntry], str]] = {
    **dict.fromkeys(_COUNTED, _counted),
    Verb.MAP: _mapped,
    Verb.PAUSE: _held,
    Verb.RESUME: _held,
    Verb.CREATE_PAGE: _page_made,
    Verb.CREATE_PAGES: _pages_made,
    Verb.OVERRIDE: _status_set,
    Verb.MAKE_TOKEN: _token_made,
    **dict.fromkeys((Verb.LOGIN_FAILED, Verb.LOCK_OUT, Verb.LET_IN), _from_address),
}


@register.filter
def person(entry: AuditEntry) -> str | Promise:
    return entry.by_name if entry.by else NAMELESS.get(entry.by_name, entry.by_name)
