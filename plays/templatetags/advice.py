"""`{{ error|advice }}`: what happened and what to do about it; `{{ message|said_of:error }}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from plays.advice import Advice, advice

if TYPE_CHECKING:
    from plays.sync.jobs.failures import Cause

register = template.Library()
register.filter(advice)


@register.filter
def help_of(cause: Cause) -> Advice | None:
    """What happened and what to do: as the page asks it, where that is the cause."""
    from plays.sync.layouts.questions import told_to

    asked = told_to(cause.error, cause.mapping)
    return Advice(*asked) if asked else advice(cause.error)


@register.filter
def help_with(problem: object, error: str) -> Advice | None:
    """What happened and what to do, by an error and its name: as the page asks, where it does."""
    from plays.storage import LayoutQuestion
    from plays.sync.layouts.questions import told_of

    return Advice(*told_of(problem)) if isinstance(problem, LayoutQuestion) else advice(error)


@register.filter
def said_of(message: object, error: str) -> str:
    """What an error, or what was noted of it, says, without what its name means: `advice` tells
    that. Nothing of a page's question: that is our own, and is told too.
    """
    from plays.sync.layouts.questions import QUESTIONS
    from plays.sync.site.own_words import own_words

    text = str(message or "")
    if error in QUESTIONS and "\n" not in text:  # of several jobs the others say more
        return ""
    return own_words(text)
