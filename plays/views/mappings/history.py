"""Who mapped what, newest first: filtered, and what was done at once as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from plays.models import PageMappingChange
from plays.models.mapping import PartChoice
from plays.views.common.access import sees
from plays.views.common.forms import FilterForm, search
from plays.views.common.render import paginate, render_page
from plays.views.mappings.mapping_rows import changes

# What one person did for one reason in so short a time was one act: a file, an import, a batch.
AT_ONCE = timedelta(minutes=1)
SEARCHED = (
    *("mapping__play__play_id", "mapping__play__name", "reason", "by__username"),
    *("old_page__page_id", "old_page__title", "new_page__page_id", "new_page__title"),
)


@dataclass(frozen=True)
class Act:
    """Changes that were made at once (`is_many`), or one by one; the newest first."""

    changes: tuple[PageMappingChange, ...]
    is_many: bool

    @property
    def newest(self) -> PageMappingChange:
        return self.changes[0]


class HistoryFilter(FilterForm):
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Play, page id, title, who, why")}
        ),
    )
    part = forms.ChoiceField(
        label=_("Part"), required=False, choices=[("", _("All")), *PartChoice.choices]
    )

    def narrow(self, rows: QuerySet[PageMappingChange]) -> QuerySet[PageMappingChange]:
        if part := self.chosen("part"):
            rows = rows.filter(mapping__part=part)
        return search(rows, self.chosen("q"), *SEARCHED)


@sees
@require_safe
def mapping_history(request: HttpRequest) -> HttpResponse:
    form = HistoryFilter(request.GET)
    page_obj = paginate(form.narrow(changes()), request)
    context = {"form": form, "page_obj": page_obj, "acts": acts_of(page_obj)}
    return render_page(request, "mappings/history.html", context, part="mappings/_act_list.html")


def acts_of(rows: Iterable[PageMappingChange]) -> list[Act]:
    """Changes, newest first; those that one act made are put together, others follow each other."""
    found: list[Act] = []
    for act in _at_once(rows):
        is_many = len(act) > 1
        if found and not is_many and not found[-1].is_many:
            act = [*found.pop().changes, *act]
        found.append(Act(tuple(act), is_many))
    return found


def _at_once(rows: Iterable[PageMappingChange]) -> Iterator[list[PageMappingChange]]:
    together: list[PageMappingChange] = []
    for row in rows:
        if together and not _same_act(together[-1], row):
            yield together
            together = []
        together.append(row)
    if together:
        yield together


def _same_act(later: PageMappingChange, row: PageMappingChange) -> bool:
    is_same = (later.by_id, later.reason) == (row.by_id, row.reason)
    return is_same and later.at - row.at <= AT_ONCE
