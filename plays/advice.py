"""An error's name -> what happened and what to do about it, in the reader's language."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plays.sync.site.title_holders import TITLE_HELD

_WAIT = _("Nothing to do: it is tried again by itself.")
_RIGHTS = _("Let the sync account view and edit the page in Confluence, then retry.")
_ADMIN = _(
    "Ask an admin to check the Confluence account and its permissions. If its token has ended, a "
    "new one goes into CONFLUENCE_API_TOKEN, then web and worker are started again."
)
_LAYOUT = _("Put the page right in Confluence, then retry.")


class Advice(NamedTuple):
    """`what` happened, and what to `do`."""

    what: str | Promise
    do: str | Promise


# A test says that no error of the client or the storage editor is missing.
ADVICE: dict[str, Advice] = {
    "Unreachable": Advice(_("Confluence could not be reached"), _WAIT),
    "NoAnswer": Advice(_("Confluence did not answer in time"), _WAIT),
    "ServerFault": Advice(_("Confluence failed"), _WAIT),
    "NotJson": Advice(_("The answer was not Confluence's"), _WAIT),
    "ImplausibleAnswer": Advice(_("The answer was incomplete"), _WAIT),
    "Redirected": Advice(
        _("Confluence sent us to another address"),
        _("Ask an admin to check CONFLUENCE_URL if this stays."),
    ),
    "RateLimited": Advice(_("Confluence asked us to slow down"), _WAIT),
    "Unreconciled": Advice(
        _("The page's draft is out of step"),
        _("Tried again by itself. Opening the page in Confluence's editor once helps."),
    ),
    "VersionConflict": Advice(_("Somebody saved the page in between"), _WAIT),
    "CredentialsRejected": Advice(_("Confluence does not accept our account"), _ADMIN),
    "ScopeMissing": Advice(_("The API token lacks a permission"), _ADMIN),
    "AccessUnclear": Advice(_("Confluence hides the page from us"), _RIGHTS),
    "PageNotFound": Advice(
        _("Page not found"),
        _("Check the page ID in the mapping, or restore the page; then retry."),
    ),
    "SpaceNotFound": Advice(_("Space not found"), _ADMIN),
    "NotAllowed": Advice(_("No permission for this page"), _RIGHTS),
    "PageNotCurrent": Advice(
        _("The page is in the trash, archived or a draft"),
        _("Restore the page in Confluence or map another one; then retry."),
    ),
    "TitleTaken": Advice(
        _("Another page has this title"), _("Rename one of the two pages, then retry.")
    ),
    "InvalidBody": Advice(_("Confluence did not accept the text"), _LAYOUT),
    "TooLarge": Advice(_("The page is too large"), _("Move old rows to another page, then retry.")),
    "Refused": Advice(
        _("Confluence refused the call"), _("Read Confluence's message, put it right, then retry.")
    ),
    "ImplausibleRead": Advice(
        _("The page reads empty although it had text"),
        _("Look at the page. If it is meant to be empty, retry; else restore a version first."),
    ),
    **{held.__name__: Advice(held.what, held.ask) for held in TITLE_HELD},
    "NotStorage": Advice(_("The page's source is broken"), _LAYOUT),
    "AmbiguousTable": Advice(
        _("Two tables on the page fit"), _("Leave only one of them on the page, then retry.")
    ),
    "AmbiguousPart": Advice(
        _("A new row fits none of the tables"),
        _(
            "Write its channel or quarter above one of the tables, "
            "or choose a table on the mapping screen."
        ),
    ),
    "KeyColumnMissing": Advice(
        _("The table's key column is not known"),
        _("Choose the column on the mapping screen, or give it its old heading back."),
    ),
    "TableUnsure": Advice(
        _("A table holds our rows, but its columns are not known"),
        _("Choose the table's columns on the mapping screen."),
    ),
    "TableGone": Advice(
        _("The page no longer has its table"),
        _("Bring the table back from the page's history, or map another page."),
    ),
    "AmbiguousColumn": Advice(
        _("Two columns of the table have the same name"), _("Rename one of them, then retry.")
    ),
    "MissingColumn": Advice(
        _("The table lacks a column"), _("Add the column that is named, then retry.")
    ),
    "DuplicateRow": Advice(
        _("The table has the row twice"), _("Remove one of the two rows, then retry.")
    ),
    "MergedCells": Advice(
        _("Merged cells are in the way"), _("Split the cells that are named, then retry.")
    ),
    "ForeignRow": Advice(
        _("The page has a row with this id that tells of something else"),
        _("Compare the pages with the database; what is found there says how it goes on."),
    ),
    "ForeignEntry": Advice(
        _("The page has an entry with this id that tells of something else"),
        _("See what the entry is about. If it may go, remove it or its id, then retry."),
    ),
    "HoldsContent": Advice(
        _("A cell of ours holds a table or a macro"),
        _("Move what is in the cell to a column of your own, then retry."),
    ),
    "SkeletonBroken": Advice(
        _("The write would have removed a part of the page"),
        _("Nothing was written. Open the page in Confluence, save it once, then retry."),
    ),
    "EmptyKey": Advice(_("The row has no key"), _LAYOUT),
    "UnsafeUrl": Advice(
        _("A link is neither http(s) nor mailto"), _("Send the event again with a web address.")
    ),
    # What the weekly report's page notes for want of settings; no class has the name.
    "NotConfigured": Advice(
        _("Confluence is not set up"),
        _("Set CONFLUENCE_URL, CONFLUENCE_API_TOKEN and CONFLUENCE_SPACE_KEY."),
    ),
}
_UNKNOWN = _("Read the message below; retry once its cause is gone.")


def advice(error: str) -> Advice | None:
    """What an error means and asks for; one without an entry is shown by its name."""
    return ADVICE.get(error, Advice(error, _UNKNOWN)) if error else None


def in_words(error: str) -> tuple[str, str]:
    """What an error means and what to do next, as text; nothing for a name that is not known."""
    told = advice(error)
    return (str(told.what), str(told.do)) if told else ("", "")
