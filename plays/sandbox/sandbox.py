"""A Confluence for one machine: a server of its own that tests and the demo start and stop."""

from __future__ import annotations

from collections.abc import Callable, Collection
from types import TracebackType
from typing import Self

from plays.sandbox import colleague
from plays.sandbox.content.entities import Version
from plays.sandbox.content.store import Store
from plays.sandbox.content.updates import NoopPut
from plays.sandbox.server.access import CONTEXTS, DeadCredentials, Deployment, Options
from plays.sandbox.server.calls import Calls
from plays.sandbox.server.dispatcher import CLOUD_ID, Exchange
from plays.sandbox.server.faults import Faults
from plays.sandbox.server.server import HttpServer


class Sandbox:
    """A Confluence site in memory, served at `url` between `start` and `stop`.

    `port=0` takes any free port. `latency` is in seconds for every API call, `rate_limit` in
    requests per second. See `access.Options` for the rest, and `control` for what other
    processes can ask of it.
    """

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        *,
        email: str = "demo@example.com",
        token: str = "sandbox-token",  # noqa: S107 - a toy's token
        space_key: str = "AX",
        latency: float = 0.0,
        seed: int | None = None,
        dead_credentials: DeadCredentials = "measured",
        noop_put: NoopPut = "new_version",
        scopes: Collection[str] | None = None,
        rate_limit: float | None = None,
        deployment: Deployment = "cloud",
    ) -> None:
        self.email, self.token, self.space_key = email, token, space_key
        self.deployment = deployment
        self.store = Store(email=email, space_key=space_key, seed=seed)
        self.faults = Faults(seed=seed)
        self.calls = Calls()
        self._address = (host, port)
        self._server: HttpServer | None = None
        options = Options(
            email=email,
            token=token,
            latency=latency,
            dead_credentials=dead_credentials,
            noop_put=noop_put,
            scopes=None if scopes is None else frozenset(scopes),
            rate_limit=rate_limit,
            deployment=deployment,
        )
        self._context = CONTEXTS[deployment]
        self._exchange = Exchange(self.store, options, faults=self.faults, calls=self.calls)

    # Serving

    def start(self) -> Self:
        """Begin to serve, in background threads; nothing happens where it serves already.

        Raises OSError when the port is taken.
        """
        if self._server is not None:
            return self
        host, port = self._address
        self._server = HttpServer(host, port, self._exchange.answer)
        self.store.base_url = self.url
        self._exchange.stopping.clear()
        self._server.start()
        return self

    def stop(self) -> None:
        """Close the port, every connection and every thread. The pages stay."""
        if self._server is not None:
            self._exchange.stopping.set()
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port it listens on. Raises RuntimeError when it is not started."""
        if self._server is None:
            raise RuntimeError("the sandbox is not started")
        return self._server.port

    @property
    def url(self) -> str:
        """The base address, as `CONFLUENCE_URL` wants it."""
        return f"http://{self._address[0]}:{self.port}{self._context}"

    @property
    def gateway_url(self) -> str:
        """The base address through the API gateway, the only one that takes scoped tokens."""
        return f"http://{self._address[0]}:{self.port}/ex/confluence/{CLOUD_ID}/wiki"

    @property
    def control_url(self) -> str:
        """Where other processes steer it, see `control`."""
        return f"http://{self._address[0]}:{self.port}/_sandbox"

    @property
    def homepage_id(self) -> str:
        """The id of the space's home page."""
        return self.store.space.homepage_id

    # Pages

    def add_page(
        self,
        title: str,
        body: str = "",
        *,
        parent_id: str | None = None,
        page_id: str | None = None,
        subtype: str | None = None,
        by: str = colleague.NAME,
    ) -> str:
        """Add a page, its body as it stands, below the home page unless told; return its id.

        Raises `ApiError` for a title that is taken, an ill-formed body or no such parent, and
        ValueError for a page id that is taken.
        """
        page = self.store.create(
            title, body, by=by, parent_id=parent_id or self.homepage_id, page_id=page_id,
            subtype=subtype,
        )  # fmt: skip
        return page.id

    def body(self, page_id: str) -> str:
        """Return a page's storage body. Raises `ApiError` (404)."""
        return self.store.page(page_id).body

    def version(self, page_id: str) -> int:
        """Return a page's version number. Raises `ApiError` (404)."""
        return self.store.page(page_id).version.number

    def history(self, page_id: str) -> list[Version]:
        """Return a page's versions, oldest first. Raises `ApiError` (404)."""
        with self.store.lock:
            return list(self.store.page(page_id).versions)

    def edit(self, page_id: str, body: str, *, by: str = colleague.NAME) -> Version:
        """Save a body as a colleague's browser editor would. Raises `ApiError`."""
        return colleague.save_in_browser(self.store, page_id, body, by=by)

    def edit_with(
        self, page_id: str, change: Callable[[str], str], *, by: str = colleague.NAME
    ) -> Version:
        """Save what `change` makes of the body, nobody coming between. Raises `ApiError`."""
        with self.store.lock:
            return self.edit(page_id, change(self.body(page_id)), by=by)

    def set_status(self, page_id: str, status: str) -> None:
        """Trash ("trashed"), archive ("archived") or restore ("current") a page."""
        self.store.set_status(page_id, status)

    def restrict(self, page_id: str, *, view: bool = False, edit: bool = False) -> None:
        """Keep the API's user from seeing or from changing a page; both False lifts it."""
        with self.store.lock:
            page = self.store.page(page_id)
            page.view_restricted, page.edit_restricted = view, edit

    # The API's user

    def revoke_token(self) -> None:
        """Let the credentials be rejected from now on."""
        self._exchange.access.accepts_token = False

    def accept_token(self) -> None:
        """Let the credentials be good again."""
        self._exchange.access.accepts_token = True

    def reset_calls(self) -> None:
        """Forget the calls so far."""
        self.calls.clear()
