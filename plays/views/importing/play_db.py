"""The screen of imports, and on it people's columns of the Play DB page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from plays.confluence import ConfluenceError
from plays.models import MirrorChange, PageMapping, Play
from plays.models.mapping import PartChoice
from plays.sync.layouts.looking import NotMapped
from plays.sync.mappings.page_problems import unreadable
from plays.sync.plays.people_columns.pull import (
    Differing,
    differing,
    fetch_play_db,
    pull_asked,
    pull_columns,
)
from plays.views.common.access import RoleRequest, may_map
from plays.views.common.render import render_page
from plays.views.importing.form import ImportForm

SHOWN_CHANGES = 20


@may_map
@require_POST
def play_db_read(request: RoleRequest) -> HttpResponse:
    """Show what the Play DB page says, or with `take` take it over."""
    try:
        body = fetch_play_db().body
    except ConfluenceError as error:
        messages.error(request, " ".join(unreadable(error)))
        return redirect("plays:plays_import")
    except (NotMapped, ImproperlyConfigured) as error:
        messages.error(request, str(error))
        return redirect("plays:plays_import")
    if "take" not in request.POST:
        return import_page(
            request, {"report": pull_columns(body, now=timezone.now(), dry_run=True)}
        )
    report = pull_asked(body, by=request.user, create="create" in request.POST)
    if report.trouble:
        messages.error(request, report.trouble)
    else:
        count = len(report.taken)
        sentence = ngettext(
            "%(count)d value is taken over.", "%(count)d values are taken over.", count
        )
        messages.success(request, sentence % {"count": count})
    return redirect("plays:plays_import")


def import_page(request: RoleRequest, context: dict[str, Any]) -> HttpResponse:
    everything = {
        "form": ImportForm(label_suffix=""),
        "play_db": PageMapping.objects.shared(PartChoice.PLAY_DB).page,
        "changes": MirrorChange.objects.select_related("play")[:SHOWN_CHANGES],
        "differing": _differing(),
        **context,
    }
    return render_page(request, "importing/import.html", everything)


def _differing() -> list[Differing]:
    return [one for play in Play.objects.active() for one in differing(play)]
