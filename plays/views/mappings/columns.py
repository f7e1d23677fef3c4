"""How a shared page's tables are read and written: shown on the page itself, chosen, undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from plays.confluence import ConfluenceError
from plays.models import PageLayout, PageLayoutChange, PageMapping, Play
from plays.models.layout import TABLE_PARTS
from plays.storage import Chosen, EditError, LayoutQuestion
from plays.sync.layouts.choosing import (
    BadChoice,
    Changes,
    ChoiceChanged,
    choose,
    undo,
)
from plays.sync.layouts.guidance import guidance_for, shape_of
from plays.sync.layouts.looking import NotMapped, look
from plays.sync.layouts.questions import Words, told_drift, told_of, told_refusal
from plays.sync.mappings.page_problems import layout_advice
from plays.sync.writing.adding import PageBusy, add_column
from plays.sync.writing.layout_preview import LayoutPreview, preview, preview_of
from plays.views.common.access import RoleRequest, may_map, sees
from plays.views.common.posted import posted_reason
from plays.views.common.render import render_page
from plays.views.mappings.column_choice import BadForm, chosen_by, token_of
from plays.views.mappings.column_rows import Drawing, draw

HISTORY_LENGTH = 20


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a person is asked: the sentence, what to do, and the answers right there."""

    code: str
    words: Words
    field: str = ""
    headings: Sequence[str] = ()
    tables: Sequence[dict[str, Any]] = ()
    group: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, part: str) -> HttpResponseBase:
    return (_change if request.method == "POST" else _show)(request, part)


@sees
def _show(request: RoleRequest, part: str) -> HttpResponse:
    mapping = _mapping(part)
    context: dict[str, Any] = {}
    try:
        seen = look(mapping)
        shape = shape_of(mapping)
        guidance = guidance_for(mapping.page)[shape]
        shown = preview_of(seen.page, shape, guidance, now=timezone.now())
    except NotMapped:
        return redirect(mapping)
    except (ConfluenceError, EditError, ImproperlyConfigured) as error:
        context |= _trouble(error)
    else:
        context |= _drawn(mapping, shown, seen.kept.choice)
    return render_page(request, "mappings/columns.html", _context(mapping) | context)


@may_map
def _change(request: RoleRequest, part: str) -> HttpResponse:
    mapping = _mapping(part)
    try:
        if request.POST.get("do") == "preview":
            return _preview(request, mapping)
        _do(request, mapping)
    except ChoiceChanged:
        messages.error(
            request,
            _("Somebody else chose something in the meantime. Nothing was changed; look again."),
        )
    except BadChoice as refused:
        messages.error(request, told_refusal(refused.code, refused.params))
    except BadForm:
        messages.error(request, _("The form could not be read. Nothing was changed; look again."))
    return redirect("plays:columns", part)


@may_map
@require_POST
def columns_undo(request: RoleRequest, pk: int) -> HttpResponse:
    changes = PageLayoutChange.objects.select_related("layout__mapping")
    change = get_object_or_404(changes, pk=pk)
    part = change.layout.mapping.part
    try:
        undo(change, by=request.user, reason=_("Undone"))
    except ChoiceChanged:
        messages.error(request, _("Something else was chosen since. Nothing was changed."))
    else:
        messages.success(request, _("Undone."))
    return redirect("plays:columns", part)


def _mapping(part: str) -> PageMapping:
    if part not in TABLE_PARTS:
        raise Http404
    pk = PageMapping.objects.shared(part).pk
    return PageMapping.objects.select_related("page").get(pk=pk)


def _do(request: RoleRequest, mapping: PageMapping) -> None:
    """What the button that was pressed says."""
    post, reason = request.POST, posted_reason(request)
    before = _as_shown(mapping, post.get("expected", ""))
    field, heading = post.get("field", ""), post.get("heading", "")
    act, _colon, value = post.get("do", "").partition(":")
    changes: Changes | Chosen
    match act:
        case "save":
            changes = chosen_by(post, shape_of(mapping), before)
        case "use" if value:
            changes = Changes(headings={value: post.get(f"likely-{value}", "")})
        case "answer" if field and heading:
            changes = Changes(headings={field: heading})
        case "leave" if value:
            changes = Changes(headings={value: ""})
        case "table" if value:
            changes = Changes(tables=(value,))
        case "rows" if value:
            changes = Changes(new_rows={**before.new_rows, post.get("group", ""): value})
        case "add" if value in shape_of(mapping).names:
            _add(request, mapping, value)
            return
        case "make":
            changes = Changes(makes_table=True)
        case "auto":
            changes = Chosen()
        case _:
            raise BadForm(act)
    change = choose(mapping, changes, by=request.user, reason=reason, expected=before)
    if change is None:
        messages.info(request, _("Nothing changed: it was so already."))
    else:
        messages.success(request, _("Saved. What waited for it is written now."))


