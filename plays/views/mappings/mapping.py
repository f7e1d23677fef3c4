"""One part: the page that plays it, another one looked up live, saved, taken away or created."""

from __future__ import annotations

import logging
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from plays.confluence import Confluence, ConfluenceError
from plays.confluence.cql import pages_titled
from plays.models import PageMapping, PageMappingChange, Play, SyncJob
from plays.models.mapping import PLAY_PARTS, SHARED_PARTS, PartChoice
from plays.sync.mappings.assign import ChangedMeanwhile, assign, page_id_of_mapping, undo
from plays.sync.mappings.live_docs import NotCreated, create_live_doc, title_of
from plays.sync.mappings.page_check import examine_page, look_at_page
from plays.sync.mappings.page_looks import remember
from plays.sync.site.connection import connect, is_configured
from plays.views.common.access import Role, RoleRequest, may_map, role_of, sees
from plays.views.common.render import back, screen
from plays.views.mappings.forms import LookUpForm, SaveForm, TitleForm
from plays.views.mappings.mapping_rows import Slot, changes, parts_of_page, slot_of

HISTORY_LENGTH = 20
SUGGESTIONS = 10


@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, part: str, play_id: str | None = None) -> HttpResponse:
    return (_change if request.method == "POST" else _show)(request, part, play_id)


@sees
def _show(request: HttpRequest, part: str, play_id: str | None) -> HttpResponse:
    slot = _slot(part, play_id)
    context = _context(slot)
    if role_of(request.user) is Role.ADMIN:
        context |= _looked_up(request, slot)
    return screen(request, "mappings/mapping.html", context, part="mappings/_look_up.html")


@may_map
def _change(request: HttpRequest, part: str, play_id: str | None) -> HttpResponse:
    slot = _slot(part, play_id)
    form = SaveForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(_sentences(form)))
        return redirect(slot.address)
    try:
        if request.POST.get("do") == "create" and slot.part is PartChoice.LIVE_DOC:
            _create(request, slot, form.cleaned_data)
        elif request.POST.get("do") in ("save", "clear"):
            _save(request, slot, form.cleaned_data)
    except ChangedMeanwhile:
        messages.error(request, _meanwhile())
    return redirect(slot.address)


@may_map
@require_POST
def mapping_undo(request: HttpRequest, pk: int) -> HttpResponse:
    changes = PageMappingChange.objects.select_related("mapping__play", "old_page", "new_page")
    change = get_object_or_404(changes, pk=pk)
    mapping = change.mapping
    try:
        undo(change, by=cast(RoleRequest, request).user, reason=_("Undone"))
    except ChangedMeanwhile:
        messages.error(request, _meanwhile())
    else:
        messages.success(request, _("Undone.") + " " + _moved_along(mapping))
    return back(request, mapping)


def _slot(part: str, play_id: str | None) -> Slot:
    parts = SHARED_PARTS if play_id is None else PLAY_PARTS
    if part not in parts:
        raise Http404
    play = get_object_or_404(Play, play_id=play_id) if play_id is not None else None
    return slot_of(PartChoice(part), play)


def _context(slot: Slot) -> dict[str, Any]:
    history = changes().filter(mapping__part=slot.part, mapping__play=slot.play)
    return {
        "slot": slot,
        "page": slot.page,
        "play": slot.play,
        "changes": history[:HISTORY_LENGTH],
        "look_up": LookUpForm(label_suffix=""),
        "find": TitleForm(label_suffix=""),
        "save": SaveForm(label_suffix=""),
        "is_configured": is_configured(),
        "is_live_doc": slot.part is PartChoice.LIVE_DOC,
        "is_todo": slot.part is PartChoice.PLAY_TODO,
        "new_title": title_of(slot.play) if slot.play else "",
    }


def _looked_up(request: HttpRequest, slot: Slot) -> dict[str, Any]:
    """What a live look at Confluence adds, where the address asks for one."""
    if "page" in request.GET:
        return _examined(LookUpForm(request.GET, label_suffix=""), slot)
    if "title" in request.GET:
        return _found(TitleForm(request.GET, label_suffix=""))
    return {}


