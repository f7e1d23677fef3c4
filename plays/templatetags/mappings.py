"""What is wrong with a mapped page, in words, and what to do about it."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from plays.advice import ADVICE, Advice
from plays.models.page import Page, PageState

register = template.Library()

STATE_ADVICE = {
    PageState.MISSING: Advice(
        _("The page is missing, or hidden from us"),
        _("Restore it or let the sync account see it, or map another page."),
    ),
    PageState.FORBIDDEN: Advice(
        _("No permission for this page"),
        _("Let the sync account view and edit the page in Confluence."),
    ),
    PageState.ARCHIVED: Advice(
        _("The page is archived"), _("Restore it in Confluence, or map another page.")
    ),
    PageState.TRASHED: Advice(
        _("The page is in the trash"), _("Restore it in Confluence, or map another page.")
    ),
    PageState.WRONG_SHAPE: Advice(
        _("The page is not laid out as needed"), _("Put the page right in Confluence.")
    ),
}


@register.filter
def trouble(row: Any) -> Advice | None:
    """What keeps a row's page from playing its part; the last edit's own error says it best."""
    if row.page is None:
        return None
    known = STATE_ADVICE.get(PageState(row.page.state))
    return ADVICE.get(row.error, known) if known else None


@register.filter
def reason_of(page: Page) -> str:
    """What the last look or write said of a page, in the reader's language; empty while all is
    well.
    """
    from plays.sync.site.own_words import own_words

    return own_words(page.state_reason)
