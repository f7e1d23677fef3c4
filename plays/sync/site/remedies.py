"""What each error asks for: a table, and a test says that it is whole."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from plays import confluence
from plays.confluence import ConfluenceError
from plays.models.page import PageState
from plays.rules.retry import Remedy, RetryPolicy
from plays.sync.site.title_holders import TITLE_HELD, TitleHidden


class ImplausibleRead(ConfluenceError):
    """The page reads empty although it was not: never taken for the truth and written back."""

    means = "the page reads empty although it had text"


REMEDIES: dict[type[ConfluenceError], Remedy] = {
    confluence.Unreachable: Remedy.WAIT,
    confluence.NoAnswer: Remedy.WAIT,
    confluence.ServerFault: Remedy.WAIT,
    confluence.NotJson: Remedy.WAIT,
    confluence.ImplausibleAnswer: Remedy.WAIT,
    confluence.Redirected: Remedy.WAIT,
    confluence.Unreconciled: Remedy.WAIT,
    ImplausibleRead: Remedy.WAIT,
    confluence.RateLimited: Remedy.WAIT_SITE,
    confluence.VersionConflict: Remedy.REREAD,
    confluence.CredentialsRejected: Remedy.CREDENTIALS,
    confluence.ScopeMissing: Remedy.CREDENTIALS,
    confluence.AccessUnclear: Remedy.CONFIRM,
    confluence.PageNotFound: Remedy.CONFIRM,
    confluence.SpaceNotFound: Remedy.CONFIRM,
    confluence.NotAllowed: Remedy.CONFIRM,
    confluence.PageNotCurrent: Remedy.PERSON,
    confluence.TitleTaken: Remedy.PERSON,
    confluence.InvalidBody: Remedy.PERSON,
    confluence.TooLarge: Remedy.PERSON,
    confluence.Refused: Remedy.PERSON,
    **dict.fromkeys(TITLE_HELD, Remedy.PERSON),
    TitleHidden: Remedy.CONFIRM,
}

_PAGE_STATES: dict[type[ConfluenceError], PageState] = {
    confluence.PageNotFound: PageState.MISSING,
    confluence.AccessUnclear: PageState.MISSING,
    confluence.NotAllowed: PageState.FORBIDDEN,
}
_NOT_CURRENT = {"archived": PageState.ARCHIVED, "trashed": PageState.TRASHED}

# The write was refused for what it says: one edit may be to blame for all that went with it.
BLAMES_AN_EDIT = (confluence.InvalidBody, confluence.Refused)


def remedy_for(error: ConfluenceError) -> Remedy:
    """A failure with a Retry-After (503, RFC 9110, 15.6.4) asks for quiet as a 429 does."""
    if isinstance(error, confluence.ServerFault) and error.retry_after is not None:
        return Remedy.WAIT_SITE
    return REMEDIES[type(error)]


def state_of(error: ConfluenceError) -> PageState | None:
    """What an error says that the page is; None where it says nothing of the page."""
    if isinstance(error, confluence.PageNotCurrent):
        return _NOT_CURRENT.get(error.page_status, PageState.MISSING)
    return _PAGE_STATES.get(type(error))


def policy() -> RetryPolicy:
    """The retry policy with the numbers of settings."""
    return RetryPolicy(
        tries=max(1, settings.SYNC_RETRY_COUNT),
        delay=timedelta(seconds=settings.SYNC_RETRY_DELAY),
        first_wait=timedelta(seconds=settings.SYNC_FIRST_WAIT_SECONDS),
        longest_wait=timedelta(seconds=settings.SYNC_LONGEST_WAIT_SECONDS),
        give_up_after=timedelta(seconds=settings.SYNC_GIVE_UP_SECONDS),
        first_pause=timedelta(seconds=settings.SYNC_FIRST_PAUSE_SECONDS),
        longest_pause=timedelta(seconds=settings.SYNC_LONGEST_PAUSE_SECONDS),
    )
