"""How a status is made: shown to everybody, changed by admins after a look at what it changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from plays.models import AuditEntry, Team
from plays.models.audit import Verb
from plays.models.quarter import COUNTERS
from plays.models.team import BASIS_CHOICES
from plays.rules.status import AGAINST_PACE, AS_THE_PORTAL, JUDGED, Basis, Status, StatusRule
from plays.sync.plays.team_rules import preview, set_rule
from plays.views.common.access import RoleRequest, sees_and_admins_change
from plays.views.common.posted import posted_reason
from plays.views.common.render import render_page

PRESETS = {
    gettext_lazy("All counters, against the pace"): AGAINST_PACE,
    gettext_lazy(
        "Signals and briefs, against the whole goal (as the team's portal)"
    ): AS_THE_PORTAL,
}
LATEST = 5


class RuleForm(forms.Form):
    counters = forms.MultipleChoiceField(
        label=gettext_lazy("Counters that make the status"),
        choices=[(name, COUNTERS[name]) for name in JUDGED],
        widget=forms.CheckboxSelectMultiple,
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Held against"),
        choices=BASIS_CHOICES,
        widget=forms.RadioSelect,
    )
    green_from = forms.IntegerField(
        label=gettext_lazy("On track from (%)"), min_value=2, max_value=100
    )
    yellow_from = forms.IntegerField(
        label=gettext_lazy("At risk from (%)"), min_value=1, max_value=99
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("yellow_from", 0) >= data.get("green_from", 100):
            raise forms.ValidationError(_("On track must begin above at risk."))
        return data

    @property
    def rule(self) -> StatusRule:
        data = self.cleaned_data
        return StatusRule(
            counters=tuple(data["counters"]),
            basis=Basis(data["basis"]),
            green_from=data["green_from"] / 100,
            yellow_from=data["yellow_from"] / 100,
        )


@sees_and_admins_change
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: RoleRequest) -> HttpResponse:
    """`?counters=…&basis=…` is looked at; only a POST of an admin saves."""
    current = Team.current().rule
    asked = request.POST if request.method == "POST" else request.GET
    form = RuleForm(asked, label_suffix="") if "basis" in asked else None
    if request.method == "POST" and form and form.is_valid():
        changes = set_rule(form.rule, by=request.user, reason=posted_reason(request))
        _say(request, len(changes))
        current, form = form.rule, None
    is_asked = form is not None and form.is_valid()
    shown = preview(form.rule, now=timezone.now()) if form and is_asked else None
    context = {
        "rule": current,
        "form": form or RuleForm(_values(current), label_suffix=""),
        "preview": shown,
        "tally": [(s, shown.before[s], shown.after[s]) for s in Status] if shown else [],
        "asked_rule": form.rule if form and is_asked else None,
        "presets": [(name, rule, _query(rule), rule == current) for name, rule in PRESETS.items()],
        "changes": AuditEntry.objects.filter(verb=Verb.TEAM_RULES)[:LATEST],
    }
    return render_page(request, "team/rules.html", context)


def _say(request: RoleRequest, count: int) -> None:
    sentence = ngettext(
        "The rule is saved. %(count)d Play has another status now; its row on the Play DB follows.",
        "The rule is saved. %(count)d Plays have another status now; their rows on the Play DB"
        " follow.",
        count,
    )
    messages.success(request, sentence % {"count": count})


def _values(rule: StatusRule) -> dict[str, Any]:
    return {
        "counters": list(rule.counters),
        "basis": rule.basis.value,
        "green_from": round(rule.green_from * 100),
        "yellow_from": round(rule.yellow_from * 100),
    }


def _query(rule: StatusRule) -> str:
    query = QueryDict(mutable=True)
    for name, value in _values(rule).items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query.urlencode()
