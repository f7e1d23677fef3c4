"""Pages of the site by their title: the very title first, then what is like it."""

from __future__ import annotations

from dataclasses import dataclass

from plays.confluence import Confluence
from plays.confluence.cql import pages_titled
from plays.sync.site.diagnosis import reported

SUGGESTIONS = 10


@dataclass(frozen=True, kw_only=True)
class FoundPage:
    """A page that a search found; `status` is Confluence's (`current`, `archived`, …)."""

    id: str
    title: str
    url: str
    status: str


@reported
def pages_like(client: Confluence, title: str) -> list[FoundPage]:
    """Pages with the very title, whatever their status, then what Confluence's own search thinks
    is like it; two calls. Raises `ConfluenceError`.
    """
    exact = [
        FoundPage(id=head.id, title=head.title, url=head.url, status=head.status)
        for head in client.find_page(title)
    ]
    known = {found.id for found in exact}
    hits = client.search_pages(cql=pages_titled(title), limit=SUGGESTIONS)
    return exact + [
        FoundPage(id=hit.id, title=hit.title, url=hit.url, status="current")
        for hit in hits
        if hit.id not in known
    ]
