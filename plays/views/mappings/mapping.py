"""One part: the page that plays it, another one looked up live, saved, taken away or created."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from plays.confluence import ConfluenceError
from plays.models import PageLayout, PageMappingChange, Play
from plays.models.layout import TABLE_PARTS
from plays.models.mapping import PLAY_PARTS, SHARED_PARTS, PartChoice
from plays.sync.layouts.questions import told, told_drift
from plays.sync.mappings.assign import MappingChanged
from plays.sync.mappings.changing import Outcome, change_page, make_live_doc, undo_change
from plays.sync.mappings.live_docs import PlaysAnotherPart, title_of
from plays.sync.mappings.page_looks import examine
from plays.sync.mappings.page_search import pages_like
from plays.sync.site.connection import connect, is_configured
from plays.views.common.access import Role, RoleRequest, may_map, sees
from plays.views.common.render import back, render_page
from plays.views.mappings.forms import LookForForm, LookUpForm, SaveForm, TitleForm, names_a_title
from plays.views.mappings.mapping_rows import MappingRow, changes, parts_of_page, row_of

HISTORY_LENGTH = 20


@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, part: str, play_id: str | None = None) -> HttpResponseBase:
    return (_change if request.method == "POST" else _show)(request, part, play_id)


@sees
def _show(request: RoleRequest, part: str, play_id: str | None) -> HttpResponse:
    row = _row(part, play_id)
    context = _context(row)
    if request.role is Role.ADMIN:
        context |= _looked_up(request, row)
        if "q" in request.GET:
            context["look_for"] = LookForForm(request.GET, label_suffix="")
    return render_page(request, "mappings/mapping.html", context, part="mappings/_look_up.html")


@may_map
def _change(request: RoleRequest, part: str, play_id: str | None) -> HttpResponse:
    row = _row(part, play_id)
    form = SaveForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(_sentences(form)))
        return redirect(row.address)
    try:
        _do(request, row, form.cleaned_data)
    except MappingChanged:
        messages.error(request, _meanwhile())
    return redirect(row.address)


def _do(request: RoleRequest, row: MappingRow, wanted: dict[str, str]) -> None:
    """What the button that was pressed says."""
    match request.POST.get("do"):
        case "save":
            _save(request, row, wanted)
        case "clear":
            _change_page(request, row, {**wanted, "page": ""})
        case "create" if row.part is PartChoice.LIVE_DOC and row.play:
            _create(request, row.play, wanted)


@may_map
@require_POST
def mapping_undo(request: RoleRequest, pk: int) -> HttpResponse:
    changes = PageMappingChange.objects.select_related("mapping__play", "old_page", "new_page")
    change = get_object_or_404(changes, pk=pk)
    try:
        outcome = undo_change(change, by=request.user, reason=_("Undone"))
    except MappingChanged:
        messages.error(request, _meanwhile())
    else:
        messages.success(request, _with_waiting(_("Undone."), outcome))
    return back(request, change.mapping)


def _row(part: str, play_id: str | None) -> MappingRow:
    parts = SHARED_PARTS if play_id is None else PLAY_PARTS
    if part not in parts:
        raise Http404
    play = get_object_or_404(Play, play_id=play_id) if play_id is not None else None
    return row_of(PartChoice(part), play)


def _context(row: MappingRow) -> dict[str, Any]:
    history = changes().filter(mapping__part=row.part, mapping__play=row.play)
    return {
        "row": row,
        "page": row.page,
        "play": row.play,
        "changes": history[:HISTORY_LENGTH],
        "look_up": LookUpForm(label_suffix=""),
        "find": TitleForm(label_suffix=""),
        "save": SaveForm(label_suffix=""),
        "look_for": LookForForm(label_suffix=""),
        "is_configured": is_configured(),
        "is_live_doc": row.part is PartChoice.LIVE_DOC,
        "is_todo": row.part is PartChoice.PLAY_TODO,
        "new_title": title_of(row.play) if row.play else "",
        **_tables(row),
    }


def _tables(row: MappingRow) -> dict[str, Any]:
    """What the page's tables ask of a person, or have lost, as it was last read."""
    if row.part not in TABLE_PARTS or row.page is None:
        return {}
    kept = PageLayout.objects.of_part(row.part)
    if kept is None or kept.page_id != row.page.pk:
        return {"has_tables": True}
    return {
        "has_tables": True,
        "asked": told(kept.code, kept.params) if kept.asks else None,
        "drift": [told_drift(one) for one in kept.drift],
    }


