"""What can go wrong between us and Confluence, named for what happened, in its own words.

    ConfluenceError
      nothing reached Confluence
        Unreachable          no such host, refused, no connection in time, a certificate not trusted
      no usable answer; what a write did is unknown
        NoAnswer             timed out, reset, or broke off after the request was on its way
        ServerFault          500, 502, 503, 504 and 408
        NotJson              an answer that is not JSON: a login or proxy page, a cut-off text
        ImplausibleAnswer    JSON without what it must have, such as `"body": {}`, or too large
        Redirected           sent elsewhere, which is not followed: credentials stay on the site
      wait, then again
        RateLimited          429: refused before anything was done
        Unreconciled         501: the editor's copy of the page is out of step; nothing was written
        VersionConflict      somebody saved in between, or two saves met in the database
      credentials
        CredentialsRejected  this account or token is not accepted
        ScopeMissing         the token is good, but not for this kind of call
        AccessUnclear        a dead token, a hiccup at the edge or a wrong address: ask `whoami`
      this page or space
        PageNotFound         not there, or not visible to us; on a write also: no right to edit
        SpaceNotFound        no space with that key is visible to us
        NotAllowed           403
        PageNotCurrent       read well, but trashed, archived, a draft or historical
      this request
        TitleTaken           the space has another page of this title, perhaps an archived one
        InvalidBody          the storage text was not accepted
        TooLarge             413
        Refused              any other 4xx, and an id that cannot be one

Every class stands directly below `ConfluenceError`, so a table of remedies can name each once.
"""

from __future__ import annotations

from typing import ClassVar

WRITE_METHODS = frozenset({"POST", "PUT", "DELETE", "PATCH"})


class ConfluenceError(Exception):
    """One call that did not give what it was made for.

    `message` is Confluence's own text where it gave one, trimmed and shortened; `status` the HTTP
    status where there was an answer; `code` Confluence's error code; `request_id` what its support
    asks for; `retry_after` the seconds it asked us to wait; `method` and `path` the call, without
    its query. `sent` is False when nothing was done for certain: the request never arrived or was
    refused. It is True when it arrived and what came of it cannot be told from the answer.
    """

    means: ClassVar[str] = "the call failed"

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        code: str = "",
        request_id: str = "",
        retry_after: float | None = None,
        method: str = "",
        path: str = "",
        sent: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after
        self.method = method
        self.path = path
        self.sent = sent

    @property
    def outcome_unknown(self) -> bool:
        """A write that may or may not have happened: read the page to find out."""
        return self.sent and self.method in WRITE_METHODS

    def __str__(self) -> str:
        call = " ".join(part for part in (self.method, self.path) if part)
        status = f"HTTP {self.status}" if self.status is not None else ""
        parts = [self.means, status, self.message, call]
        if self.request_id:
            parts.append(f"request {self.request_id}")
        return " · ".join(part for part in parts if part)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"


class Unreachable(ConfluenceError):
    """No connection: nothing was sent."""

    means = "Confluence cannot be reached"


class NoAnswer(ConfluenceError):
    """The request was on its way when the connection failed or the time was up."""

    means = "Confluence did not answer in time"


class ServerFault(ConfluenceError):
    """5xx or 408: a failure on Confluence's side, perhaps after it had written."""

    means = "Confluence failed"


class NotJson(ConfluenceError):
    """Something else than JSON where JSON was due, or JSON that breaks off."""

    means = "the answer is not JSON (a login page or a proxy?)"


class ImplausibleAnswer(ConfluenceError):
    """JSON that lacks what the call is for; it must never be taken for an empty page."""

    means = "the answer is not plausible"


class Redirected(ConfluenceError):
    """3xx: another address, often a login page. `message` names it without its query."""

    means = "redirected, which is not followed"


class RateLimited(ConfluenceError):
    """429: too many calls; refused before anything was done, whatever the method."""

    means = "too many calls"


class Unreconciled(ConfluenceError):
    """501: "Unable to save changes to unreconciled page"; heals when the page is opened."""

    means = "the page's editor copy is out of step"


class VersionConflict(ConfluenceError):
    """The version sent was not current + 1, or two saves collided: read again."""

    means = "the page was changed in between"


class CredentialsRejected(ConfluenceError):
    """Confluence does not accept this account and token, or takes us for nobody."""

    means = "credentials not accepted"


class ScopeMissing(ConfluenceError):
    """The gateway refused the call before routing it: the token lacks a scope."""

    means = "the token lacks a scope"


class AccessUnclear(ConfluenceError):
    """A 404 that names no page, or a 403 that names no reason: ask `whoami`, believe neither."""

    means = "no access, and it is not clear why"


class PageNotFound(ConfluenceError):
    """A 404 that says which page or parent is missing."""

    means = "no such page, or not visible to this account"


class SpaceNotFound(ConfluenceError):
    """No space with this key is visible to the account."""

    means = "no such space, or not visible to this account"


class NotAllowed(ConfluenceError):
    """403: the account may not do this here."""

    means = "not allowed"


class PageNotCurrent(ConfluenceError):
    """The page can be read but is no page that people see; `page_status` says what it is."""

    means = "the page is not current"

    def __init__(self, message: str = "", *, page_status: str = "", **context: object) -> None:
        super().__init__(message, **context)  # type: ignore[arg-type]
        self.page_status = page_status


class TitleTaken(ConfluenceError):
    """Titles are unique in a space, whatever their case, archived pages included."""

    means = "another page has this title"


class InvalidBody(ConfluenceError):
    """The storage text is not well-formed or holds what the editor cannot; not retryable."""

    means = "the page text was not accepted"


class TooLarge(ConfluenceError):
    """413: the request was larger than Confluence, or a proxy before it, takes."""

    means = "the page is too large"


class Refused(ConfluenceError):
    """Another 4xx: the request itself is wrong."""

    means = "refused"
