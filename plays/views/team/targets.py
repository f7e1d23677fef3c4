"""The team's targets per week and for lead times, and whether owners are asked for their word."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from plays.confluence import ConfluenceError
from plays.models import Team
from plays.models.quarter import COUNTERS
from plays.rules.status import JUDGED
from plays.sync.mappings.page_problems import unreadable
from plays.sync.mappings.page_reference import BadReference, page_id_of
from plays.sync.plays.team_rules import set_team
from plays.sync.site.connection import connect
from plays.views.common.access import Role, RoleRequest, sees_and_admins_change
from plays.views.common.posted import posted_reason
from plays.views.common.render import render_page

MOST, MOST_DAYS = 100_000, 365


class TargetForm(forms.Form):
    """A least and perhaps a most for each counter, days for two steps."""

    signal_to_brief_days = forms.IntegerField(
        label=gettext_lazy("From a signal to its brief, days"), min_value=1, max_value=MOST_DAYS
    )
    brief_to_s2_days = forms.IntegerField(
        label=gettext_lazy("From a brief to its S2, days"), min_value=1, max_value=MOST_DAYS
    )
    report_parent = forms.CharField(
        label=gettext_lazy("Parent page of the weekly report (id or address)"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Empty: the report is not written as a page."),
    )
    asks_words = forms.BooleanField(
        label=gettext_lazy("Ask the owners for their word each Friday at 9"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name in JUDGED:
            for bound, words in (("least", _("at least")), ("most", _("at most"))):
                self.fields[f"{name}_{bound}"] = forms.IntegerField(
                    label=f"{COUNTERS[name]}, {words}",
                    min_value=0,
                    max_value=MOST,
                    required=bound == "least",
                )

    def clean_report_parent(self) -> str:
        """The page's id; one that cannot be read is refused with what to do about it."""
        try:
            page_id = page_id_of(self.cleaned_data["report_parent"], site=settings.CONFLUENCE_URL)
            if page_id and page_id != self.initial.get("report_parent"):
                connect().get_page(page_id)
        except ConfluenceError as error:
            raise forms.ValidationError(" ".join(unreadable(error))) from error
        except (BadReference, ImproperlyConfigured) as error:
            raise forms.ValidationError(str(error)) from error
        return page_id

    def clean(self) -> dict[str, Any]:
        for name in JUDGED:
            least, most = (self.cleaned_data.get(f"{name}_{bound}") for bound in ("least", "most"))
            if least is not None and most is not None and most < least:
                self.add_error(f"{name}_most", _("Not less than the least."))
        return self.cleaned_data

    @property
    def weekly(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"{name}_least"], self[f"{name}_most"]) for name in JUDGED]

    @property
    def report(self) -> list[forms.BoundField]:
        return [self["report_parent"]]

    @property
    def days(self) -> list[forms.BoundField]:
        return [self["signal_to_brief_days"], self["brief_to_s2_days"]]


@sees_and_admins_change
@require_http_methods(["GET", "HEAD", "POST"])
def targets(request: RoleRequest) -> HttpResponse:
    team = Team.current()
    form = TargetForm(request.POST or None, initial=_shown(team))
    if request.role < Role.ADMIN:
        for field in form.fields.values():
            field.disabled = True
    if request.method == "POST" and form.is_valid():
        changed = set_team(
            _wanted(form.cleaned_data, team), by=request.user, reason=posted_reason(request)
        )
        messages.success(request, _("The targets are saved.") if changed else _("Nothing changed."))
    return render_page(request, "team/targets.html", {"form": form, "team": team})


def _shown(team: Team) -> dict[str, Any]:
    bounds = {name: team.target(name) for name in JUDGED}
    briefed, validated = team.lead_days
    return {
        **{f"{name}_least": least for name, (least, _most) in bounds.items()},
        **{f"{name}_most": most for name, (_least, most) in bounds.items()},
        "signal_to_brief_days": briefed,
        "brief_to_s2_days": validated,
        "report_parent": team.report_parent,
        "asks_words": team.words_since is not None,
    }


def _wanted(data: dict[str, Any], team: Team) -> dict[str, Any]:
    """Who is asked already stays asked since then."""
    since = team.words_since or timezone.localdate()
    return {
        "weekly_targets": {n: [data[f"{n}_least"], data[f"{n}_most"]] for n in JUDGED},
        "signal_to_brief_days": data["signal_to_brief_days"],
        "brief_to_s2_days": data["brief_to_s2_days"],
        "report_parent": data["report_parent"],
        "words_since": since if data["asks_words"] else None,
    }