def _looked_up(request: RoleRequest, row: MappingRow) -> dict[str, Any]:
    """What a live look at Confluence adds, where the address asks for one."""
    if "q" in request.GET:
        said = request.GET["q"]
        if names_a_title(said):
            return _found(TitleForm({"title": said}, label_suffix=""), row)
        return _examined(LookUpForm({"page": said}, label_suffix=""), row)
    if "page" in request.GET:
        return _examined(LookUpForm(request.GET, label_suffix=""), row)
    if "title" in request.GET:
        return _found(TitleForm(request.GET, label_suffix=""), row)
    return {}


def _examined(form: LookUpForm, row: MappingRow) -> dict[str, Any]:
    if not form.is_valid():
        return {"look_up": form}
    page_id = form.cleaned_data["page"]
    try:
        check = examine(row.part, page_id)
    except ImproperlyConfigured as error:
        return {"look_up": form, "trouble": str(error)}
    return {
        "look_up": form,
        "check": check,
        "others": parts_of_page(page_id, apart_from=row),
        "is_same": bool(row.page and row.page.page_id == page_id),
    }


def _found(form: TitleForm, row: MappingRow) -> dict[str, Any]:
    """Pages by their title; the only one with the very title is looked up at once."""
    if not form.is_valid():
        return {"find": form}
    title = form.cleaned_data["title"]
    try:
        finds = pages_like(connect(), title)
    except ImproperlyConfigured as error:
        return {"find": form, "trouble": str(error)}
    except ConfluenceError as error:
        return {"find": form, "error": error, "error_name": type(error).__name__}
    exact = [found for found in finds if found.title == title and found.status == "current"]
    if len(exact) != 1:
        return {"find": form, "finds": finds}
    looked_up = _examined(LookUpForm({"page": exact[0].id}, label_suffix=""), row)
    others = [found for found in finds if found is not exact[0]]
    return looked_up | ({"find": form, "finds": others} if others else {})


def _save(request: RoleRequest, row: MappingRow, wanted: dict[str, str]) -> None:
    if not wanted["page"]:
        messages.error(request, _("Give the ID or the address of a page."))
        return
    _change_page(request, row, wanted)


def _change_page(request: RoleRequest, row: MappingRow, wanted: dict[str, str]) -> None:
    outcome = change_page(
        row.part,
        row.play,
        wanted["page"],
        by=request.user,
        reason=wanted["reason"],
        expected=wanted["expected"],
    )
    if outcome.is_change:
        messages.success(request, _with_waiting(_saved(outcome), outcome))
    else:
        messages.info(request, _("Nothing changed: it was so already."))


def _create(request: RoleRequest, play: Play, wanted: dict[str, str]) -> None:
    try:
        doc, outcome = make_live_doc(
            play, by=request.user, reason=wanted["reason"], expected=wanted["expected"]
        )
    except (PlaysAnotherPart, ImproperlyConfigured, ConfluenceError) as problem:
        messages.error(request, str(problem))
        return
    words = _("“%(title)s” is created.") if doc.is_new else _("“%(title)s” was there: it is used.")
    messages.success(request, _with_waiting(words % {"title": doc.title}, outcome))


def _saved(outcome: Outcome) -> str:
    if not outcome.page_id:
        return _("No page plays this part now.")
    return _("Page %(id)s plays this part now.") % {"id": outcome.page_id}


def _with_waiting(sentence: str, outcome: Outcome) -> str:
    """`sentence`, and in another one how many edits wait for the page, or for one."""
    count = outcome.waiting
    if not count:
        return sentence
    if not outcome.page_id:
        words = ngettext("%(count)d edit waits for one.", "%(count)d edits wait for one.", count)
    else:
        words = ngettext(
            "%(count)d edit that waited moves along and is written now.",
            "%(count)d edits that waited move along and are written now.",
            count,
        )
    return f"{sentence} {words % {'count': count}}"


def _meanwhile() -> str:
    return _("Somebody else changed this mapping in the meantime. Nothing was changed; look again.")


def _sentences(form: SaveForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]
