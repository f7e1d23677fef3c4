"""What an error of Confluence means for the whole site.

Whoever meets one reports it here: a worker, a reader, or a person's look-up. Nobody else decides
that the site is paused or stopped.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from plays.confluence import (
    AccessUnclear,
    Confluence,
    ConfluenceError,
    CredentialsRejected,
    ScopeMissing,
)
from plays.rules.retry import Remedy
from plays.sync.site.availability import check_credentials, pause, stop, went_well
from plays.sync.site.remedies import remedy_for

P = ParamSpec("P")
Answer = TypeVar("Answer")

# Another try at once may help with these, before the site hears of it.
WORTH_A_TRY = (Remedy.WAIT, Remedy.CONFIRM, Remedy.REREAD)
CREDENTIAL_ERRORS = (CredentialsRejected, ScopeMissing, AccessUnclear)


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """What was really wrong, and what that asks for."""

    error: ConfluenceError
    remedy: Remedy

    @property
    def closes_site(self) -> bool:
        """Whether no page at all can be read or written now."""
        return self.remedy in (Remedy.WAIT_SITE, Remedy.CREDENTIALS)


def report(client: Confluence, error: ConfluenceError, *, persists: bool = False) -> Diagnosis:
    """Tell the site of an error: it is paused when it is busy, and stopped when our account is
    refused.

    Where the account may be to blame, and where an error `persists` through several tries, the
    account is asked for by one call.
    """
    remedy = remedy_for(error)
    if remedy is Remedy.WAIT_SITE:
        pause(error)
        return Diagnosis(error=error, remedy=remedy)
    is_page_alone = remedy in (Remedy.PERSON, Remedy.REREAD)
    if is_page_alone or not (persists or isinstance(error, CREDENTIAL_ERRORS)):
        return Diagnosis(error=error, remedy=remedy)
    if trouble := check_credentials(client):
        return report_account(trouble)
    # The account works: it is this page that is refused.
    confirm = Remedy.CONFIRM if remedy is Remedy.CREDENTIALS else remedy
    return Diagnosis(error=error, remedy=confirm)


def report_account(trouble: ConfluenceError) -> Diagnosis:
    """Tell the site that the question for our account (`whoami`) ended with `trouble`."""
    if isinstance(trouble, CREDENTIAL_ERRORS):
        stop(trouble)
        return Diagnosis(error=trouble, remedy=Remedy.CREDENTIALS)
    pause(trouble)
    return Diagnosis(error=trouble, remedy=Remedy.WAIT_SITE)


def reported(
    act: Callable[Concatenate[Confluence, P], Answer],
) -> Callable[Concatenate[Confluence, P], Answer]:
    """An act with Confluence that reports how it went; it raises what was really wrong."""

    @functools.wraps(act)
    def reporting(client: Confluence, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        try:
            answer = act(client, *args, **kwargs)
        except ConfluenceError as error:
            found = report(client, error).error
            if found is error:
                raise
            raise found from error
        went_well()
        return answer

    return reporting


def optional(client: Confluence, ask: Callable[[], Answer | None]) -> Answer | None:
    """An answer that is good to have; None where Confluence does not give it.

    What it hides from us says nothing of the account, which is not asked for.
    """
    try:
        return ask()
    except AccessUnclear:
        return None
    except ConfluenceError as error:
        report(client, error)
        return None
