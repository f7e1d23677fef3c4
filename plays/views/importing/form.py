"""The form that takes a file or a pasted text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plays.sync.sheets.reading import MAX_BYTES


class ImportForm(forms.Form):
    """A file or a pasted text; `content` is whichever was given."""

    file = forms.FileField(
        label=gettext_lazy("CSV, JSON or Excel file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.json,.xlsx"}),
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
