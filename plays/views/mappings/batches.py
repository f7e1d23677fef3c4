"""All missing pages of a part made at once: asked first, followed, and told afterwards."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plays.models import PageBatch, PageMapping, PageRequest
from plays.models.mapping import PLAY_PARTS, PartChoice
from plays.rules.todo_page import todo_title
from plays.sync.mappings.live_docs import title_of
from plays.sync.page_requests.asking import without_page
from plays.sync.page_requests.batches import start, try_again
from plays.sync.site.connection import is_configured
from plays.views.common.access import RoleRequest, may_map, sees
from plays.views.common.posted import posted_reason
from plays.views.common.render import render_page

LISTED = {PartChoice.LIVE_DOC: "plays:mappings", PartChoice.PLAY_TODO: "plays:todo"}


@may_map
@require_http_methods(["GET", "HEAD", "POST"])
def make_missing(request: RoleRequest, part: str) -> HttpResponse:
    if part not in PLAY_PARTS:
        raise Http404
    if request.method == "POST":
        return _start(request, PartChoice(part))
    running = PageBatch.objects.running(part).first()
    if running:
        return redirect(running)
    return render_page(request, "mappings/make_missing.html", _question(PartChoice(part)))


@sees
@require_safe
def page_batch(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(PageBatch.objects.select_related("by"), pk=pk)
    return render_page(
        request, "mappings/batch.html", _progress(batch), part="mappings/_batch_now.html"
    )


@may_map
@require_POST
def page_batch_again(request: RoleRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(PageBatch, pk=pk)
    count = try_again(batch, by=request.user, reason=posted_reason(request))
    if count:
        words = ngettext(
            "%(count)d page is tried again.", "%(count)d pages are tried again.", count
        )
        messages.success(request, words % {"count": count})
    else:
        messages.info(request, _("There is nothing to try again."))
    return redirect(batch)


def _start(request: RoleRequest, part: PartChoice) -> HttpResponse:
    batch = start(part, by=request.user, reason=posted_reason(request))
    if batch is not None:
        return redirect(batch)
    messages.warning(request, _("Every active Play has its page."))
    return redirect(LISTED[part])


def _question(part: PartChoice) -> dict[str, Any]:
    plays = list(without_page(part))
    name = title_of if part is PartChoice.LIVE_DOC else lambda play: todo_title(play.play_id)
    parent = None
    if part is PartChoice.PLAY_TODO:
        parent = PageMapping.objects.shared(PartChoice.PROJECT_TODO).page
    return {
        "part": part,
        "titles": [name(play) for play in plays],
        "space": settings.CONFLUENCE_SPACE_KEY,
        "parent": parent,
        "needs_parent": part is PartChoice.PLAY_TODO and parent is None,
        "is_ready": is_configured() and bool(settings.CONFLUENCE_SPACE_KEY),
        "otherwise": LISTED[part],
    }


def _progress(batch: PageBatch) -> dict[str, Any]:
    """Failures first, then what waits, then what is there, in the order in which it came."""
    rows = PageRequest.objects.filter(batch=batch).select_related("play", "page")
    ordered = rows.order_by(
        F("made_at").asc(nulls_first=True), F("given_up_at").asc(nulls_last=True), "pk"
    )
    made = sum(row.made_at is not None for row in ordered)
    failed = sum(row.made_at is None and row.given_up_at is not None for row in ordered)
    waiting = len(ordered) - made - failed
    ends = [moment for row in ordered if (moment := row.made_at or row.given_up_at)]
    return {
        "batch": batch,
        "rows": ordered,
        "made": made,
        "new": sum(row.how == "made" for row in ordered),
        "failed": failed,
        "waiting": waiting,
        "moved": batch.total - len(ordered),
        "settled": batch.total - waiting,
        "ended_at": max(ends, default=None) if not waiting else None,
        "listed": LISTED[PartChoice(batch.part)],
    }
