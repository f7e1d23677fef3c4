"""The way of one request: its fault, the limits, the credentials, the route, the answer."""

from __future__ import annotations

import logging
import re
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email.message import Message
from urllib.parse import parse_qs, unquote, urlsplit

from plays.sandbox import colleague
from plays.sandbox.content.store import Store
from plays.sandbox.rest import (
    around_v1,
    around_v2,
    attachments,
    content_v1,
    pages_v2,
    search_v1,
    tasks_v2,
)
from plays.sandbox.server import replies
from plays.sandbox.server.access import CONTEXTS, Access, Options
from plays.sandbox.server.calls import DROPPED, Calls
from plays.sandbox.server.control import Control, what_can_be_ordered
from plays.sandbox.server.errors import ApiError
from plays.sandbox.server.faults import Fault, Faults, page_in
from plays.sandbox.server.messages import Request, Response, json_response
from plays.sandbox.server.router import Route
from plays.sandbox.server.server import RawRequest
from plays.sandbox.web import screens

LARGEST_REQUEST = 5_242_880
ROUTERS = (
    pages_v2.ROUTES,
    around_v2.ROUTES,
    tasks_v2.ROUTES,
    search_v1.ROUTES,
    content_v1.ROUTES,
    around_v1.ROUTES,
    attachments.V1,
    attachments.V2,
)
CLOUD_ID = uuid.UUID("af818fbb-1111-4222-8333-444455556666")

_GATEWAY = re.compile(r"/ex/confluence/[\w-]+(?=/)")
_API = re.compile(r"/wiki/(?:api/v2|rest/api)(?:/|$)")
_log = logging.getLogger("plays.sandbox")


@dataclass(frozen=True, kw_only=True)
class _Call:
    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Message
    body: bytes
    via_gateway: bool


