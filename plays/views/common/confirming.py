"""Before many things are done at once: what will be done, to how many, and why it is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from plays.models import SyncJob
from plays.models.counting import DEEPEST, Count
from plays.models.job import JobKind
from plays.views.common.render import render_page


@dataclass(frozen=True, kw_only=True)
class Question:
    """`rows` tell the total apart; `hidden` is sent along with the answer; `otherwise` is where
    the way back leads. With `total` 0 there is nothing to confirm.
    """

    title: str
    lead: str
    button: str
    total: int
    rows: list[tuple[Any, int]]
    otherwise: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    needs_reason: bool = False
    is_danger: bool = False
    problem: str = ""


def ask(request: HttpRequest, question: Question) -> HttpResponse:
    """The page that asks; its form posts to the address it was asked at, filter and all."""
    return render_page(request, "jobs/confirm.html", {"question": question})


def amount(jobs: QuerySet[SyncJob]) -> dict[str, Any]:
    """A question's `total` and `rows`: how many jobs it is about, and of which kinds."""
    # Grouped here: the database would rather read all jobs in the order of their kinds.
    found = Counter(jobs.order_by().values_list("kind", flat=True)[: DEEPEST + 1])
    is_least = found.total() > DEEPEST
    counts = [(kind, Count(count, is_least=is_least)) for kind, count in found.items()]
    total = Count(min(found.total(), DEEPEST), is_least=is_least)
    return {"total": total, "rows": kinds(counts)}


def kinds(counts: Iterable[tuple[str, int]]) -> list[tuple[Any, int]]:
    """Counts by kind of edit, in words, in the order of the kinds."""
    known = dict(counts)
    return [(kind.label, known[kind]) for kind in JobKind if known.get(kind)]
