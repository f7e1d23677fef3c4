"""What people type: filters of lists, checked before they reach a query."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.db.models import Q, QuerySet

Rows = TypeVar("Rows", bound=QuerySet[Any])


class FilterForm(forms.Form):
    """A filter in the address. A value that cannot be is left out; the others still count."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.is_valid()

    def chosen(self, name: str) -> str:
        return self.cleaned_data.get(name) or ""

    @property
    def is_empty(self) -> bool:
        return not any(self.cleaned_data.values())


def search(rows: Rows, words: str, *fields: str) -> Rows:
    """Rows of which every word is in one of `fields`, whatever its case."""
    for word in words.split():
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(anywhere)
    return rows
