"""What people do to pages beside the API: they save in the browser editor, as they please."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from plays.sandbox.content.editor import browser_save
from plays.sandbox.content.entities import Version
from plays.sandbox.content.store import Store
from plays.sandbox.content.wellformed import check_storage

NAME = "colleague"
_numbers = itertools.count(1)


def save_in_browser(store: Store, page_id: str, body: str, *, by: str = NAME) -> Version:
    """Save a body as the browser editor does. Raises `ApiError`."""
    check_storage(body)
    with store.lock:
        return store.save(page_id, body=browser_save(body, random=store.random), by=by)


def edit_meanwhile(store: Store, page_id: str, edit: Callable[[str], str] | None) -> None:
    """Let a colleague change a current page; without an `edit` a note is left at its end."""
    page = store.page(page_id)
    if page.status == "current":
        save_in_browser(store, page_id, (edit or leave_note)(page.body))


def save_unchanged(store: Store, page_id: str) -> None:
    """Let a colleague save a current page as it is: a new version with the same body."""
    if store.page(page_id).status == "current":
        store.save(page_id, by=NAME)


def leave_note(body: str) -> str:
    """Return the body with a numbered note at its end, inside the last cell of a layout."""
    note = f"<p>colleague note {next(_numbers)}</p>"
    if body.rstrip().endswith("</ac:layout>"):
        before, end, after = body.rpartition("</ac:layout-cell>")
        return before + note + end + after
    return body + note
