"""Answers as Confluence gives them, for the tests that need exact bytes."""

from __future__ import annotations

from typing import Any

VERSION = {
    "number": 3,
    "message": "why",
    "minorEdit": False,
    "authorId": "557058:a",
    "createdAt": "2026-07-03T13:48:15.974Z",
}


def v2_page(body: str | None = "<p>x</p>", **changes: Any) -> dict[str, Any]:
    page = {
        "id": "123",
        "status": "current",
        "title": "Play DB",
        "spaceId": "7",
        "parentId": "9",
        "parentType": "page",
        "subtype": None,
        "version": VERSION,
        "body": {} if body is None else {"storage": {"representation": "storage", "value": body}},
        "_links": {
            "webui": "/spaces/AX/pages/123/Play+DB",
            "base": "https://site.atlassian.net/wiki",
        },
    }
    return page | changes


def v1_page(body: str = "<p>x</p>", **changes: Any) -> dict[str, Any]:
    page = {
        "id": "123",
        "type": "page",
        "status": "current",
        "title": "Play DB",
        "space": {"id": 7, "key": "AX", "name": "AX"},
        "version": {
            "number": 3,
            "when": "2026-07-03T22:48:15.974+09:00",
            "by": {"userKey": "ff80", "username": "bot", "displayName": "Bot"},
            "message": "why",
            "minorEdit": True,
        },
        "ancestors": [{"id": "1"}, {"id": "9"}],
        "body": {"storage": {"value": body, "representation": "storage"}},
        "_links": {
            "webui": "/display/AX/Play+DB",
            "base": "https://wiki.example.com/confluence",
        },
    }
    return page | changes


def v2_error(status: int | str, title: str, *, code: str = "", detail: Any = None) -> Any:
    return {"errors": [{"status": status, "code": code, "title": title, "detail": detail}]}


def v1_error(status: int, message: str, *, reason: str = "", errors: Any = ()) -> Any:
    return {
        "statusCode": status,
        "data": {"authorized": False, "valid": True, "errors": list(errors), "successful": False},
        "message": message,
        "reason": reason,
    }


SPACES = {
    "results": [{"id": "7", "key": "AX", "name": "AX space", "homepageId": "9"}],
    "_links": {"base": "https://site.atlassian.net/wiki"},
}
