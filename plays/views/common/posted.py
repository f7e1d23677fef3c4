"""What a form without a Django form sends: picked rows and a reason, cleaned before use."""

from __future__ import annotations

import re

from django.http import HttpRequest

from plays.rules.fields import one_line

LONGEST_REASON = 500
_PRIMARY_KEY = re.compile(r"[0-9]{1,18}")


def picked_ids(request: HttpRequest, name: str) -> list[int]:
    """The primary keys sent as `name`; what cannot be one is left out."""
    return [int(pk) for pk in request.POST.getlist(name) if _PRIMARY_KEY.fullmatch(pk)]


def posted_reason(request: HttpRequest) -> str:
    """Why somebody does it: one line, no control characters (PostgreSQL takes no NUL)."""
    return one_line(request.POST.get("reason", ""))[:LONGEST_REASON].strip()
