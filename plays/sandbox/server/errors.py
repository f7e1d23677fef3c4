"""What Confluence says no to: one exception that both REST dialects put into their own words."""

from __future__ import annotations

CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    411: "LENGTH_REQUIRED",
    413: "REQUEST_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    500: "INTERNAL_SERVER_ERROR",
    501: "NOT_IMPLEMENTED",
}

BAD_REQUEST_CLASS = "com.atlassian.confluence.api.service.exceptions.BadRequestException: "


class ApiError(Exception):
    """A request that Confluence answers with an error.

    `title` is Confluence's sentence; `code` stands for the v2 error code where it is not the usual
    one of that status; `current` is the page's version where the number sent was stale.
    """

    def __init__(
        self, status: int, title: str, *, code: str | None = None, current: int | None = None
    ) -> None:
        super().__init__(title)
        self.current = current
        self.status = status
        self.title = title
        self.code = code or CODES.get(status, "INTERNAL_SERVER_ERROR")


class EditForbiddenError(ApiError):
    """The caller may not edit the page: 404 on v2, 403 on v1."""

    def __init__(self, page_id: str) -> None:
        super().__init__(404, f"Cannot find a page with id [{page_id}]")


def no_such_page(page_id: str) -> ApiError:
    """Return the 404 that names the id: the page is missing, whoever asks."""
    return ApiError(404, f"Cannot find a page with id [{page_id}]")


def title_taken() -> ApiError:
    """Return the 400 for a title that a current or archived page of the space has."""
    return ApiError(
        400,
        "A page with this title already exists: "
        "A page already exists with the same TITLE in this space",
    )


def stale_version(*, current: int, sent: int) -> ApiError:
    """Return the 409 of the version rule, word for word: clients read the numbers out of it."""
    return ApiError(
        409,
        "Version must be incremented when updating a page. "
        f"Current Version: [{current}]. Provided version: [{sent}]",
        current=current,
    )


def wrong_type(name: str, value: object, expected: str) -> ApiError:
    """Return the 400 for a parameter or field of the wrong type."""
    shown = "null" if value is None else value
    return ApiError(
        400,
        f"Provided value {{{shown}}} for '{name}' is not the correct type. "
        f"Expected type is {expected}",
        code="INVALID_REQUEST_PARAMETER",
    )
