"""A person's own page, and the owner names that they say they have."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from plays.models import Person
from plays.rules.owners import owner_names
from plays.sync import alerts
from plays.sync.people.owners import keep_names, known_owners, names_of, plays_of
from plays.views.calendar.dues import dues
from plays.views.common.access import RoleRequest, sees
from plays.views.common.render import render_page
from plays.views.me.changes import recent_changes
from plays.views.plays.progress import progress_of
from plays.views.plays.word import WordForm

MOST_DUES = 12


class NamesForm(forms.Form):
    """The owner names of a person, comma between."""

    names = forms.CharField(
        label=gettext_lazy("Owner names"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("As the Plays write them; comma between."),
        widget=forms.TextInput(attrs={"list": "known-owners"}),
    )


@sees
@require_safe
def me(request: RoleRequest) -> HttpResponse:
    now = timezone.now()
    names = names_of(request.user)
    mine = progress_of(plays_of(request.user, names=names), now=now)
    context = {
        "names": names,
        "names_form": NamesForm({"names": ", ".join(names.names)}, label_suffix=""),
        "known_owners": known_owners(),
        "mine": [
            (progress, WordForm(play=progress.play))
            for progress in sorted(mine, key=lambda progress: progress.badness)
        ],
        "dues": dues([progress.play for progress in mine], names=names.names)[:MOST_DUES],
        "changes": recent_changes([progress.play for progress in mine], now=now),
        "today": timezone.localdate(now),
        "person": Person.objects.filter(user=request.user).first(),
        "has_mail": not settings.EMAIL_BACKEND.endswith("console.EmailBackend"),
    }
    return render_page(request, "me/me.html", context)


@sees
@require_POST
def me_names(request: RoleRequest) -> HttpResponse:
    form = NamesForm(request.POST)
    if form.is_valid():
        keep_names(request.user, owner_names(form.cleaned_data["names"]))
        messages.success(request, _("Your owner names are saved."))
    else:
        messages.error(request, _("Nothing was saved: that is too long."))
    return redirect("plays:me")


@sees
@require_POST
def me_mails(request: RoleRequest) -> HttpResponse:
    alerts.choose(request.user, red="red" in request.POST, report="report" in request.POST)
    messages.success(request, _("Saved."))
    return redirect("plays:me")
