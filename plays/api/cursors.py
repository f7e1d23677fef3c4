"""Cursors: where a list went on, as an opaque word. What comes or goes meanwhile shifts nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from ninja.errors import HttpError

_WRONG = "the cursor is none of ours: take next_cursor of the answer before, or leave it out"


def cursor_of(*values: str | int) -> str:
    """The values by which a list is sorted, of the last row that was answered."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def values_of(cursor: str, *kinds: Callable[[Any], Any]) -> list[Any]:
    """The values again, each of its kind. Raises HttpError 422 for what is no cursor of ours."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars="-_", validate=True))
        found = [kind(value) for kind, value in zip(kinds, values, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise HttpError(422, _WRONG) from error
    return found


def key_value(value: Any) -> int:
    """A primary key. Raises `TypeError` for what no database takes as one."""
    if not isinstance(value, int) or not 0 <= value < 2**63:
        raise TypeError
    return value


def text_value(value: Any) -> str:
    """A text. Raises `TypeError` for anything else, and for NUL, which no database takes."""
    if not isinstance(value, str) or "\0" in value:
        raise TypeError
    return value
