"""Before many things are done at once: what will be done, to how many, and why it is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse

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


def kinds(counts: Iterable[tuple[str, int]]) -> list[tuple[Any, int]]:
    """Counts by kind of edit, in words, in the order of the kinds."""
    known = dict(counts)
    return [(kind.label, known[kind]) for kind in JobKind if known.get(kind)]
