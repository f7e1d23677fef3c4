"""All content of the sandbox, in memory; it keeps Confluence's rules on titles, parents and markup.

Every method takes `lock` itself; hold it around several calls that belong together. The store
knows neither version numbers that callers send (see `updates`) nor HTTP.
"""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from plays.sandbox.content.entities import Draft, Label, Page, Space, Version
from plays.sandbox.content.tasks import TaskBook
from plays.sandbox.content.wellformed import check_storage
from plays.sandbox.server.errors import ApiError, no_such_page, title_taken

LONGEST_TITLE = 255
POSITION_STEP = 460
STATUSES = frozenset({"current", "draft", "archived", "trashed"})


class Store:
    """Spaces and pages. `email` is the account that the API token belongs to."""

    def __init__(
        self, *, email: str = "demo@example.com", space_key: str = "AX", seed: int | None = None
    ) -> None:
        self.lock = threading.RLock()
        self.email = email
        self.base_url = ""
        self.random = random.Random(seed)  # noqa: S311 - ids and faults, not secrets
        self.tasks = TaskBook()
        self.purged: set[str] = set()
        self._pages: dict[str, Page] = {}
        self._spaces: dict[str, Space] = {}
        self._last_id = 1_048_576
        self._last_moment = datetime.min.replace(tzinfo=UTC)
        self.space = self.add_space(space_key)

    @property
    def context(self) -> str:
        """The path below which the site lies."""
        return urlsplit(self.base_url).path

    # Clocks and numbers

    def now(self) -> datetime:
        """Return the time, in milliseconds, later than any time returned before."""
        with self.lock:
            moment = datetime.now(UTC)
            moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
            moment = max(moment, self._last_moment + timedelta(milliseconds=1))
            self._last_moment = moment
            return moment

    def new_id(self) -> str:
        """Return an id that nothing has had before: numeric text, growing."""
        with self.lock:
            self._last_id += self.random.randint(1, 64)
            while str(self._last_id) in self._pages:
                self._last_id += 1
            return str(self._last_id)

    def new_uuid(self) -> str:
        """Return a UUID; the same row of them for the same seed."""
        with self.lock:
            return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    # Spaces

    def add_space(self, key: str, name: str = "") -> Space:
        """Make a space with its home page and return it."""
        with self.lock:
            space = Space(
                id=self.new_id(),
                key=key,
                name=name or f"{key} space",
                homepage_id=self.new_id(),
                created_at=self.now(),
            )
            self._spaces[space.id] = space
            self.create(
                f"{space.name} home", "", page_id=space.homepage_id, space=space, by=self.email
            )
            return space

    def spaces(self) -> list[Space]:
        """Return the spaces, oldest first."""
        with self.lock:
            return list(self._spaces.values())

    def space_of(self, page: Page) -> Space:
        """Return the space that a page is in."""
        return self._spaces[page.space_id]

    def space_by_id(self, space_id: str) -> Space | None:
        """Return the space with this id, if any."""
        return self._spaces.get(space_id)

    def space_by_key(self, key: str) -> Space | None:
        """Return the space with this key, in any case, if any."""
        with self.lock:
            wanted = key.casefold()
            return next((s for s in self._spaces.values() if s.key.casefold() == wanted), None)

    # Reading pages

    def page(self, page_id: str) -> Page:
        """Return a page in any status. Raises `ApiError` (404, naming the id)."""
        with self.lock:
            try:
                return self._pages[page_id]
            except KeyError:
                raise no_such_page(page_id) from None

    def pages(
        self, *, statuses: Collection[str] = ("current",), space_id: str | None = None
    ) -> list[Page]:
        """Return the pages with one of these statuses, oldest first."""
        with self.lock:
            return [
                page
                for page in self._pages.values()
                if page.status in statuses and space_id in (None, page.space_id)
            ]

    def find(self, title: str, *, space_id: str | None = None) -> Page | None:
        """Return the current or archived page with this title, in any case, if any."""
        wanted = title.strip().casefold()
        for page in self.pages(statuses=("current", "archived"), space_id=space_id):
            if page.title.casefold() == wanted:
                return page
        return None

    def children(self, page_id: str, *, statuses: Collection[str] = ("current",)) -> list[Page]:
        """Return the direct children of a page in the order of the page tree."""
        below = [page for page in self.pages(statuses=statuses) if page.parent_id == page_id]
        return sorted(below, key=lambda page: (page.position, page.created_at))

    def descendants(self, page_id: str, *, depth: int = 10) -> list[tuple[int, Page]]:
        """Return (depth, page) of everything below a page, parents before their children."""
        if depth < 1:
            return []
        found: list[tuple[int, Page]] = []
        for child in self.children(page_id):
            found.append((1, child))
            found.extend((d + 1, page) for d, page in self.descendants(child.id, depth=depth - 1))
        return found

    def ancestors(self, page: Page) -> list[Page]:
        """Return the pages above a page, root first."""
        with self.lock:
            above: list[Page] = []
            parent_id = None if page.status == "trashed" else page.parent_id
            while parent_id is not None:
                above.append(self._pages[parent_id])
                parent_id = above[-1].parent_id
            return above[::-1]

    # Writing pages

    def create(
        self,
        title: str,
        body: str,
        *,
        by: str,
        parent_id: str | None = None,
        space: Space | None = None,
        page_id: str | None = None,
        subtype: str | None = None,
        status: str = "current",
        message: str = "",
    ) -> Page:
        """Add a page and return it; without a parent it is a root of its space.

        Raises `ApiError`: 400 for a bad or taken title or an ill-formed body, 404 for no parent.
        """
        with self.lock:
            space = space or self.space
            check_storage(body)
            title = self._usable_title(title, space.id, status=status)
            if parent_id is not None:
                self._check_parent(parent_id, space.id)
            page = Page(
                id=self._free_id(page_id), space_id=space.id, status=status, parent_id=parent_id,
                position=self._next_position(parent_id), subtype=subtype, owner=by,
            )  # fmt: skip
            self._pages[page.id] = page
            self._append(page, title=title, body=body, by=by, message=message)
            return page

    def save(
        self,
        page_id: str,
        *,
        by: str,
        body: str | None = None,
        title: str | None = None,
        parent_id: str | None = None,
        message: str = "",
        minor_edit: bool = False,
    ) -> Version:
        """Add a version as it stands, without rewriting; what is None stays as it was.

        Raises `ApiError`: 400 for a bad or taken title or an ill-formed body, 404 for no page or
        parent.
        """
        with self.lock:
            page = self.page(page_id)
            body = page.body if body is None else body
            check_storage(body)
            title = page.title if title is None else title
            title = self._usable_title(title, page.space_id, status=page.status, own=page)
            if parent_id is not None:
                self.move(page, parent_id)
            return self._append(
                page, title=title, body=body, by=by, message=message, minor_edit=minor_edit
            )

    def save_draft(self, page_id: str, *, title: str, body: str, by: str) -> Draft:
        """Replace the shared draft of a page; the published page stays as it is."""
        with self.lock:
            check_storage(body)
            page = self.page(page_id)
            page.draft = Draft(title=title, body=body, author=by, created_at=self.now())
            return page.draft

    def replace_draft_page(
        self, page: Page, *, title: str, body: str, by: str, status: str
    ) -> None:
        """Write a page that was never published; `status="current"` publishes it as version 1."""
        with self.lock:
            title = self._usable_title(title, page.space_id, status=status, own=page)
            page.versions.clear()
            page.status = status
            self._append(page, title=title, body=body, by=by, message="")

    def move(self, page: Page, parent_id: str) -> None:
        """Put a page below another one. Raises `ApiError`: 400 for itself, 404 for no parent."""
        with self.lock:
            if parent_id == page.parent_id:
                return
            if parent_id == page.id:
                raise ApiError(400, "Can not set page as its own parent")
            self._check_parent(parent_id, page.space_id)
            if page in self.ancestors(self._pages[parent_id]):
                raise ApiError(400, "Can not set a descendant of the page as its parent")
            page.parent_id = parent_id
            page.position = self._next_position(parent_id)

    def set_status(self, page_id: str, status: str) -> Page:
        """Trash, archive or restore a page; its versions stay as they are.

        Raises `ApiError` (400) when a page that comes back finds its title taken.
        """
        if status not in STATUSES:
            raise ValueError(f"not a page status: {status!r}")
        with self.lock:
            page = self.page(page_id)
            if page.status == "trashed" and status != "trashed":
                self._usable_title(page.title, page.space_id, status=status, own=page)
                if page.parent_id is not None and not self._is_alive(page.parent_id):
                    page.parent_id = None
            if status == "trashed" and page.status != "trashed":
                self._lift_children(page)
            page.status = status
            self.tasks.record(page)
            return page

    def purge(self, page_id: str) -> None:
        """Forget a page for good."""
        with self.lock:
            page = self.page(page_id)
            self._lift_children(page)
            del self._pages[page_id]
            for other in self._pages.values():
                if other.parent_id == page_id:
                    other.parent_id = None
            self.purged.add(page_id)
            self.tasks.forget(page_id)

    def add_label(self, page: Page, name: str, *, prefix: str = "global") -> None:
        """Put a label on a page, once."""
        with self.lock:
            if all((label.prefix, label.name) != (prefix, name) for label in page.labels):
                page.labels.append(Label(id=self.new_id(), name=name, prefix=prefix))

    def people(self) -> list[str]:
        """Return the names of everyone who has written a page, and the API's user."""
        with self.lock:
            authors = [v.author for page in self._pages.values() for v in page.versions]
            return list(dict.fromkeys([self.email, *authors]))

    # Rules

    def _append(
        self,
        page: Page,
        *,
        title: str,
        body: str,
        by: str,
        message: str,
        minor_edit: bool = False,
    ) -> Version:
        version = Version(
            number=len(page.versions) + 1,
            title=title,
            body=body,
            message=message,
            author=by,
            created_at=self.now(),
            minor_edit=minor_edit,
        )
        page.versions.append(version)
        self.tasks.record(page)
        return version

    def _usable_title(
        self, title: str, space_id: str, *, status: str, own: Page | None = None
    ) -> str:
        title = title.strip()
        if len(title) > LONGEST_TITLE:
            raise ApiError(400, f"Title cannot be longer than {LONGEST_TITLE} characters.")
        if status == "draft":
            return title
        if not title:
            raise ApiError(
                400,
                "You need to include the title to update a page."
                if own
                else "You must specify a title for new content.",
            )
        taken = self.find(title, space_id=space_id)
        if taken is not None and taken is not own:
            raise title_taken()
        return title

    def _check_parent(self, parent_id: str, space_id: str) -> None:
        parent = self._pages.get(parent_id)
        if parent is None or parent.status == "trashed" or parent.space_id != space_id:
            raise ApiError(404, f"The parent ID specified ({parent_id}) does not exist?")

    def _is_alive(self, page_id: str) -> bool:
        return page_id in self._pages and self._pages[page_id].status != "trashed"

    def _lift_children(self, page: Page) -> None:
        for child in self.children(page.id, statuses=STATUSES - {"trashed"}):
            child.parent_id = page.parent_id

    def _next_position(self, parent_id: str | None) -> int:
        siblings = [p.position for p in self._pages.values() if p.parent_id == parent_id]
        return max(siblings, default=0) + POSITION_STEP

    def _free_id(self, page_id: str | None) -> str:
        if page_id is None:
            return self.new_id()
        if not page_id.isdecimal() or page_id in self._pages:
            raise ValueError(f"not a free page id: {page_id!r}")
        return page_id