def _examined(form: LookUpForm, slot: Slot) -> dict[str, Any]:
    if not form.is_valid():
        return {"look_up": form}
    page_id = form.cleaned_data["page"]
    try:
        check = examine_page(connect(), slot.part.value, page_id)
    except ImproperlyConfigured as error:
        return {"look_up": form, "trouble": str(error)}
    remember(check)
    return {
        "look_up": form,
        "check": check,
        "others": parts_of_page(page_id, apart_from=slot),
        "is_same": bool(slot.page and slot.page.page_id == page_id),
    }


def _found(form: TitleForm) -> dict[str, Any]:
    if not form.is_valid():
        return {"find": form}
    title = form.cleaned_data["title"]
    try:
        return {"find": form, "finds": _pages_like(connect(), title)}
    except ImproperlyConfigured as error:
        return {"find": form, "trouble": str(error)}
    except ConfluenceError as error:
        return {"find": form, "error": error, "error_name": type(error).__name__}


def _pages_like(client: Confluence, title: str) -> list[dict[str, str]]:
    """Pages with the very title first, then what Confluence's search thinks is like it."""
    exact = [
        {"id": head.id, "title": head.title, "url": head.url, "status": head.status}
        for head in client.find_page(title)
    ]
    known = {found["id"] for found in exact}
    hits = client.search_pages(cql=pages_titled(title), limit=SUGGESTIONS)
    return exact + [
        {"id": hit.id, "title": hit.title, "url": hit.url, "status": "current"}
        for hit in hits
        if hit.id not in known
    ]


def _save(request: HttpRequest, slot: Slot, wanted: dict[str, str]) -> None:
    page_id = "" if request.POST.get("do") == "clear" else wanted["page"]
    if not page_id and request.POST.get("do") == "save":
        messages.error(request, _("Give the ID or the address of a page."))
        return
    mapping = PageMapping.objects.get_or_create(part=slot.part, play=slot.play)[0]
    changed = assign(
        mapping,
        page_id,
        by=cast(RoleRequest, request).user,
        reason=wanted["reason"],
        expected=wanted["expected"],
    )
    if page_id:
        _remember_quickly(slot, page_id)
    if not changed:
        messages.info(request, _("Nothing changed: it was so already."))
        return
    messages.success(request, _saved(page_id) + " " + _moved_along(mapping))


def _create(request: HttpRequest, slot: Slot, wanted: dict[str, str]) -> None:
    assert slot.play is not None  # noqa: S101 - a live doc is a Play's own part
    try:
        doc = create_live_doc(
            connect(),
            slot.play,
            by=cast(RoleRequest, request).user,
            reason=wanted["reason"],
            expected=wanted["expected"],
        )
    except (NotCreated, ImproperlyConfigured, ConfluenceError) as problem:
        messages.error(request, str(problem))
        return
    _remember_quickly(slot, doc.page_id)
    words = _("“%(title)s” is created.") if doc.is_new else _("“%(title)s” was there: it is used.")
    mapping = PageMapping.objects.get(part=slot.part, play=slot.play)
    messages.success(request, words % {"title": doc.title} + " " + _moved_along(mapping))


def _remember_quickly(slot: Slot, page_id: str) -> None:
    """One look, so that lists name the page at once; where that fails its first write does."""
    try:
        remember(look_at_page(connect(), slot.part.value, page_id))
    except ImproperlyConfigured as error:
        logging.getLogger(__name__).info("page %s was not looked at: %s", page_id, error)


def _saved(page_id: str) -> str:
    if not page_id:
        return _("No page plays this part now.")
    return _("Page %(id)s plays this part now.") % {"id": page_id}


def _moved_along(mapping: PageMapping) -> str:
    """How many edits wait for the mapping's page, in a sentence; "" for none."""
    mapping.refresh_from_db()
    count = SyncJob.objects.pending().filter(mapping=mapping).count()
    if not count:
        return ""
    if not page_id_of_mapping(mapping):
        said = ngettext("%(count)d edit waits for one.", "%(count)d edits wait for one.", count)
    else:
        said = ngettext(
            "%(count)d edit that waited moves along and is written now.",
            "%(count)d edits that waited move along and are written now.",
            count,
        )
    return said % {"count": count}


def _meanwhile() -> str:
    return _("Somebody else changed this mapping in the meantime. Nothing was changed; look again.")


def _sentences(form: SaveForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]
