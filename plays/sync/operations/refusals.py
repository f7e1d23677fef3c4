"""Why an operation was refused, and what to do next: the same words at every door."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

from plays import confluence, storage
from plays.confluence import ConfluenceError
from plays.rules.retry import Remedy
from plays.sync.site.remedies import ImplausibleRead, remedy_for
from plays.sync.site.title_holders import TitleHeld


class Refusal(Exception):
    """An operation that was not done; nothing of it was written. `code` names the kind, `advice`
    says what to do next.
    """

    advice = ""

    def __init__(self, message: str, *, advice: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message, self.advice = message, advice or self.advice
        self.code = code or type(self).__name__

    def __str__(self) -> str:
        return f"{self.code}: {self.message} {self.advice}".rstrip()


class NotMade(Refusal):
    """The page changed, or answers were lost, so often that the edit could not be made."""

    advice = "Make the same call again: what landed after all is found, and not made twice."


class PageBusy(Refusal):
    """Our own writer has the page."""

    advice = "Make the same call again in a few seconds."


class SiteClosed(Refusal):
    """Confluence asked for quiet, or refuses our account."""

    advice = "Wait until the pause is over; a refused account needs an administrator."


class NoPage(Refusal):
    """`play_db` or `action_log` is not mapped to a page yet, or the id cannot be one."""

    advice = "Give a page id (digits), or map the page on the mapping screen."


class NoSuchTable(Refusal):
    """No table of the page has the headings that were named."""

    advice = "Use headings as the page has them; get_page lists the headings of its tables."


class SeveralTables(Refusal):
    """More than one table of the page fits."""

    advice = "Name key_column and headings that only one of the tables has."


class NoKey(Refusal):
    """Nothing says which column, or which value, names the row."""

    advice = "Give row_id, and key_column where the table has none of our own."


class KeyReused(Refusal):
    """The key was used for another text on this page."""

    advice = "Use a new key for a new text, and the old text with the old key to repeat a call."


class OursAlone(Refusal):
    """Replacing the page would take away what the product writes there."""

    advice = "Use append_to_page, db_upsert_row or db_insert_row, which keep the rest of the page."


class TakesContent(Refusal):
    """Markdown cannot say what the page holds: a macro, a layout or a task list would go."""

    advice = "Use append_to_page or the db tools, or let a person edit the page in Confluence."


class BadArgument(Refusal):
    """A cursor, a text or a value that cannot be meant."""

    advice = "Correct the argument and call again."


_BY_REMEDY = {
    Remedy.WAIT: NotMade.advice,
    Remedy.WAIT_SITE: SiteClosed.advice,
    Remedy.REREAD: "Read the page again (get_page) and repeat with the version that it has now.",
    Remedy.CREDENTIALS: "An administrator must renew the account's token or its scopes.",
    Remedy.CONFIRM: "Check the page id, and that the sync account may view and edit the page.",
    Remedy.PERSON: "A person must look at the page in Confluence; the same call will not help.",
}
_BY_EDIT: Sequence[tuple[type[storage.EditError], str]] = (
    (storage.MissingColumn, NoSuchTable.advice),
    (storage.AmbiguousTable, SeveralTables.advice),
    (storage.LayoutQuestion, "A person answers this on the mapping screen: which table is meant."),
    (storage.DuplicateRow, "A person must remove one of the rows with this key."),
    (storage.MergedCells, "A person must split the merged cells of this row."),
    (storage.EmptyKey, NoKey.advice),
    (storage.UnsafeUrl, "Use an http(s) or mailto address."),
)


def refusal_of(error: Exception) -> Refusal:
    """Any error of an operation in these words. Raises it again where it is a fault of ours."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, TitleHeld):
        return _refusal(error, f"{error.what} ({error.message}).", str(error.ask))
    if isinstance(error, ConfluenceError):
        return _refusal(error, f"{error}.", _advice(error))
    if isinstance(error, storage.EditError):
        found = (advice for kind, advice in _BY_EDIT if isinstance(error, kind))
        return _refusal(error, str(error), next(found, "A person must look at the page."))
    if isinstance(error, ImproperlyConfigured):
        return _refusal(error, f"{error}.", "Set it in the environment, then start again.")
    raise error


def _advice(error: ConfluenceError) -> str:
    if isinstance(error, confluence.Refused) and error.status is None:  # by our own client
        return BadArgument.advice
    if isinstance(error, ImplausibleRead | confluence.ImplausibleAnswer):
        return "Open the page in Confluence and see whether it is as it should be; then call again."
    return _BY_REMEDY[remedy_for(error)]


def _refusal(error: Exception, message: str, advice: str) -> Refusal:
    return Refusal(message, advice=advice, code=type(error).__name__)
