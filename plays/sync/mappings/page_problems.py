"""What a page's problem is called and what to do about it, in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plays import confluence, storage
from plays.confluence import ConfluenceError, PageNotCurrent
from plays.models.page import PageState
from plays.sync.layouts.questions import told_of
from plays.sync.site.own_words import own_words
from plays.sync.site.remedies import state_of

Words = tuple[str | Promise, str | Promise]

_RIGHTS = gettext_lazy("Let the sync account view and edit the page in Confluence.")
_LATER = gettext_lazy("Look again in a few minutes.")
_ACCOUNT = gettext_lazy(
    "Check CONFLUENCE_EMAIL and CONFLUENCE_API_TOKEN: make a new token if the old one has ended, "
    "then start web and worker again."
)

# By error: what it means for a page, and what to do. Others are told in Confluence's own words.
UNREADABLE: dict[type[ConfluenceError], Words] = {
    confluence.PageNotFound: (
        gettext_lazy("There is no page with this id, or our account may not see it."),
        gettext_lazy("Check the page id; let the sync account view and edit the page."),
    ),
    confluence.AccessUnclear: (
        gettext_lazy("Confluence does not show us this page."),
        gettext_lazy("Check the page id; let the sync account view and edit the page."),
    ),
    confluence.NotAllowed: (gettext_lazy("Our account may not see this page."), _RIGHTS),
    confluence.CredentialsRejected: (
        gettext_lazy("Confluence does not accept our account."),
        _ACCOUNT,
    ),
    confluence.ScopeMissing: (
        gettext_lazy("The API token lacks a permission."),
        gettext_lazy("Make a token that may read and write pages, or one without scopes."),
    ),
    confluence.Unreachable: (
        gettext_lazy("Confluence cannot be reached."),
        gettext_lazy("Check CONFLUENCE_URL and the network; then look again."),
    ),
    confluence.NoAnswer: (gettext_lazy("Confluence did not answer in time."), _LATER),
    confluence.ServerFault: (gettext_lazy("Confluence failed."), _LATER),
    confluence.RateLimited: (gettext_lazy("Confluence asks us to slow down."), _LATER),
    confluence.NotJson: (
        gettext_lazy("The answer is not Confluence's: a login page or a proxy?"),
        gettext_lazy("Check CONFLUENCE_URL; for Cloud it ends with /wiki."),
    ),
    confluence.Redirected: (
        gettext_lazy("Confluence sends us to another address."),
        gettext_lazy("Check CONFLUENCE_URL; for Cloud it ends with /wiki."),
    ),
}
LAYOUT: dict[type[storage.EditError], str | Promise] = {
    storage.NotStorage: gettext_lazy("Open the page in Confluence's editor and save it once."),
    storage.AmbiguousColumn: gettext_lazy("Rename one of the two columns."),
    storage.MissingColumn: gettext_lazy("Add the columns that are named to the table."),
    storage.DuplicateRow: gettext_lazy("Remove all but one of these rows."),
    storage.MergedCells: gettext_lazy("Split the merged cells that are named."),
    storage.HoldsContent: gettext_lazy("Move what is in the cell to a column of your own."),
}


def unreadable(error: ConfluenceError) -> tuple[str, str]:
    """The problem and the advice for a page that could not be read."""
    if isinstance(error, PageNotCurrent):
        return _not_current(error)
    problem, advice = UNREADABLE.get(type(error), (own_words(str(error)) or str(error), _LATER))
    return str(problem), str(advice)


def state_read(error: ConfluenceError) -> PageState:
    """What the page is by an error at reading; UNSEEN where the error says nothing of the page."""
    if type(error) is confluence.Refused:
        return PageState.MISSING
    return state_of(error) or PageState.UNSEEN


def no_edit_right() -> tuple[str, str]:
    """The problem and the advice for a page that we may only read."""
    return _("Our account may not edit this page."), str(_RIGHTS)


def layout_problem(problem: storage.EditError) -> str:
    """What is wrong with a page's layout: its question, or the fault with its spots."""
    if isinstance(problem, storage.LayoutQuestion):
        return told_of(problem).what
    return own_words(str(problem))


def layout_advice(problem: storage.EditError) -> str:
    if isinstance(problem, storage.LayoutQuestion):
        return told_of(problem).do
    return str(LAYOUT.get(type(problem), _("Put the page right in Confluence.")))


def _not_current(error: PageNotCurrent) -> tuple[str, str]:
    if error.page_status == "archived":
        return _("The page is archived."), _("Restore it in Confluence, or map another page.")
    if error.page_status == "trashed":
        return _("The page is in the trash."), _("Restore it in Confluence, or map another page.")
    return _("The page is not published."), _("Publish it in Confluence, or map another page.")
