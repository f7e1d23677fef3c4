"""Page mappings: which page plays which part, what is missing, what is wrong, and the change."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plays.models import PageBatch, Play
from plays.models.mapping import PLAY_PARTS, PartChoice
from plays.sync.page_requests.asking import without_page
from plays.views.common.access import sees
from plays.views.common.render import paginate, render_page
from plays.views.common.tabs import Tab, tabs
from plays.views.mappings.forms import MappingFilter
from plays.views.mappings.mapping_rows import (
    has_trouble,
    lacks,
    rows_of,
    shared_rows,
    troubled_first,
)


@sees
@require_safe
def mappings(request: HttpRequest) -> HttpResponse:
    form = MappingFilter(request.GET)
    found = form.narrow(Play.objects.all())
    show = request.GET.get("show", "")
    wanted = _views()
    shown = found.filter(wanted[show][1]) if show in wanted else found
    page_obj = paginate(troubled_first(shown), request)
    context = {
        "form": form,
        "shared": shared_rows(),
        "page_obj": page_obj,
        "rows": rows_of(page_obj),
        "parts": [part.label for part in PLAY_PARTS],
        "tabs": _tabs(found, show),
        "show": show if show in wanted else "",
        "missing": without_page(PartChoice.LIVE_DOC).count(),
        "running": PageBatch.objects.running(PartChoice.LIVE_DOC).first(),
    }
    return render_page(request, "mappings/mappings.html", context, part="mappings/_play_list.html")


def _views() -> dict[str, tuple[str, Any]]:
    """The narrower views of the list, by their name in the address."""
    return {
        "problem": (_("Something is wrong"), has_trouble()),
        "unmapped": (_("No live doc mapped"), lacks(PartChoice.LIVE_DOC)),
        "no_todo": (_("No ToDo page"), lacks(PartChoice.PLAY_TODO)),
    }


def _tabs(found: QuerySet[Play], current: str) -> list[Tab]:
    views = _views()
    return tabs(
        {"": _("All"), **{name: label for name, (label, _fits) in views.items()}},
        {
            "": found.count(),
            **{name: found.filter(fits).count() for name, (_label, fits) in views.items()},
        },
        current,
        alarms=["problem"],
    )
