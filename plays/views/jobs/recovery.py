"""Four verbs for putting pages right: retry, recover since a time, send what is missing, all."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from plays.models import Action, Play, SyncJob
from plays.models.counting import Count, before_newest, count_of, total_of
from plays.rules.fields import one_line
from plays.sync.jobs.resending import all_rows, missing_rows, resend_all, send_missing
from plays.sync.jobs.retrying import failed_since, recover_failed
from plays.sync.jobs.taking import Taken
from plays.views.common.access import Role, RoleRequest, guard
from plays.views.common.confirming import Question, amount, ask, kinds
from plays.views.common.posted import posted_reason
from plays.views.common.render import render_page

ASKED = require_http_methods(["GET", "HEAD", "POST"])
A_DAY = timedelta(days=1)
NEWEST = 20_000  # actions that are looked at before what is missing is sent


class SinceForm(forms.Form):
    since = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


@guard(Role.STAFF)
@require_safe
def recovery(request: RoleRequest) -> HttpResponse:
    now = timezone.now()
    context = {
        "failed": SyncJob.objects.failed().count(),
        "since": f"{timezone.localtime(now - A_DAY):%Y-%m-%dT%H:%M}",
        "failed_today": failed_since(now - A_DAY).count(),
        "play_ids": Play.objects.values_list("play_id", flat=True),
    }
    return render_page(request, "jobs/recovery.html", context)


@guard(Role.STAFF)
@ASKED
def recover_since(request: RoleRequest) -> HttpResponse:
    form = SinceForm(request.GET)
    if not form.is_valid():
        messages.error(request, _("That is no date and time. Nothing was changed."))
        return redirect("plays:recovery")
    since: datetime = form.cleaned_data["since"]
    if request.method == "POST":
        return _done(request, recover_failed(since, by=request.user, reason=posted_reason(request)))
    return ask(
        request,
        Question(
            title=_("Recover what failed since a time"),
            lead=_("What was given up since then is tried again. What was synced meanwhile stays."),
            button=_("Recover"),
            facts=[(_("Since"), f"{timezone.localtime(since):%Y-%m-%d %H:%M}")],
            otherwise=reverse("plays:recovery"),
            **amount(failed_since(since)),
        ),
    )


@guard(Role.STAFF)
@ASKED
def recover_missing(request: RoleRequest) -> HttpResponse:
    if request.method == "POST":
        return _done(request, send_missing(by=request.user, reason=posted_reason(request)))
    since = before_newest(Action.objects.all(), NEWEST)
    counts = {kind: count_of(rows) for kind, rows in missing_rows(since=since).items()}
    total = total_of(counts.values())
    looked_at = _("what was canceled, and the newest %(count)s actions") % {"count": f"{NEWEST:,}"}
    return ask(
        request,
        Question(
            title=_("Send what is missing"),
            lead=_(
                "Edits that no job owes, or whose job was canceled, are owed again. "
                "What waits, failed or is on its page stays as it is."
            ),
            button=_("Send"),
            facts=[(_("Counted so far"), looked_at)] if since else [],
            total=Count(total, is_least=total.is_least or since > 0),
            rows=kinds(counts.items()),
            otherwise=reverse("plays:recovery"),
        ),
    )


@guard(Role.ADMIN)
@ASKED
def recover_all(request: RoleRequest) -> HttpResponse:
    play_id = one_line(request.GET.get("play", ""))
    play = get_object_or_404(Play, play_id=play_id) if play_id else None
    reason = posted_reason(request)
    if request.method == "POST" and reason:
        return _done(request, resend_all(play, by=request.user, reason=reason))
    counts = {kind: count_of(rows, newest_first=True) for kind, rows in all_rows(play).items()}
    return ask(
        request,
        Question(
            title=_("Send everything again"),
            lead=_(
                "Every page is compared with the database, and only differences are written. "
                "Rows on full pages of the Action Log stay where they are."
            ),
            button=_("Send everything"),
            facts=[("Play", play.play_id if play else _("all"))],
            total=total_of(counts.values()),
            rows=kinds(counts.items()),
            otherwise=reverse("plays:recovery"),
            needs_reason=True,
            is_danger=True,
            problem=_("Please say why.") if request.method == "POST" else "",
        ),
    )


def _done(request: RoleRequest, count: Taken) -> HttpResponse:
    if count:
        sentence = ngettext(
            "%(count)d edit is on its way.", "%(count)d edits are on their way.", count
        )
        messages.success(request, sentence % {"count": count})
    else:
        messages.info(request, _("There was nothing to send."))
    return redirect("plays:act", count.entry.pk) if count.entry else redirect("plays:recovery")
