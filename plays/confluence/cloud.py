"""Confluence Cloud: REST v2 for pages, spaces and tasks. Ids have been checked by the client."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from plays.confluence import from_v2
from plays.confluence.errors import SpaceNotFound
from plays.confluence.fields import Fields
from plays.confluence.http import Call, Http
from plays.confluence.page_checks import ANY_STATUS, require_id, require_status
from plays.confluence.paging import rows
from plays.confluence.values import Page, PageHead, Space, Task, User, Version

_PAGES = "/api/v2/pages"
_STORAGE = {"body-format": "storage"}
_MOST_ROWS = 250
# What `GET /pages` takes as status; `draft`, which a page may have, is answered with 400.
_LISTED = ("current", "archived", "trashed", "deleted")


class Cloud:
    """The client's calls in Cloud's words. Reference: Atlassian's OpenAPI document of REST v2."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def get_page(self, page_id: str, allowed: Collection[str]) -> Page:
        return self._page(page_id, allowed, {})

    def get_page_version(self, page_id: str, number: int) -> Page:
        return self._page(page_id, ANY_STATUS, {"version": number})

    def get_draft(self, page_id: str) -> Page | None:
        page = self._page(page_id, ANY_STATUS, {"get-draft": "true"})
        return page if page.status == "draft" else None

    def _page(
        self, page_id: str, allowed: Collection[str], params: Mapping[str, int | str]
    ) -> Page:
        route = f"{_PAGES}/{page_id}"
        path = self._http.address.path_of(route)

        def read(answer: Fields) -> Page:
            require_id(answer, page_id)
            require_status(answer, allowed, path=path)
            return from_v2.page(answer, self._http.address)

        return self._http.get(route, params={**_STORAGE, **params}, read=read)

    def update_page(
        self, page_id: str, *, title: str, body: str, version: int, message: str, minor_edit: bool
    ) -> Version:
        # Only `current` makes the write count: a draft write succeeds and may be dropped.
        content = {
            "id": page_id,
            "status": "current",
            "title": title,
            "body": {"representation": "storage", "value": body},
            "version": {"number": version, "message": message}
            | ({"minorEdit": True} if minor_edit else {}),
        }

        def read(answer: Fields) -> Version:
            require_id(answer, page_id)
            return from_v2.version(answer.inside("version"))

        return self._http.read(
            Call(method="PUT", route=f"{_PAGES}/{page_id}", content=content), read
        )

    def create_page(self, *, title: str, body: str, parent_id: str, space: Space) -> Page:
        content = {
            "spaceId": space.id,
            "status": "current",
            "title": title,
            "body": {"representation": "storage", "value": body},
        } | ({"parentId": parent_id} if parent_id else {})
        return self._http.read(
            Call(method="POST", route=_PAGES, content=content),
            lambda answer: from_v2.page(answer, self._http.address, body=body),
        )

    def find_page(
        self, title: str, *, space: Space | None, statuses: Collection[str]
    ) -> list[PageHead]:
        params: dict[str, str | int | list[str]] = {
            "title": title,
            "status": [status for status in statuses if status in _LISTED],
            "limit": _MOST_ROWS,
        }
        if space:
            params["space-id"] = space.id
        return rows(self._http, _PAGES, params=params, read=self._head)

    def _head(self, row: Fields, base: str) -> PageHead:
        return from_v2.head(row, self._http.address, base)

    def versions(self, page_id: str, limit: int) -> list[Version]:
        return rows(
            self._http,
            f"{_PAGES}/{page_id}/versions",
            params={"limit": min(limit, _MOST_ROWS), "sort": "-modified-date"},
            read=lambda row, _base: from_v2.version(row),
            limit=limit,
        )

    def users(self, account_ids: Sequence[str]) -> list[User]:
        found: list[User] = []
        for start in range(0, len(account_ids), _MOST_ROWS):
            content = {"accountIds": list(account_ids[start : start + _MOST_ROWS])}
            call = Call(method="POST", route="/api/v2/users-bulk", content=content)
            found += self._http.read(call, from_v2.users)
        return found

    def space(self, key: str) -> Space:
        found = rows(
            self._http,
            "/api/v2/spaces",
            params={"keys": key},
            read=lambda row, _base: from_v2.space(row),
        )
        for space in found:
            if space.key.casefold() == key.casefold():
                return space
        path = self._http.address.path_of("/api/v2/spaces")
        raise SpaceNotFound(f"space {key!r}", status=200, method="GET", path=path)

    def tasks(self, page_id: str) -> list[Task] | None:
        return rows(
            self._http,
            "/api/v2/tasks",
            params={"page-id": page_id, "limit": _MOST_ROWS, **_STORAGE},
            read=lambda row, _base: from_v2.task(row),
        )

    def can_edit(self, page_id: str) -> bool | None:
        def read(answer: Fields) -> bool:
            operations = answer.each("operations")
            return any(_is_page_update(one) for one in operations)

        return self._http.get(f"{_PAGES}/{page_id}/operations", read=read)


def _is_page_update(operation: Fields) -> bool:
    return operation.text("operation") == "update" and operation.text("targetType") == "page"