def _add(request: RoleRequest, mapping: PageMapping, name: str) -> None:
    label = shape_of(mapping).label(name)
    try:
        added = add_column(mapping, name, by=request.user, reason=posted_reason(request))
    except PageBusy:
        messages.error(request, _("The page is being written just now. Try again in a moment."))
    except NotMapped:
        messages.error(request, _("No page plays this part now."))
    except (ConfluenceError, EditError, ImproperlyConfigured) as error:
        messages.error(request, str(error))
    else:
        words = {
            True: _("The column “%(label)s” is added."),
            False: _("The table has a column for “%(label)s” already."),
        }
        messages.success(request, words[added] % {"label": label})


def _as_shown(mapping: PageMapping, expected: str) -> Chosen:
    """What is chosen, as long as it is what the form was shown with."""
    chosen = PageLayout.objects.of(mapping).choice
    if expected and expected != token_of(chosen):
        raise ChoiceChanged
    return chosen


def _preview(request: RoleRequest, mapping: PageMapping) -> HttpResponse:
    before = _as_shown(mapping, request.POST.get("expected", ""))
    chosen = chosen_by(request.POST, shape_of(mapping), before)
    context: dict[str, Any] = {"is_preview": True, "is_different": chosen != before}
    try:
        context |= _drawn(mapping, preview(mapping, chosen), chosen)
    except NotMapped:
        return redirect(mapping)
    except (ConfluenceError, EditError, ImproperlyConfigured) as error:
        context |= _trouble(error)
    context["expected"] = token_of(before)
    context["reason"] = posted_reason(request)
    return render_page(request, "mappings/columns.html", _context(mapping) | context)


def _context(mapping: PageMapping) -> dict[str, Any]:
    layout = PageLayout.objects.of(mapping)
    history = PageLayoutChange.objects.filter(layout=layout).select_related("by")
    newest = history.first()
    return {
        "mapping": mapping,
        "page": mapping.page,
        "shape": shape_of(mapping),
        "kept": layout,
        "is_chosen": bool(layout.chosen),
        "drift": [told_drift(one) for one in layout.drift],
        "expected": token_of(layout.choice),
        "history": history[:HISTORY_LENGTH],
        "newest": newest.pk if newest else None,
    }


def _drawn(mapping: PageMapping, shown: LayoutPreview, chosen: Chosen) -> dict[str, Any]:
    shape = shape_of(mapping)
    drawing = draw(shown, shape, chosen)
    layout = shown.recognition.layout
    groups = _groups(chosen) if layout and len(layout.parts) > 1 else []
    return {
        "drawing": drawing,
        "version": shown.version,
        "layout": layout,
        "chosen": chosen,
        "groups": groups,
        "question": _question(shown.problem, drawing),
        "is_empty": layout is None and shown.problem is None,
    }


def _groups(chosen: Chosen) -> list[tuple[str, str]]:
    """The channels of Plays, each with the table that was chosen for its new rows."""
    channels = Play.objects.active().exclude(channel="").values_list("channel", flat=True)
    names = [*sorted(set(channels)), ""]
    return [(name, chosen.new_rows.get(name, "")) for name in names]


def _question(problem: EditError | None, drawing: Drawing) -> Question | None:
    if problem is None:
        return None
    if not isinstance(problem, LayoutQuestion):
        return Question(code=problem.code, words=Words(str(problem), layout_advice(problem)))
    params = problem.params
    field = str(params.get("field", ""))
    likely = tuple(params.get("proposals", ()))
    return Question(
        code=problem.code,
        words=told_of(problem),
        field=field,
        headings=tuple(dict.fromkeys([*likely, *drawing.headings])) if field else (),
        tables=tuple(params.get("tables", ())),
        group=str(params.get("group", "")),
    )


def _trouble(error: Exception) -> dict[str, Any]:
    if isinstance(error, ImproperlyConfigured):
        return {"trouble": str(error)}
    return {"error": error, "error_name": type(error).__name__}
