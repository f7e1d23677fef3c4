"""Plays from a file, shown before they are applied, and people's columns of the Play DB page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plays.confluence import ConfluenceError
from plays.models import MirrorChange, PageMapping, Play
from plays.models.mapping import PartChoice
from plays.sync.mappings.page_problems import unreadable
from plays.sync.plays.importer import (
    MAX_BYTES,
    DiffersFromPreview,
    Imported,
    ImportRefused,
    LineProblem,
    Preview,
    compare,
    decode,
    import_plays,
    plays_as_csv,
    read_file,
)
from plays.sync.plays.people_columns import (
    Differing,
    NotMapped,
    differing,
    fetch_play_db,
    take_over,
    take_over_asked,
)
from plays.views.common.access import RoleRequest, may_map, sees
from plays.views.common.csv_file import BOM
from plays.views.common.render import render_page

# What was previewed is what is applied: it travels signed, to its own reader, and only so long.
SALT = "plays.import"
PREVIEW_SECONDS = 3600
# A signed file must fit into a form; Django takes DATA_UPLOAD_MAX_MEMORY_SIZE at most.
MAX_SIGNED = 5 * 1024 * 1024
SHOWN_PLAYS = 300
SHOWN_CHANGES = 20


class ImportForm(forms.Form):
    """A file or a pasted text; `content` is whichever was given."""

    file = forms.FileField(
        label=gettext_lazy("CSV or JSON file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.json"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste it here"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        file, text = cleaned.get("file"), cleaned.get("text") or ""
        if bool(file) == bool(text.strip()):
            raise forms.ValidationError(_("Choose a file or paste a text: one of the two."))
        if file and (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s.") % {"limit": f"{MAX_BYTES >> 20} MB"}
            )
        cleaned["content"] = file.read() if file else text
        return cleaned


@may_map
@require_http_methods(["GET", "HEAD", "POST"])
def plays_import(request: RoleRequest) -> HttpResponse:
    if "preview" in request.POST:
        return _apply(request)
    if request.method == "POST":
        return _show_preview(request)
    return _page(request, {})


@sees
@require_safe
def plays_export(request: RoleRequest) -> HttpResponse:
    """Every Play as a file that can be changed and imported again."""
    answer = HttpResponse(
        BOM + plays_as_csv(Play.objects.all()), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="plays.csv"'
    return answer


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
        return _page(request, {"report": take_over(body, now=timezone.now(), dry_run=True)})
    report = take_over_asked(body, by=request.user, create="create" in request.POST)
    if report.trouble:
        messages.error(request, report.trouble)
    else:
        count = len(report.taken)
        sentence = ngettext(
            "%(count)d value is taken over.", "%(count)d values are taken over.", count
        )
        messages.success(request, sentence % {"count": count})
    return redirect("plays:plays_import")


def _page(request: RoleRequest, context: dict[str, Any]) -> HttpResponse:
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


def _show_preview(request: RoleRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES, label_suffix="")
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        content = form.cleaned_data["content"]
        try:
            text = content if isinstance(content, str) else decode(content)
            context |= _preview(request, text, compare(read_file(text)))
        except ImportRefused as refused:
            context["problems"] = refused.problems
    return _page(request, context)


def _preview(request: RoleRequest, text: str, preview: Preview) -> dict[str, Any]:
    preview_data = {"text": text, "digest": preview.digest, "user": request.user.pk}
    signed = signing.dumps(preview_data, salt=SALT, compress=True)
    if len(signed) > MAX_SIGNED:
        message = _("The file is too large for the browser: use manage.py import_plays.")
        return {"problems": [LineProblem(line=1, message=message)]}
    shown = preview.differing[:SHOWN_PLAYS]
    return {
        "preview": preview,
        "shown": shown,
        "not_shown": len(preview.differing) - len(shown),
        "signed": signed,
    }


def _apply(request: RoleRequest) -> HttpResponse:
    user = request.user
    try:
        previewed = signing.loads(request.POST["preview"], salt=SALT, max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        previewed = {}
    if previewed.get("user") != user.pk:
        messages.error(request, _("The preview has expired. Give the file again."))
        return redirect("plays:plays_import")
    try:
        done = import_plays(previewed["text"], by=user, digest=previewed["digest"])
    except (ImportRefused, DiffersFromPreview):
        return _show_again(request, previewed["text"])
    messages.success(request, _summary(done))
    return redirect("plays:plays")


def _show_again(request: RoleRequest, text: str) -> HttpResponse:
    """The Plays are others than at the preview: nothing was applied, the new one is shown."""
    messages.warning(
        request, _("Plays were changed since the preview. Nothing was applied; look again.")
    )
    try:
        return _page(request, _preview(request, text, compare(read_file(text))))
    except ImportRefused as refused:
        return _page(request, {"problems": refused.problems})


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
