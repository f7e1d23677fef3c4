"""Plays from a file: its columns matched, its cells mended, shown, and then applied as shown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from plays.models import Play
from plays.sync.plays.importer.applying import DiffersFromPreview, Imported, import_plays
from plays.sync.plays.importer.choices import NOTHING_CHOSEN, Choices
from plays.sync.plays.importer.columns import COLUMNS
from plays.sync.plays.importer.exporting import plays_as_csv
from plays.sync.plays.importer.preview import Preview, compare
from plays.sync.plays.importer.rows import PlayFile, look_at
from plays.sync.sheets.problems import ImportRefused, LineProblem
from plays.sync.sheets.reading import decode
from plays.views.common.access import RoleRequest, may_map, sees
from plays.views.common.csv_file import BOM
from plays.views.importing.draft import Draft, Expired, TooLarge, posted_choices, read_draft
from plays.views.importing.form import ImportForm
from plays.views.importing.mending import mending_of
from plays.views.importing.play_db import import_page

SHOWN_PLAYS = 300


@may_map
@require_http_methods(["GET", "HEAD", "POST"])
def plays_import(request: RoleRequest) -> HttpResponse:
    if "preview" in request.POST or "draft" in request.POST:
        return _go_on(request)
    if request.method == "POST":
        return _uploaded(request)
    return import_page(request, {})


@sees
@require_safe
def plays_export(request: RoleRequest) -> HttpResponse:
    """Every Play as a file that can be changed and imported again."""
    answer = HttpResponse(
        BOM + plays_as_csv(Play.objects.all()), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="plays.csv"'
    return answer


def _uploaded(request: RoleRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES, label_suffix="")
    if not form.is_valid():
        return import_page(request, {"form": form})
    content = form.cleaned_data["content"]
    try:
        text = content if isinstance(content, str) else decode(content)
    except ImportRefused as refused:
        return import_page(request, {"form": form, "problems": refused.problems})
    return _look(request, text, NOTHING_CHOSEN)


def _go_on(request: RoleRequest) -> HttpResponse:
    """Apply what was shown, or look again at what was chosen meanwhile."""
    signed = request.POST.get("preview") or request.POST.get("draft", "")
    try:
        draft = read_draft(signed, request.user)
        columns = look_at(draft.text, draft.choices).columns
    except (Expired, ImportRefused):
        messages.error(request, _("The preview has expired. Give the file again."))
        return redirect("plays:plays_import")
    asks = "preview" not in request.POST or "look" in request.POST or "leave" in request.POST
    if asks:
        chosen = posted_choices(request.POST.dict(), columns)
        return _look(request, draft.text, draft.choices.with_more(chosen))
    try:
        done = import_plays(draft.text, choices=draft.choices, by=request.user, digest=draft.digest)
    except (ImportRefused, DiffersFromPreview):
        messages.warning(
            request, _("Plays were changed since the preview. Nothing was applied; look again.")
        )
        return _look(request, draft.text, draft.choices)
    messages.success(request, _summary(done))
    return redirect("plays:act", done.act.pk) if done.act else redirect("plays:plays")


def _look(request: RoleRequest, text: str, choices: Choices) -> HttpResponse:
    """Show what would be done, or what has to be matched or mended first."""
    try:
        file = look_at(text, choices)
    except ImportRefused as refused:
        return import_page(request, {"problems": refused.problems})
    preview, problems = None, list(file.problems)
    if not problems:
        try:
            preview = compare(file)
        except ImportRefused as refused:
            problems = refused.problems
    draft = Draft(text=text, choices=choices, digest=preview.digest if preview else "")
    try:
        signed = draft.signed(request.user)
    except TooLarge:
        message = _("The file is too large for the browser: use manage.py import_plays.")
        return import_page(request, {"problems": [LineProblem(line=1, message=message)]})
    context = {
        "file": file,
        "problems": [problem for problem in problems if not _is_asked(file, problem)],
        "ours": COLUMNS,
        "mending": mending_of(file, problems),
        "signed": signed,
        **(_shown(preview) if preview else {}),
    }
    return import_page(request, context)


def _is_asked(file: PlayFile, problem: LineProblem) -> bool:
    """Whether it only says of a column that it is not known: the screen asks what it is."""
    return (
        file.must_be_matched and problem.index is not None and file.columns[problem.index].is_open
    )


def _shown(preview: Preview) -> dict[str, Any]:
    shown = preview.differing[:SHOWN_PLAYS]
    return {
        "preview": preview,
        "shown": shown,
        "not_shown": len(preview.differing) - len(shown),
    }


def _summary(done: Imported) -> str:
    sentence = _("%(created)d Plays created, %(changed)d changed, %(unchanged)d as they were.") % {
        "created": done.created,
        "changed": done.changed,
        "unchanged": done.unchanged,
    }
    if done.accepted_events:
        waited = ngettext(
            "%(count)d event that waited was accepted.",
            "%(count)d events that waited were accepted.",
            done.accepted_events,
        )
        sentence += " " + waited % {"count": done.accepted_events}
    return sentence
