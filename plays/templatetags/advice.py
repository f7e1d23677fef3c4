"""`{{ error|advice }}`: what happened and what to do about it; `{{ message|said_of:error }}`."""

from __future__ import annotations

from django import template

from plays import confluence
from plays.advice import advice

register = template.Library()
register.filter(advice)


@register.filter
def said_of(message: str, error: str) -> str:
    """What was noted of an error, without what its name means: `advice` says that in the reader's
    language.
    """
    means = getattr(getattr(confluence, error, None), "means", "")
    return message.removeprefix(f"{means} · ") if means else message
