"""The audit trail: what people did here, who, when and why; anybody reads, nobody changes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from plays.models import AuditEntry
from plays.models.audit import Verb
from plays.sync.audit import NAMELESS
from plays.views.common.access import sees
from plays.views.common.csv_file import csv_file, in_pieces
from plays.views.common.forms import RangeFilter
from plays.views.common.render import paginate, render_page

CSV_HEADER = ("at", "by", "verb", "target", "play_id", "count", "reason")


def _people() -> list[tuple[str, Any]]:
    names = AuditEntry.objects.order_by("by_name").values_list("by_name", flat=True).distinct()
    return [("", _("Everybody")), *((name, NAMELESS.get(name, name)) for name in names)]


class AuditFilter(RangeFilter):
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("what, why")}),
    )
    who = forms.ChoiceField(label=_("Who"), required=False, choices=_people)
    verb = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("All")), *Verb.choices]
    )
    play = forms.CharField(label=_("Play"), required=False, max_length=100)

    def narrow(self, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        if who := self.chosen("who"):
            entries = entries.filter(by_name=who)
        if verb := self.chosen("verb"):
            entries = entries.filter(verb=verb)
        if play := self.chosen("play"):
            entries = entries.filter(play__play_id__iexact=play)
        entries = self.within(entries, "at")
        for word in self.chosen("q").split():
            entries = entries.filter(target__icontains=word) | entries.filter(
                reason__icontains=word
            )
        return entries


@sees
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    entries = form.narrow(AuditEntry.objects.select_related("play"))
    context = {"form": form, "page_obj": paginate(entries, request)}
    return render_page(request, "audit/audit.html", context, part="audit/_entry_list.html")


@sees
@require_safe
def audit_csv(request: HttpRequest) -> StreamingHttpResponse:
    form = AuditFilter(request.GET)
    rows = _rows(form.narrow(AuditEntry.objects.select_related("play")))
    return csv_file("audit.csv", CSV_HEADER, rows)


def _rows(entries: QuerySet[AuditEntry]) -> Iterator[tuple[Any, ...]]:
    for entry in in_pieces(entries, "at"):
        yield (
            timezone.localtime(entry.at).isoformat(timespec="seconds"),
            entry.by_name,
            entry.verb,
            entry.target,
            entry.play.play_id if entry.play else "",
            entry.count,
            entry.reason,
        )
