"""What people type about mappings: a page by id or address, a title, a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from plays.models import PageMapping
from plays.models.play import PlayQuerySet
from plays.sync.mappings.page_reference import BadReference, is_page_id, page_id_of
from plays.views.common.forms import FilterForm

MAX_ADDRESS = 2000
PAGE_INPUT = {
    "placeholder": _("12345 or https://…/pages/12345/Title"),
    "autocomplete": "off",
    "spellcheck": "false",
}


class PageReferenceField(forms.CharField):
    """A page's id out of an id or an address; "" stands for no page."""

    def clean(self, value: Any) -> str:
        try:
            return page_id_of(super().clean(value), site=settings.CONFLUENCE_URL)
        except BadReference as refused:
            raise forms.ValidationError(str(refused)) from refused


class LookForForm(forms.Form):
    """A page however people name it: its id, its address or its title."""

    q = forms.CharField(
        label=_("Page ID, address or title"),
        max_length=MAX_ADDRESS,
        required=False,
        widget=forms.TextInput(attrs={**PAGE_INPUT, "type": "search"}),
    )


def names_a_title(text: str) -> bool:
    """Whether what people look for is a title: neither an id nor like an address."""
    text = text.strip()
    return bool(text) and not is_page_id(text) and "/" not in text and text.upper() != "TBD"


class LookUpForm(forms.Form):
    """Which page to look at before it is mapped."""

    page = PageReferenceField(
        label=_("Page ID or address"),
        max_length=MAX_ADDRESS,
        widget=forms.TextInput(attrs=PAGE_INPUT),
    )

    def clean_page(self) -> str:
        page_id: str = self.cleaned_data["page"]
        if not page_id:
            raise forms.ValidationError(_("Give the ID or the address of a page."))
        return page_id


class TitleForm(forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=255, widget=forms.TextInput(attrs={"type": "search"})
    )


class SaveForm(forms.Form):
    """A page that was looked at; `expected` is the page that was mapped when it was."""

    page = PageReferenceField(max_length=MAX_ADDRESS, required=False)
    expected = forms.CharField(required=False, max_length=50)
    reason = forms.CharField(
        label=_("Why (optional)"), required=False, max_length=500, widget=forms.TextInput()
    )


class MappingFilter(FilterForm):
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("play id, name, owner, page id, title")}
        ),
    )
    active = forms.ChoiceField(
        label=_("Plays"),
        required=False,
        choices=[("", _("Active Plays")), ("all", _("All Plays"))],
    )

    def narrow(self, plays: PlayQuerySet) -> PlayQuerySet:
        if self.chosen("active") != "all":
            plays = plays.active()
        for word in self.chosen("q").split():
            pages = PageMapping.objects.filter(
                Q(page__page_id=word) | Q(page__title__icontains=word), play=OuterRef("pk")
            )
            play = Q(play_id__icontains=word) | Q(name__icontains=word) | Q(owner__icontains=word)
            plays = plays.filter(play | Q(Exists(pages)))
        return plays
