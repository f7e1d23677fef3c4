"""One request for a screen and the answer to it, and the addresses of the screens."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, quote_plus

from plays.sandbox.content.entities import Page
from plays.sandbox.content.store import Store
from plays.sandbox.server.errors import ApiError
from plays.sandbox.web.hypertext import NOTHING, Html
from plays.sandbox.web.texts import Texts

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What somebody asked for: query and form as `urllib.parse.parse_qs` reads them."""

    store: Store
    method: str
    query: Fields
    form: Fields
    texts: Texts

    def asked(self, name: str, default: str = "") -> str:
        """The last value of a query parameter."""
        values = self.query.get(name)
        return values[-1] if values else default

    def given(self, name: str, default: str = "") -> str:
        """The last value of a form field, with line ends as storage has them."""
        values = self.form.get(name)
        return values[-1].replace("\r\n", "\n") if values else default

    def page(self, page_id: str) -> Page:
        """The page in any status; raises NoSuchScreen."""
        page = self.find_page(page_id)
        if page is None:
            raise NoSuchScreen(page_id)
        return page

    def find_page(self, page_id: str) -> Page | None:
        """The page in any status, if there is one."""
        try:
            return self.store.page(page_id)
        except ApiError:
            return None

    def moment(self, moment: datetime) -> str:
        """A time as people here read it."""
        return f"{moment.astimezone():%Y-%m-%d %H:%M}"


class NoSuchScreen(LookupError):
    """Nothing stands at this address."""


@dataclass(frozen=True, kw_only=True)
class Screen:
    """An answer: a main part for the frame, or with `location` the address to go to."""

    title: str = ""
    main: Html = NOTHING
    status: int = 200
    page: Page | None = None
    location: str = ""


def every_page(store: Store) -> list[Page]:
    """The pages in any status, drafts too."""
    return store.pages(statuses=("current", "archived", "trashed", "draft"))


def page_url(store: Store, page: Page) -> str:
    """The address of a page as Confluence writes it."""
    key = quote(store.space_of(page).key)
    title = quote_plus(page.title, errors="replace")
    return f"/wiki/spaces/{key}/pages/{page.id}/{title}"


def action_url(action: str, **query: object) -> str:
    """The address of one of the `.action` screens."""
    pairs = "&".join(f"{name}={quote_plus(str(value))}" for name, value in query.items())
    return f"/wiki/pages/{action}.action" + (f"?{pairs}" if pairs else "")


def tiny_id(code: str) -> str:
    """The page id in a short link's code, or nothing."""
    try:
        raw = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"_-", validate=True)
    except (binascii.Error, ValueError):
        return ""
    return str(int.from_bytes(raw, "little"))
