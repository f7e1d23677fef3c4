"""A person's own page with what changed in their Plays, and the owner names that they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from plays.models import Action, Person, Play, WeeklyResult
from plays.rules.owners import owner_names
from plays.rules.status import Status
from plays.sync import alerts
from plays.sync.people.owners import keep_names, known_owners, names_of, plays_of
from plays.views.calendar.dues import dues
from plays.views.common.access import RoleRequest, sees
from plays.views.common.render import render_page
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


LOOK_BACK, MOST = timedelta(days=14), 10


@dataclass(frozen=True, kw_only=True)
class StatusTurn:
    """A Play that a weekly sync gave another status than the one before it."""

    play: Play
    at: datetime
    before: Status
    after: Status


@dataclass(frozen=True, kw_only=True)
class Changes:
    actions: list[Action]
    turns: list[StatusTurn]


def recent_changes(plays: Sequence[Play], *, now: datetime) -> Changes:
    """Of the last two weeks, the newest first; two queries."""
    since = now - LOOK_BACK
    done = Action.objects.filter(play__in=plays, occurred_at__gte=since, occurred_at__lte=now)
    return Changes(
        actions=list(done.select_related("play").order_by("-occurred_at", "-pk")[:MOST]),
        turns=_turns(plays, since),
    )


def _turns(plays: Sequence[Play], since: datetime) -> list[StatusTurn]:
    by_pk = {play.pk: play for play in plays}
    results = WeeklyResult.objects.filter(
        play__in=by_pk, weekly__slot__gte=since - timedelta(weeks=1)
    )
    last: dict[int, Status] = {}
    turns: list[StatusTurn] = []
    rows = results.order_by("weekly__slot").values_list("play_id", "weekly__slot", "status")
    for pk, slot, letter in rows:
        status = Status(letter)
        before = last.get(pk, status)
        if status is not before and slot >= since:
            turns.append(StatusTurn(play=by_pk[pk], at=slot, before=before, after=status))
        last[pk] = status
    return turns[::-1]
