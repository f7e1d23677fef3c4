"""Creates and updates as callers of the REST API make them: version rule, rewriting, restoring.

Both dialects share this; they differ only in how requests and answers look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from plays.sandbox.content.entities import Page, Space
from plays.sandbox.content.rewrite import api_save
from plays.sandbox.content.store import Store
from plays.sandbox.content.wellformed import check_storage
from plays.sandbox.server.errors import ApiError, EditForbiddenError, no_such_page, stale_version

NoopPut = Literal["new_version", "same_version"]
FIRST_DRAFT = 1


@dataclass(frozen=True, kw_only=True)
class Update:
    """What a PUT asks for; None means: as it was."""

    number: int
    title: str | None
    body: str | None
    status: str = "current"
    message: str = ""
    minor_edit: bool = False
    parent_id: str | None = None


def visible_page(store: Store, page_id: str) -> Page:
    """Return a page that the API's user may see. Raises `ApiError` (404, naming the id)."""
    page = store.page(page_id)
    if page.view_restricted:
        raise no_such_page(page_id)
    return page


def editable_page(store: Store, page_id: str) -> Page:
    """Return a page that the API's user may change. Raises `EditForbiddenError`."""
    page = visible_page(store, page_id)
    if page.edit_restricted:
        raise EditForbiddenError(page_id)
    return page


def as_saved(store: Store, body: str, space_id: str) -> str:
    """Return the body as a REST write stores it. Expects a well-formed one."""

    def version_of(title: str) -> int:
        page = store.find(title, space_id=space_id)
        return page.version.number if page else 1

    return api_save(body, new_uuid=store.new_uuid, version_of=version_of)


def create_page(
    store: Store,
    *,
    space: Space,
    title: str,
    body: str,
    parent_id: str | None,
    status: str = "current",
    subtype: str | None = None,
) -> Page:
    """Make a page in the name of the API's user. Raises `ApiError`."""
    if parent_id is not None and not parent_id.isdecimal():
        raise ApiError(404, f"The parent ID specified ({parent_id}) does not exist?")
    check_storage(body)
    return store.create(
        title, as_saved(store, body, space.id), by=store.email, parent_id=parent_id,
        space=space, status=status, subtype=subtype,
    )  # fmt: skip


def update_page(store: Store, page_id: str, update: Update, *, noop_put: NoopPut) -> Page:
    """Carry out a PUT of a page. Raises `ApiError`.

    Confluence checks the version before rights and titles, so a stale number hides other errors.
    """
    page = visible_page(store, page_id)
    if update.status == "draft" or page.status == "draft":
        return _update_draft(store, page, update)
    if update.number != page.version.number + 1:
        raise stale_version(current=page.version.number, sent=update.number)
    editable_page(store, page_id)
    if page.status == "trashed":
        return store.set_status(page_id, "current")
    if page.status == "archived":
        raise ApiError(400, "Archived content can not be edited. Restore the page first.")
    return _update_published(store, page, update, noop_put)


def _update_published(store: Store, page: Page, update: Update, noop_put: NoopPut) -> Page:
    body = _new_body(store, page, update)
    if noop_put == "same_version" and _changes_nothing(page, update, body):
        return page
    store.save(
        page.id, by=store.email, title=update.title, body=body, parent_id=update.parent_id,
        message=update.message, minor_edit=update.minor_edit,
    )  # fmt: skip
    return page


def _new_body(store: Store, page: Page, update: Update) -> str:
    if update.body is None:
        return page.body
    check_storage(update.body)
    return as_saved(store, update.body, page.space_id)


def _changes_nothing(page: Page, update: Update, body: str) -> bool:
    return (
        body.strip() == page.body.strip()
        and update.title in (None, page.title)
        and update.parent_id in (None, page.parent_id)
    )


def _update_draft(store: Store, page: Page, update: Update) -> Page:
    if update.number != FIRST_DRAFT:
        raise ApiError(
            409, f"Draft versioning is not supported. Current version is : {FIRST_DRAFT}"
        )
    editable_page(store, page.id)
    title = page.title if update.title is None else update.title
    body = _new_body(store, page, update)
    if page.status == "draft":
        store.replace_draft_page(page, title=title, body=body, by=store.email, status=update.status)
    else:
        store.save_draft(page.id, title=title, body=body, by=store.email)
    return page
