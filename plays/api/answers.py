"""What every address shares: the form of lists and of problems, and how parameters are checked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field, Query, Schema
from pydantic import StringConstraints

PAGE_SIZE, MOST = 50, 200

# No database takes NUL in a text.
Text = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00]+$")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="how many at most")]
Cursor = Annotated[
    str | None, Query(max_length=600, description="`next_cursor` of the answer before")
]
JobId = Annotated[int, Field(ge=1, lt=2**63)]


class FieldError(Schema):
    """One field that is wrong, and why."""

    field: str
    message: str


class ProblemAnswer(Schema):
    """RFC 9457 problem details. `errors`: the parameters or fields that are wrong."""

    type: str
    title: str
    status: int
    detail: str
    error: str = Field(description="the same as `detail`")
    errors: list[FieldError] = []


class PageLink(Schema):
    """A Confluence page and the part it plays."""

    part: str
    page_id: str
    title: str
    url: str
    state: str


class Edit(Schema):
    """One owed edit of a page. `stage`: how far it is."""

    job_id: int
    kind: str
    stage: str


class Try(Schema):
    """One try at writing a page."""

    at: datetime
    outcome: str
    http_status: int | None
    error: str
    message: str
    calls: int
    duration_ms: int | None
