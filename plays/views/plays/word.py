"""The owner's word: one sentence a week on how a Play stands, said by its owner or for them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from plays.models import Play
from plays.models.owner_word import LONGEST_WORD
from plays.models.play import STATUS_WORDS
from plays.rules.status import Status
from plays.sync.plays.owner_words import say
from plays.views.common.access import RoleRequest, sees
from plays.views.common.render import back


class WordForm(forms.Form):
    """A sentence, and a colour where the owner sees another one than the numbers."""

    text = forms.CharField(
        label=gettext_lazy("How it stands, in one sentence"),
        max_length=LONGEST_WORD,
    )
    status = forms.ChoiceField(
        label=gettext_lazy("As you see it"),
        required=False,
        choices=[
            ("", gettext_lazy("as computed")),
            *((status.value, word) for status, word in STATUS_WORDS.items()),
        ],
    )

    def __init__(self, data: Any = None, *, play: Play) -> None:
        # Several stand on one page: each Play's fields have ids of their own.
        super().__init__(data, auto_id=f"word-{play.pk}-%s", label_suffix="")

    @property
    def wanted(self) -> Status | None:
        return Status(value) if (value := self.cleaned_data["status"]) else None


@sees
@require_POST
def play_word(request: RoleRequest, play_id: str) -> HttpResponse:
    play = get_object_or_404(Play, play_id=play_id)
    form = WordForm(request.POST, play=play)
    if form.is_valid():
        say(play, form.cleaned_data["text"], status=form.wanted, by=request.user)
        messages.success(request, _("Thank you. Your word stands beside the status."))
    else:
        messages.error(request, _("Nothing was saved: please write one sentence."))
    return back(request, play)
