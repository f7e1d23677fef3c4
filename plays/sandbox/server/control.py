"""The sandbox steered from other processes, with the API's own credentials.

GET    /_sandbox/calls                     every API call so far, and counts by method
DELETE /_sandbox/calls                     forget them
GET    /_sandbox/faults                    what is scripted, what has happened
POST   /_sandbox/faults                    {"script": [{"kind": "rate_limited",
                                           "retry_after": "2"}], "match": "PUT /pages/7",
                                           "times": 2} or {"random": {"rate": 0.2,
                                           "kinds": [...], "methods": ["PUT"]}}
DELETE /_sandbox/faults                    no more trouble
POST   /_sandbox/pages                     {"title", "body", "parent_id", "page_id", "subtype"}
GET    /_sandbox/pages/{id}                body, version, status and history
GET    /_sandbox/pages/{id}/body           without the history, as the orders below answer too
POST   /_sandbox/pages/{id}/edit           {"body" or "append", "by", "version"}: a save in the
                                           browser; 409 where the page is at another version
POST   /_sandbox/pages/{id}/status         {"status": "archived"}
POST   /_sandbox/pages/{id}/restrictions   {"view": true, "edit": true}
POST   /_sandbox/token                     {"accepted": false}: the credentials are refused, but
                                           not for these orders
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from plays.sandbox import colleague
from plays.sandbox.content.entities import Page, iso
from plays.sandbox.content.store import Store
from plays.sandbox.server.access import Access
from plays.sandbox.server.calls import Calls
from plays.sandbox.server.errors import ApiError
from plays.sandbox.server.faults import KINDS, Fault, Faults
from plays.sandbox.server.messages import Response, json_response

_FAULT_FIELDS = ("kind", "retry_after", "seconds", "after")


def what_can_be_ordered() -> Response:
    """The list above, for whoever opens the control address in a browser."""
    text = (__doc__ or "").encode()
    return Response(status=200, body=text, content_type="text/plain;charset=UTF-8")


class Control:
    """Answers what lies below `/_sandbox/`."""

    def __init__(self, store: Store, access: Access, faults: Faults, calls: Calls) -> None:
        self._store = store
        self._access = access
        self._faults = faults
        self._calls = calls

    def answer(self, method: str, path: str, body: bytes) -> Response:
        """Carry out one order; 400 with a message for one that makes no sense."""
        parts = path.strip("/").split("/")[1:]
        try:
            sent = json.loads(body) if body.strip() else {}
            return json_response(self._order(method, parts, sent))
        except ApiError as error:
            return json_response({"message": error.title}, status=error.status)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            return json_response({"message": f"{type(error).__name__}: {error}"}, status=400)

    def _order(self, method: str, parts: list[str], sent: dict[str, Any]) -> dict[str, Any]:
        order: Callable[[], dict[str, Any]] | None = None
        match method, parts:
            case "GET", ["calls"]:
                order = self._show_calls
            case "DELETE", ["calls"]:
                self._calls.clear()
                order = self._show_calls
            case "POST", ["faults"]:
                self._set_faults(sent)
                order = self._show_faults
            case "DELETE", ["faults"]:
                self._faults.clear()
                order = self._show_faults
            case "GET", ["faults"]:
                order = self._show_faults
            case "POST", ["token"]:
                self._access.accepts_token = bool(sent["accepted"])
                return {"accepted": self._access.accepts_token}
            case "POST", ["pages"]:
                return self._show_page(self._add_page(sent))
            case _, ["pages", page_id, *rest]:
                return self._page_order(method, page_id, rest, sent)
        if order is None:
            raise ApiError(404, f"No such order: {method} /_sandbox/{'/'.join(parts)}")
        return order()

    def _page_order(
        self, method: str, page_id: str, rest: list[str], sent: dict[str, Any]
    ) -> dict[str, Any]:
        with self._store.lock:
            page = self._store.page(page_id)
            match method, rest:
                case "GET", []:
                    return self._show_page(page) | {"history": self._history(page)}
                case "GET", ["body"]:
                    pass
                case "POST", ["edit"]:
                    if sent.get("version", page.version.number) != page.version.number:
                        raise ApiError(409, f"The page is at version {page.version.number}")
                    body = sent["body"] if "body" in sent else page.body + sent["append"]
                    by = sent.get("by", colleague.NAME)
                    colleague.save_in_browser(self._store, page_id, body, by=by)
                case "POST", ["status"]:
                    self._store.set_status(page_id, sent["status"])
                case "POST", ["restrictions"]:
                    page.view_restricted = bool(sent.get("view"))
                    page.edit_restricted = bool(sent.get("edit"))
                case _:
                    raise ApiError(404, f"No such order for a page: {method} {'/'.join(rest)}")
            return self._show_page(page)

    def _add_page(self, sent: dict[str, Any]) -> Page:
        with self._store.lock:
            parent_id = sent.get("parent_id") or self._store.space.homepage_id
            return self._store.create(
                sent["title"], sent.get("body", ""), by=sent.get("by", colleague.NAME),
                parent_id=parent_id, page_id=sent.get("page_id"), subtype=sent.get("subtype"),
            )  # fmt: skip

    def _set_faults(self, sent: dict[str, Any]) -> None:
        rows = [Fault(**_known(row)) for row in sent.get("script", [])]
        self._faults.script(*rows, match=sent.get("match", ""), times=int(sent.get("times", 1)))
        if wanted := sent.get("random"):
            kinds = [
                Fault(**_known(kind)) if isinstance(kind, dict) else str(kind)
                for kind in wanted.get("kinds") or KINDS
            ]
            self._faults.random(float(wanted["rate"]), kinds, wanted.get("methods"))

    def _show_faults(self) -> dict[str, Any]:
        return {"waiting": self._faults.waiting, "fired": dict(self._faults.fired)}

    def _show_calls(self) -> dict[str, Any]:
        return {
            "by_method": dict(self._calls.by_method),
            "calls": [asdict(call) for call in self._calls],
        }

    def _show_page(self, page: Page) -> dict[str, Any]:
        return {
            "id": page.id,
            "title": page.title,
            "status": page.status,
            "version": page.version.number,
            "body": page.body,
        }

    def _history(self, page: Page) -> list[dict[str, Any]]:
        return [
            {
                "number": version.number,
                "message": version.message,
                "author": version.author,
                "created_at": iso(version.created_at),
                "body": version.body,
            }
            for version in page.versions
        ]


def _known(row: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(row) - set(_FAULT_FIELDS):
        raise ValueError(f"unknown fields of a fault: {', '.join(sorted(unknown))}")
    return row
