"""What people type to pause something: of which scope, what, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from plays.models import Page, Play
from plays.models.job import JobKind
from plays.models.pause import PauseScope
from plays.sync.mappings.page_reference import BadReference, page_id_of

NEEDED = {
    PauseScope.PAGE: ("page", _("Give the ID or the address of a page that is mapped here.")),
    PauseScope.PLAY: ("play", _("Choose a Play.")),
    PauseScope.KIND: ("kind", _("Choose a kind of edit.")),
}


class PlayField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, play: Play) -> str:
        return f"{play.play_id} · {play.name}" if play.name else play.play_id


class PauseForm(forms.Form):
    """What the scope does not speak of is left out, whatever was typed there."""

    scope = forms.ChoiceField(
        label=_("Pause what"), choices=[("", _("Choose…")), *PauseScope.choices]
    )
    page = forms.CharField(label=_("Page ID or address"), required=False, max_length=2000)
    play = PlayField(
        label=_("Play"),
        required=False,
        queryset=Play.objects.all(),
        to_field_name="play_id",
        empty_label="–",
    )
    kind = forms.ChoiceField(
        label=_("Kind of edit"), required=False, choices=[("", "–"), *JobKind.choices]
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        error_messages={"required": _("Say why: everybody will read it.")},
    )

    def clean_page(self) -> Page | None:
        try:
            page_id = page_id_of(self.cleaned_data["page"], site=settings.CONFLUENCE_URL)
        except BadReference as refused:
            raise forms.ValidationError(str(refused)) from refused
        return Page.objects.filter(page_id=page_id).first() if page_id else None

    def clean(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        scope = chosen.get("scope")
        for known, (name, sentence) in NEEDED.items():
            if known != scope:
                chosen[name] = "" if name == "kind" else None
            elif not chosen.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return chosen
