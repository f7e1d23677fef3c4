"""Confluence Data Center: REST v1 for everything. Ids have been checked by the client."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from urllib.parse import quote

from plays.confluence import from_v1, v1
from plays.confluence.errors import AccessUnclear, PageNotCurrent, PageNotFound, Refused
from plays.confluence.fields import Fields
from plays.confluence.http import Call, Http
from plays.confluence.page_checks import ANY_STATUS, require_id, require_status
from plays.confluence.paging import rows
from plays.confluence.values import Page, PageHead, Space, Task, User, Version

_CONTENT = "/rest/api/content"
_HEAD = "version,space,ancestors"
_WHOLE = f"body.storage,{_HEAD}"
_MOST_ROWS = 100


class DataCenter:
    """The client's calls in v1's words: developer.atlassian.com/server/confluence/rest."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def get_page(self, page_id: str, allowed: Collection[str]) -> Page:
        if set(allowed) != {"current"}:
            return self._page(page_id, allowed, {"status": "any"})
        try:
            return self._page(page_id, allowed, {"status": "current"})
        except PageNotFound as missing:
            try:  # only `any` tells what lies in the trash from what never was
                return self._page(page_id, allowed, {"status": "any"})
            except (AccessUnclear, PageNotFound, Refused):
                raise missing from None

    def get_page_version(self, page_id: str, number: int) -> Page:
        params = {"status": "historical", "version": str(number)}
        try:
            return self._page(page_id, ANY_STATUS, params, may_have_own_id=True)
        except (AccessUnclear, PageNotFound):
            newest = self.get_page(page_id, ANY_STATUS)  # no release says that it is historical
            if newest.version.number != number:
                raise
            return newest

    def get_draft(self, page_id: str) -> Page | None:
        try:
            return self._page(page_id, {"draft"}, {"status": "draft"})
        except (AccessUnclear, PageNotFound, PageNotCurrent):
            return None

    def _page(
        self,
        page_id: str,
        allowed: Collection[str],
        params: dict[str, str],
        *,
        may_have_own_id: bool = False,
    ) -> Page:
        route = f"{_CONTENT}/{page_id}"
        path = self._http.address.path_of(route)

        def read(answer: Fields) -> Page:
            if not may_have_own_id:
                require_id(answer, page_id)
            require_status(answer, allowed, path=path)
            return from_v1.page(answer, self._http.address)

        return self._http.get(route, params={"expand": _WHOLE, **params}, read=read)

    def update_page(
        self, page_id: str, *, title: str, body: str, version: int, message: str, minor_edit: bool
    ) -> Version:
        content = _content(title, body) | {
            "id": page_id,
            "status": "current",
            "version": {"number": version, "message": message, "minorEdit": minor_edit},
        }

        def read(answer: Fields) -> Version:
            require_id(answer, page_id)
            return from_v1.version(answer.inside("version"))

        return self._http.read(
            Call(method="PUT", route=f"{_CONTENT}/{page_id}", content=content), read
        )

    def create_page(self, *, title: str, body: str, parent_id: str, space: Space) -> Page:
        # Without a parent v1 makes a page outside the tree, where Cloud takes the homepage.
        parent_id = parent_id or space.homepage_id
        content = _content(title, body) | {"space": {"key": space.key}}
        if parent_id:
            content["ancestors"] = [{"id": parent_id}]
        return self._http.read(
            Call(method="POST", route=_CONTENT, content=content),
            lambda answer: from_v1.page(answer, self._http.address, body=body),
        )

    def find_page(
        self, title: str, *, space: Space | None, statuses: Collection[str]
    ) -> list[PageHead]:
        params: dict[str, str | int | Sequence[str]] = {
            "type": "page",
            "title": title,
            "status": "current" if set(statuses) == {"current"} else "any",
            "expand": _HEAD,
            "limit": _MOST_ROWS,
        }
        if space:
            params["spaceKey"] = space.key
        found = rows(self._http, _CONTENT, params=params, read=self._head)
        return [head for head in found if head.status in statuses]

    def _head(self, row: Fields, base: str) -> PageHead:
        return from_v1.head(row, self._http.address, base)

    def versions(self, page_id: str, limit: int) -> list[Version]:
        """Newest first. The resource is `experimental` in most releases, plain in others."""
        try:
            return self._versions(f"/rest/experimental/content/{page_id}/version", limit)
        except (AccessUnclear, Refused):
            return self._versions(f"{_CONTENT}/{page_id}/version", limit)

    def _versions(self, route: str, limit: int) -> list[Version]:
        return rows(
            self._http,
            route,
            params={"limit": min(limit, _MOST_ROWS)},
            read=lambda row, _base: from_v1.version(row),
            limit=limit,
        )

    def users(self, account_ids: Sequence[str]) -> list[User]:
        """One call each, two for who is named by user name (`ri:username`, as older pages have
        it): v1 has no look-up of several. Each under the id that was asked for; who is not there is
        left out.
        """
        found = ((asked, self._user(asked)) for asked in account_ids)
        return [replace(user, account_id=asked) for asked, user in found if user]

    def _user(self, asked: str) -> User | None:
        for parameter in ("key", "username"):
            with contextlib.suppress(AccessUnclear, PageNotFound):
                return v1.user(self._http, asked, parameter=parameter)
        return None

    def space(self, key: str) -> Space:
        route = f"/rest/api/space/{quote(key, safe='')}"
        return self._http.get(route, params={"expand": "homepage"}, read=from_v1.space)

    def tasks(self, page_id: str) -> list[Task] | None:
        """None: v1 has no tasks of a page."""
        return None

    def can_edit(self, page_id: str) -> bool | None:
        """None where the release does not tell."""

        def read(answer: Fields) -> bool | None:
            if not answer.has("operations"):
                return None
            allowed = [one.optional_text("operation") for one in answer.each("operations")]
            return "update" in allowed

        params = {"expand": "operations"}
        return self._http.get(f"{_CONTENT}/{page_id}", params=params, read=read)


def _content(title: str, body: str) -> dict[str, object]:
    storage = {"value": body, "representation": "storage"}
    return {"type": "page", "title": title, "body": {"storage": storage}}
