"""Mappings as a CSV file: downloaded, uploaded, shown as differences, applied as one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from plays.models import Play
from plays.sync.mappings.assign import MappingChanged
from plays.sync.mappings.sheet import (
    HEADER,
    SheetPreview,
    apply_sheet,
    as_kept,
    keep_looks,
    looked_up,
    preview_sheet,
    sheet_rows,
)
from plays.sync.sheets.problems import ImportRefused
from plays.sync.sheets.reading import MAX_BYTES
from plays.views.common.access import RoleRequest, may_map, sees
from plays.views.common.csv_file import csv_file
from plays.views.common.posted import posted_reason
from plays.views.common.render import render_page

# What was previewed is what is applied: it travels signed, to its reader, and only for so long.
SALT = "plays.mapping_sheet"
PREVIEW_SECONDS = 3600


class SheetForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.json"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s.") % {"limit": f"{MAX_BYTES >> 20} MB"}
            )
        return file


@sees
@require_safe
def mapping_csv(request: RoleRequest) -> StreamingHttpResponse:
    return csv_file("mappings.csv", HEADER, sheet_rows())


@may_map
@require_http_methods(["GET", "HEAD", "POST"])
def mapping_sheet(request: RoleRequest) -> HttpResponse:
    if "preview" in request.POST:
        return _apply(request)
    if request.method == "POST":
        return _preview(request)
    return render_page(request, "mappings/sheet.html", {"form": SheetForm(label_suffix="")})


def _preview(request: RoleRequest) -> HttpResponse:
    form = SheetForm(request.POST, request.FILES, label_suffix="")
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            preview = looked_up(preview_sheet(form.cleaned_data["file"].read()))
        except ImportRefused as refused:
            context["problems"] = refused.problems
        else:
            context |= {"preview": preview, "signed": _signed(preview, request.user)}
    return render_page(request, "mappings/sheet.html", context)


def _signed(preview: SheetPreview, reader: User) -> str:
    changes = [(line.part, line.play_id, line.old, line.new) for line in preview.changes]
    seen = [as_kept(line.check) for line in preview.changes if line.check]
    return signing.dumps([changes, seen], salt=_salt(reader), compress=True)


def _salt(reader: User) -> str:
    return f"{SALT}.{reader.pk}"


def _apply(request: RoleRequest) -> HttpResponse:
    try:
        changes, seen = signing.loads(
            request.POST["preview"], salt=_salt(request.user), max_age=PREVIEW_SECONDS
        )
        count = apply_sheet(
            changes,
            by=request.user,
            reason=posted_reason(request) or _("CSV file"),
        )
        keep_looks(seen)
    except signing.BadSignature:
        messages.error(request, _("The preview has expired. Upload the file again."))
        return redirect("plays:mapping_sheet")
    except (MappingChanged, Play.DoesNotExist):
        messages.error(
            request,
            _("Something was changed since the preview. Nothing was applied; upload it again."),
        )
        return redirect("plays:mapping_sheet")
    sentence = ngettext("%(count)d mapping is changed.", "%(count)d mappings are changed.", count)
    messages.success(request, sentence % {"count": count})
    return redirect("plays:act", count.entry.pk) if count.entry else redirect("plays:mappings")
