"""What somebody acknowledged, beside what it is about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone

from plays.models import Acknowledgement
from plays.models.acknowledgement import Subject
from plays.templatetags.screens import day

register = template.Library()

_LOADED = "acknowledged_now"


@register.simple_tag(takes_context=True)
def acknowledged(context: Context, subject: str, thing: Any) -> Acknowledgement | None:
    """What holds now for an event, a cause (`sync.jobs.failures.Cause`) or a finding; one query for
    a whole page."""
    found = context.render_context.get(_LOADED)
    if found is None:
        found = {_key(each): each for each in Acknowledgement.objects.active(timezone.now())}
        context.render_context[_LOADED] = found
    return found.get(_KEYS[subject](thing))


@register.filter
def last_day(until: datetime) -> str:
    """An end at midnight as the day before it."""
    return day(timezone.localdate(until - timedelta(microseconds=1)))


def _key(known: Acknowledgement) -> tuple[Any, ...]:
    if known.subject == Subject.EVENT:
        return Subject.EVENT, known.event_id
    if known.subject == Subject.CAUSE:
        return Subject.CAUSE, *known.cause
    return Subject.FINDING, *known.finding


_KEYS: dict[str, Any] = {
    "event": lambda event: (Subject.EVENT, event.pk),
    "cause": lambda c: (Subject.CAUSE, c.error, c.kind, c.page.pk if c.page else None),
    "finding": lambda f: (Subject.FINDING, f.kind, f.page_id, f.key, f.column, f.found),
}
