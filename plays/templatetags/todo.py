"""How a ToDo page's progress and its troubles are shown."""

from __future__ import annotations

from typing import Any

from django import template

from plays.advice import Advice, advice
from plays.sync.todo.problems import PROBLEMS

register = template.Library()
BAR_WIDTH = 100


@register.filter
def todo_advice(error: str) -> Advice | None:
    """What went wrong with a ToDo page, and what to do about it."""
    problem = PROBLEMS.get(error)
    return Advice(problem.means, problem.ask) if problem else advice(error)


@register.inclusion_tag("todo/_bar.html")
def todo_bar(done: int, total: int) -> dict[str, Any]:
    """How many tasks are done, as text and as a bar."""
    share = done / total if total else 0.0
    return {"done": done, "total": total, "share": share, "width": f"{share * BAR_WIDTH:.1f}"}
