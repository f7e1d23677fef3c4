"""All rows of a list that comes in pages, for v2's cursors and v1's offsets alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from plays.confluence.errors import ImplausibleAnswer
from plays.confluence.fields import Fields
from plays.confluence.http import Http, Params

T = TypeVar("T")
ReadRow = Callable[[Fields, str], T | None]

MOST_PAGES: Final = 200


def rows(
    http: Http,
    route: str,
    *,
    read: ReadRow[T],
    params: Params | None = None,
    limit: int | None = None,
) -> list[T]:
    """Each row that `read` makes something of; it gets the row and the list's `_links.base`.

    Follows `_links.next` until it is missing (a short page is not the end) or `limit` is reached.
    Raises ImplausibleAnswer for a list without end and for a `next` that leads away from the API.
    """
    found: list[T] = []
    seen: set[str] = set()
    while route not in seen and len(seen) < MOST_PAGES:
        seen.add(route)
        page, following = http.get(route, params=params, read=lambda answer: _page(answer, read))
        found += page
        if not following or (limit is not None and len(found) >= limit):
            return found[:limit]
        route, params = http.address.next_page(following) or route, None
    raise ImplausibleAnswer(
        "this list's link to its next page leads nowhere",
        method="GET",
        path=http.address.path_of(route),
    )


def _page(answer: Fields, read: ReadRow[T]) -> tuple[list[T], str]:
    links = answer.optional_inside("_links")
    base = links.optional_text("base")
    made = [read(row, base) for row in answer.each("results")]
    return [row for row in made if row is not None], links.optional_text("next")