class Exchange:
    """Answers requests out of one store; thread-safe."""

    def __init__(self, store: Store, options: Options, *, faults: Faults, calls: Calls) -> None:
        self.store = store
        self.access = Access(options)
        self.stopping = threading.Event()
        self._options = options
        self._faults = faults
        self._calls = calls
        self._control = Control(store, self.access, faults, calls)

    def answer(self, raw: RawRequest) -> Response | None:
        """Answer a request; None stands for a connection that is dropped."""
        url = urlsplit(raw.target)
        path, gateway = self._within(unquote(url.path))
        call = _Call(
            method="GET" if raw.method == "HEAD" else raw.method,
            path=path,
            query=parse_qs(url.query, keep_blank_values=True),
            headers=raw.headers,
            body=raw.body,
            via_gateway=gateway,
        )
        if _API.match(path):
            return self._api(call)
        if path == "/_edge/tenant_info" and self._is_cloud:
            return json_response({"cloudId": str(CLOUD_ID)})
        if path.rstrip("/") == "/_sandbox":
            return what_can_be_ordered()
        if path.startswith("/_sandbox/"):
            return self._for_control(call)
        return self._for_people(call)

    @property
    def _is_cloud(self) -> bool:
        return self._options.deployment == "cloud"

    def _within(self, path: str) -> tuple[str, bool]:
        """The path as if the site lay below `/wiki`, and whether it came through the gateway."""
        if self._is_cloud:
            inside, count = _GATEWAY.subn("", path, count=1)
            return inside, bool(count)
        context = CONTEXTS[self._options.deployment]
        rest = path.removeprefix(context)
        if rest != path and rest[:1] in ("", "/"):
            return f"/wiki{rest}", False
        return ("/nothing" if path.startswith("/wiki") else path), False

    def _api(self, call: _Call) -> Response | None:
        self._pause(self._options.latency)
        fault = self._faults.next_for(call.method, call.path)
        response = self._meet(fault, call) if fault else self._serve(call)
        status = DROPPED if response is None else response.status
        self._calls.add(call.method, call.path, status=status, fault=fault.kind if fault else None)
        return response and replace(
            response, headers=self._usual_headers(call) | dict(response.headers)
        )

    def _meet(self, fault: Fault, call: _Call) -> Response | None:
        special = _SPECIAL.get(fault.kind)
        if special is not None:
            return special(self, fault, call)
        if not fault.after:
            return replies.fault_reply(fault, call.path)
        response = self._serve(call)
        if response.status >= 400:
            return response  # Nothing was written, so there is nothing to be lied about.
        if fault.kind == "truncated_json":
            return replies.truncated(response)
        return replies.fault_reply(fault, call.path)

    def _hang(self, fault: Fault, call: _Call) -> Response:
        if fault.after:
            response = self._serve(call)
            self._pause(fault.seconds)
            return response
        self._pause(fault.seconds)
        return self._serve(call)

    def _with_colleague(self, fault: Fault, call: _Call) -> Response:
        if call.method == "GET":
            response = self._serve(call)
            self._let_colleague(fault, call.path)
            return response
        self._let_colleague(fault, call.path)
        return self._serve(call)

    def _let_colleague(self, fault: Fault, path: str) -> None:
        page_id = page_in(path) or ""
        with self.store.lock:
            if all(page.id != page_id for page in self.store.pages()):
                return
            if fault.kind == "conflict":
                colleague.save_unchanged(self.store, page_id)
            else:
                colleague.edit_meanwhile(self.store, page_id, fault.edit)

    def _emptied(self, _fault: Fault, call: _Call) -> Response:
        return replies.emptied(self._serve(call))

    def _stale(self, _fault: Fault, call: _Call) -> Response:
        return self._serve(call, stale=True)

    def _serve(self, call: _Call, *, stale: bool = False) -> Response:
        if len(call.body) > LARGEST_REQUEST:
            return replies.too_large(call.path, LARGEST_REQUEST)
        route, params, known_path = _find(call.method, call.path)
        refusal = self.access.refusal(call.headers, call.path, route, via_gateway=call.via_gateway)
        if refusal is not None:
            return refusal
        if route is None or not (self._is_cloud or call.path.startswith("/wiki/rest/")):
            return replies.unknown_route(known_path=known_path, path=call.path)
        request = Request(
            store=self.store, noop_put=self._options.noop_put, method=call.method,
            path=call.path, query=call.query, headers=call.headers, body=call.body,
            params=params, stale=stale,
        )  # fmt: skip
        return self._run(route, request)

    def _run(self, route: Route, request: Request) -> Response:
        try:
            with self.store.lock:
                return route.handler(request)
        except ApiError as error:
            return replies.error_response(error, request.path)
        except Exception:  # noqa: BLE001 - the outermost place
            _log.exception("%s %s broke the sandbox", request.method, request.path)
            return replies.error_response(ApiError(500, "Internal Server Error"), request.path)

    def _for_control(self, call: _Call) -> Response:
        if not self.access.knows(call.headers):
            return json_response({"message": "Wrong credentials"}, status=401)
        return self._control.answer(call.method, call.path, call.body)

    def _for_people(self, call: _Call) -> Response:
        is_form = call.method == "POST"
        form = parse_qs(call.body.decode("utf-8", "replace"), keep_blank_values=True)
        with self.store.lock:
            status, headers, body = screens.respond(
                self.store, call.method, call.path, call.query, form if is_form else {},
                headers=dict(call.headers.items()),
            )  # fmt: skip
        content_type = headers.pop("Content-Type", "text/html;charset=UTF-8")
        return Response(status=status, body=body, content_type=content_type, headers=headers)

    def _usual_headers(self, call: _Call) -> dict[str, str]:
        headers = {"atl-request-id": str(uuid.uuid4()), "atl-traceid": uuid.uuid4().hex}
        if replies.dialect_of(call.path) == replies.V1:
            headers["X-AUSERNAME"] = self.access.user(call.headers)
        return headers | self.access.limit_headers()

    def _pause(self, seconds: float) -> None:
        if seconds > 0:
            self.stopping.wait(seconds)


_SPECIAL: dict[str, Callable[[Exchange, Fault, _Call], Response | None]] = {
    "hang": Exchange._hang,
    "conflict": Exchange._with_colleague,
    "colleague_edit": Exchange._with_colleague,
    "empty_body": Exchange._emptied,
    "stale_read": Exchange._stale,
}


def _find(method: str, path: str) -> tuple[Route | None, dict[str, str], bool]:
    known = False
    for router in ROUTERS:
        route, params, known_path = router.find(method, path)
        if route is not None:
            return route, params, True
        known = known or known_path
    return None, {}, known
