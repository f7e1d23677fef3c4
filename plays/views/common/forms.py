"""What people type: days, and filters of lists, checked before they reach a query."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

Rows = TypeVar("Rows", bound=QuerySet[Any])


def day_input() -> forms.DateInput:
    """The browser's own choice of a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def midnight(day: date) -> datetime:
    """When a day begins in TIME_ZONE."""
    return datetime.combine(day, time(), timezone.get_default_timezone())


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


class RangeFilter(FilterForm):
    """A filter that may also say from which day to which, both included, in TIME_ZONE."""

    since = forms.DateField(label=_("From"), required=False, widget=day_input())
    until = forms.DateField(label=_("To"), required=False, widget=day_input())

    def within(self, rows: Rows, field: str) -> Rows:
        """Rows whose moment `field` lies in the range."""
        if since := self.cleaned_data.get("since"):
            rows = rows.filter(**{f"{field}__gte": midnight(since)})
        if until := self.cleaned_data.get("until"):
            rows = rows.filter(**{f"{field}__lt": midnight(until + timedelta(days=1))})
        return rows


def search(rows: Rows, words: str, *fields: str) -> Rows:
    """Rows of which every word is in one of `fields`, whatever its case."""
    for word in words.split():
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(anywhere)
    return rows
