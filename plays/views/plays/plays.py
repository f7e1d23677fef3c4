"""Plays: the list of them, and the same list as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from plays.views.common.access import sees
from plays.views.common.csv_file import csv_file
from plays.views.common.render import render_page
from plays.views.plays.play_list import asked_plays, csv_header, csv_rows, list_context


@sees
@require_safe
def plays(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = list_context(asked_plays(request, now), request, now)
    return render_page(request, "plays/plays.html", context, part="plays/_play_list.html")


@sees
@require_safe
def plays_csv(request: HttpRequest) -> StreamingHttpResponse:
    found = asked_plays(request, timezone.now())
    name = f"plays-{found.quarter.quarter}.csv"
    return csv_file(name, csv_header(found.quarter.at), csv_rows(found))
