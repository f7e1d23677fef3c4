"""The client: one Confluence, Cloud or Data Center, asked in the same words and never twice."""

from __future__ import annotations

from collections.abc import Collection
from types import TracebackType
from typing import Literal

from plays.confluence import v1
from plays.confluence.address import Address
from plays.confluence.cloud import Cloud
from plays.confluence.cql import pages_about
from plays.confluence.credentials import Credentials
from plays.confluence.datacenter import DataCenter
from plays.confluence.errors import Refused
from plays.confluence.http import Http
from plays.confluence.page_checks import checked_id
from plays.confluence.values import Page, PageHead, SearchHit, Space, Task, User, Version

Deployment = Literal["cloud", "datacenter"]


class Confluence:
    """One Confluence, with one kept-open connection: make one per thread, and close it.

    `base_url` is any base: the site with `/wiki`, the API gateway, a Data Center with its context.
    Without `email` the token goes as Bearer. `timeout` is for one call as a whole, in seconds.
    Every method may raise any `ConfluenceError`; none tries twice. Raises ValueError here for an
    address, deployment or credentials that cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        *,
        email: str = "",
        token: str = "",
        deployment: Deployment = "cloud",
        timeout: float = 10.0,
        space_key: str = "",
    ) -> None:
        if deployment not in ("cloud", "datacenter"):
            raise ValueError("the Confluence deployment is 'cloud' or 'datacenter'")
        self._http = Http(
            Address.parse(base_url),
            Credentials(email, token),
            timeout=timeout,
            refuses_anonymous=deployment == "datacenter",
        )
        self._dialect = Cloud(self._http) if deployment == "cloud" else DataCenter(self._http)
        self._space_key = space_key
        self._spaces: dict[str, Space] = {}

    def __enter__(self) -> Confluence:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Confluence {self._http.address.root}>"

    def close(self) -> None:
        """Give up the connection."""
        self._http.close()

    @property
    def calls(self) -> int:
        """How many HTTP calls this client has made."""
        return self._http.calls

    def get_page(self, page_id: str, *, allow_status: Collection[str] = ()) -> Page:
        """A page with its storage text and version, both from one read.

        Raises PageNotCurrent unless it is current or its status is in `allow_status`, and
        ImplausibleAnswer when there is no text in the answer: never take that for an empty page.
        """
        return self._dialect.get_page(checked_id(page_id), {"current", *allow_status})

    def get_page_version(self, page_id: str, number: int) -> Page:
        """A page's text as version `number` left it; title and status may be today's."""
        return self._dialect.get_page_version(checked_id(page_id), number)

    def get_draft(self, page_id: str) -> Page | None:
        """What people have changed on a page and not published yet; None where there is nothing.

        A page has one draft, shared by all who edit it. A write over REST leaves it alone, and
        merges with it when it is published (developer.atlassian.com, "Collaborative editing").
        """
        return self._dialect.get_draft(checked_id(page_id))

    def update_page(
        self,
        page_id: str,
        *,
        title: str,
        body: str,
        version: int,
        message: str = "",
        minor_edit: bool = False,
    ) -> Version:
        """Replace a page. `version` is the number to be sent: the number read with `body`, plus 1.

        Gives the version that Confluence answers with; Data Center answers a write that changes
        nothing with the old number. Raises VersionConflict when somebody saved in between. Ask
        `outcome_unknown` of any other error before writing again. Confluence tells of a missing
        edit right by PageNotFound or NotAllowed. Keep `message` below 255 characters.
        """
        return self._dialect.update_page(
            checked_id(page_id),
            title=title,
            body=body,
            version=version,
            message=message,
            minor_edit=minor_edit,
        )

    def create_page(
        self, *, title: str, body: str, parent_id: str | None = None, space_key: str | None = None
    ) -> Page:
        """Make a page below `parent_id`, or below the space's homepage.

        The text in the answer is an echo: read the page before editing it. Raises TitleTaken, and
        after an unknown outcome `find_page` tells whether the page is there.
        """
        parent = checked_id(parent_id) if parent_id else ""
        space = self._known_space(space_key)
        if space is None:
            raise Refused("no space is named for the new page")
        return self._dialect.create_page(title=title, body=body, parent_id=parent, space=space)

    def find_page(
        self,
        title: str,
        *,
        space_key: str | None = None,
        statuses: Collection[str] = ("current", "archived"),
    ) -> list[PageHead]:
        """Pages with this very title, whatever its case, in one space or else in all.

        Archived pages count: they keep their title. From the database and not from the search
        index, which lags.
        """
        found = self._dialect.find_page(
            title.strip(), space=self._known_space(space_key), statuses=statuses
        )
        wanted = title.strip().casefold()
        return [head for head in found if head.title.strip().casefold() == wanted]

    def search_pages(
        self, query: str = "", *, cql: str = "", limit: int = 25, space_key: str = ""
    ) -> list[SearchHit]:
        """Pages whose title or text is like `query`, or those that a raw `cql` finds.

        For suggestions: the index lags behind and knows no archived pages.
        """
        return v1.search(
            self._http, cql or pages_about(query, space_key=space_key), limit=max(1, limit)
        )

    def versions(self, page_id: str, limit: int = 25) -> list[Version]:
        """A page's latest versions, newest first."""
        return self._dialect.versions(checked_id(page_id), max(1, limit))

    def whoami(self) -> User:
        """Whose credentials these are. Raises CredentialsRejected when they are nobody's."""
        return v1.whoami(self._http)

    def user(self, account_id: str) -> User | None:
        """Somebody by account id (on Data Center: user key); None for an anonymous one.

        Raises PageNotFound or AccessUnclear for an account that is not there.
        """
        parameter = "accountId" if isinstance(self._dialect, Cloud) else "key"
        return v1.user(self._http, account_id, parameter=parameter)

    def users(self, account_ids: Collection[str]) -> list[User]:
        """People by account id, as many as are known: one call for 250 (Data Center: one or two
        each, and user names are ids too).
        """
        wanted = sorted(set(account_ids) - {""})
        return self._dialect.users(wanted) if wanted else []

    def space(self, key: str) -> Space:
        """A space by its key, whatever its case. Raises SpaceNotFound."""
        return self._dialect.space(key)

    def _known_space(self, key: str | None) -> Space | None:
        key = key or self._space_key
        if key and key not in self._spaces:
            self._spaces[key] = self.space(key)
        return self._spaces.get(key)

    def tasks(self, page_id: str) -> list[Task] | None:
        """A page's tasks; None on Data Center, which does not tell."""
        return self._dialect.tasks(checked_id(page_id))

    def can_edit(self, page_id: str) -> bool | None:
        """Whether our account may edit a page; None where Confluence does not tell."""
        return self._dialect.can_edit(checked_id(page_id))
