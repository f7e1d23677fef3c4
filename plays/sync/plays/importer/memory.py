"""What people said of a file's columns, kept for the next file of the same source."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from django.contrib.auth.models import User
from django.utils import timezone

from plays.models import ColumnMatch
from plays.storage.text import header_name

LONGEST = 300


def remembered(headings: Iterable[str]) -> dict[str, str]:
    """Our column by each heading that somebody has matched in such a file; one query."""
    rows = ColumnMatch.objects.filter(source=_source(headings))
    return dict(rows.values_list("heading", "column"))


def remember(headings: Iterable[str], chosen: Mapping[str, str], *, by: User | None) -> None:
    """Keep what was chosen; a heading that was matched before means what was said last."""
    source, now = _source(headings), timezone.now()
    ColumnMatch.objects.bulk_create(
        [
            ColumnMatch(source=source, heading=heading, column=column, by=by, at=now)
            for heading, column in chosen.items()
            if len(heading) <= LONGEST and heading.isprintable()
        ],
        update_conflicts=True,
        unique_fields=["source", "heading"],
        update_fields=["column", "by", "at"],
    )


def _source(headings: Iterable[str]) -> str:
    """Files with the same headings, in whatever order, are of one source."""
    folded = "\n".join(sorted(map(header_name, headings)))
    return hashlib.sha256(folded.encode(errors="surrogatepass")).hexdigest()
