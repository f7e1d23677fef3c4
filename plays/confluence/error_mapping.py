"""An answer that is no success -> the error that it means. Pure, and total: any bytes give one.

What each status and text means was measured by others on real sites rather than documented: the
reference has no error schema for pages and names neither 409 nor 429 for an update.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from plays.confluence import errors
from plays.confluence.answer import Answer
from plays.confluence.errors import ConfluenceError
from plays.confluence.messages import Words, shorten, words_of
from plays.confluence.retry_after import retry_after

_Kind = type[ConfluenceError]


def _text(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


_SCOPE = _text(r"scope does not match")
_NAMES_AN_ID = _text(
    r"\[\s*\d+\s*\]|\bid\s*[=:]?\s*[\[{]?\s*\d+|no content (?:was )?found with|cannot find content"
)
_NO_SPACE = _text(r"(?:no|cannot find|could not find)(?: a| the)? space\b|space\b.*\bnot found")
_NOBODY = _text(r"not permitted to use confluence|cannot access confluence")
_XSRF = _text(r"xsrf check failed")

# Texts that tell more than their status: some releases answer 400 or 500 where others say 409.
_BY_TEXT: tuple[tuple[range, re.Pattern[str], _Kind], ...] = (
    (
        range(400, 600),
        _text(
            r"version must be incremented|supply an incremented version|concurrently updated"
            r"|draft versioning is not supported|optimistic ?lock|staleobjectstate|stalestate"
            r"|unexpectedrollback|transaction (?:was )?rolled back"
        ),
        errors.VersionConflict,
    ),
    (
        range(400, 501),
        _text(
            r"a page with this title already exists|already exists with the same title"
            r"|page with the title .* already exists"
        ),
        errors.TitleTaken,
    ),
    (
        range(400, 501),
        _text(r"request(?: is)? too large|requests for this resource can be at most"),
        errors.TooLarge,
    ),
    (
        range(400, 401),
        _text(
            r"error parsing xhtml|cdata block has embedded|unsupported extensions"
            r"|illegal input|content body (?:is )?invalid"
        ),
        errors.InvalidBody,
    ),
)

_BY_STATUS: dict[int, _Kind] = {
    401: errors.CredentialsRejected,
    408: errors.ServerFault,
    409: errors.VersionConflict,
    413: errors.TooLarge,
    429: errors.RateLimited,
}

_LOGIN_FAILED = frozenset({"AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED"})


def refusal(
    answer: Answer, *, method: str, path: str, now: datetime | None = None
) -> ConfluenceError:
    """The error that an answer outside 200-299 stands for, with all that it says."""
    words = words_of(answer.body)
    kind = _kind(answer, words)
    return kind(
        shorten(_message(kind, answer, words)),
        status=answer.status,
        code=words.code or shorten(answer.headers.get("RateLimit-Reason", "")),
        request_id=answer.request_id,
        retry_after=retry_after(answer.headers, status=answer.status, now=now or datetime.now(UTC)),
        method=method,
        path=path,
        sent=_may_have_been_done(kind, answer.status),
    )


def _kind(answer: Answer, words: Words) -> _Kind:
    if answer.status < 400:
        return errors.Redirected
    if answer.status == 429:
        return errors.RateLimited
    if answer.status in (401, 403) and login_failed(answer.headers):
        return errors.CredentialsRejected
    for statuses, pattern, kind in _BY_TEXT:
        if answer.status in statuses and pattern.search(words.raw):
            return kind
    return _by_status(answer.status, words)


def _by_status(status: int, words: Words) -> _Kind:
    if status in (401, 403) and _SCOPE.search(words.raw):
        return errors.ScopeMissing
    if status == 403:
        return _forbidden(words)
    if status == 404:
        return _missing(words)
    if status == 501 and words.is_json:
        return errors.Unreconciled
    if status >= 500:
        return errors.ServerFault
    return _BY_STATUS.get(status, errors.Refused)


def _forbidden(words: Words) -> _Kind:
    if _XSRF.search(words.raw):
        return errors.Refused
    if _NOBODY.search(words.raw) or not words.is_json:
        return errors.AccessUnclear
    return errors.NotAllowed


def _missing(words: Words) -> _Kind:
    """Dead credentials and a hiccup at the edge answer 404 too, but name nothing."""
    if not words.is_json:
        return errors.AccessUnclear
    if _NAMES_AN_ID.search(words.raw):
        return errors.PageNotFound
    return errors.SpaceNotFound if _NO_SPACE.search(words.raw) else errors.AccessUnclear


def login_failed(headers: Mapping[str, str]) -> bool:
    """Data Center says in headers that the login failed or waits for a CAPTCHA."""
    denied = headers.get("X-Authentication-Denied-Reason", "").upper()
    reason = headers.get("X-Seraph-LoginReason", "").upper()
    return denied.startswith("CAPTCHA") or reason in _LOGIN_FAILED


def _may_have_been_done(kind: _Kind, status: int) -> bool:
    if kind in (errors.ServerFault, errors.Redirected):
        return True
    return kind in (errors.VersionConflict, errors.TitleTaken) and status >= 500


def _message(kind: _Kind, answer: Answer, words: Words) -> str:
    if kind is errors.Redirected:
        return f"to {_without_query(answer.headers.get('Location', '') or 'nowhere')}"
    denied = answer.headers.get("X-Authentication-Denied-Reason", "")
    if kind is errors.CredentialsRejected and denied:
        return (
            f"{denied.split(';')[0].strip()[:80]}: log in once in a browser. {words.text}".strip()
        )
    return words.text


def _without_query(location: str) -> str:
    try:
        parts = urlsplit(location)
        return (
            f"{parts.scheme}://{parts.hostname}{parts.path}"[:200] if parts.netloc else parts.path
        )
    except ValueError:
        return "an address that cannot be read"
