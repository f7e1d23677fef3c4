"""`{{ error|advice }}`: what happened and what to do about it; `{{ message|said_of:error }}`."""

from __future__ import annotations

from django import template

from plays import confluence
from plays.advice import Advice, advice
from plays.sync.jobs.failures import Cause
from plays.sync.layouts.questions import QUESTIONS, told_to

register = template.Library()
register.filter(advice)


@register.filter
def help_of(cause: Cause) -> Advice | None:
    """What happened and what to do: as the page asks it, where that is the cause."""
    asked = told_to(cause.error, cause.mapping)
    return Advice(*asked) if asked else advice(cause.error)


@register.filter
def said_of(message: str, error: str) -> str:
    """What was noted of an error, without what its name means: `advice` says that in the reader's
    language. Nothing of a page's question: that is our own, and stands beside it.
    """
    if error in QUESTIONS:
        return ""
    means = getattr(getattr(confluence, error, None), "means", "")
    return message.removeprefix(f"{means} · ") if means else message
