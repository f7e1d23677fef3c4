"""What an admin types about a Play: the fields that belong to people, and a status by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plays.models import Play
from plays.models.play import STATUS_WORDS
from plays.rules.play_names import alias_list, as_text
from plays.rules.problems import FieldProblem
from plays.rules.quarter import Quarter
from plays.rules.status import Status
from plays.sync.naming import free_play_id
from plays.sync.plays.editing import PEOPLES_FIELDS, goal_name, plain, values_of
from plays.sync.plays.goals import GOAL_FIELDS, GOAL_LABELS, MAX_GOAL, quarter_of
from plays.views.common.ending import ReasonAndEndForm
from plays.views.common.forms import day_input

SUGGESTED = ("owner", "source", "channel", "priority", "cycle")


class PlayForm(forms.ModelForm):  # type: ignore[type-arg]
    """Keeps what was shown beside what was typed, so that only what somebody changed is saved.

    Its values go by the names of `sync.plays.editing.values_of`.
    """

    aliases = forms.CharField(
        label=_("Aliases"),
        required=False,
        max_length=1000,
        help_text=_(
            "Other ids by which events, files and pages may name this Play; comma between."
        ),
    )
    reason = forms.CharField(label=_("Why (optional)"), required=False, max_length=500)

    class Meta:
        model = Play
        fields = PEOPLES_FIELDS
        widgets = {
            "due_date": day_input(),
            **{
                name: forms.Textarea(attrs={"rows": 3})
                for name in ("next_action", "blocker", "notes")
            },
            **{name: forms.TextInput(attrs={"list": f"known-{name}"}) for name in SUGGESTED},
        }

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.quarters = (quarter_of(now), quarter_of(now).next)
        for quarter in self.quarters:
            self.fields |= {goal_name(quarter, name): _goal_field(name) for name in GOAL_FIELDS}
        self.initial = {**self.initial, **values_of(self.instance, now=now)}
        self.names = tuple(name for name in self.fields if name in self.initial)
        for name in self.names:
            self.fields[name].show_hidden_initial = True

    def clean_aliases(self) -> str:
        try:
            return as_text(alias_list(self.cleaned_data["aliases"]))
        except FieldProblem as problem:
            raise forms.ValidationError(problem.at("aliases").told(gettext)) from problem

    @property
    def about(self) -> list[forms.BoundField]:
        return [self[name] for name in ("name", *SUGGESTED, "aliases")]

    @property
    def goals(self) -> list[tuple[Quarter, list[forms.BoundField]]]:
        """The goals of this quarter and the next."""
        return [(q, [self[goal_name(q, name)] for name in GOAL_FIELDS]) for q in self.quarters]

    @property
    def ahead(self) -> list[forms.BoundField]:
        return [self[name] for name in ("next_action", "due_date", "blocker", "notes")]

    @property
    def wanted(self) -> dict[str, Any]:
        return {name: plain(self.cleaned_data[name]) for name in self.names}

    @property
    def seen(self) -> dict[str, Any]:
        """What the form showed; what it does not tell is as it is now."""
        return {name: plain(self._shown(name)) for name in self.names}

    def _shown(self, name: str) -> Any:
        hidden = self.add_initial_prefix(name)
        if hidden not in self.data:
            return self.initial[name]
        try:
            return self.fields[name].to_python(self.data[hidden])
        except forms.ValidationError:
            return self.initial[name]


class NewPlayForm(PlayForm):
    """The same, with the id that the new Play gets."""

    play_id = forms.CharField(
        label=_("Play ID"),
        max_length=100,
        help_text=_("Events, files and pages name the Play by it. It stays as it is."),
    )

    def clean_play_id(self) -> str:
        try:
            return free_play_id(self.cleaned_data["play_id"])
        except FieldProblem as problem:
            raise forms.ValidationError(problem.at("play_id").told(gettext)) from problem

    @property
    def about(self) -> list[forms.BoundField]:
        return [self["play_id"], *super().about]


def _goal_field(name: str) -> forms.Field:
    label = GOAL_LABELS[name]
    if name == "lead_time":
        return forms.CharField(
            label=label,
            required=False,
            max_length=300,
            help_text=_("E.g. S0→S1≤7d / S1→S2≤14d (S0 signal, S1 brief, S2 validation)."),
        )
    return forms.IntegerField(label=label, min_value=0, max_value=MAX_GOAL)


def suggestions() -> list[tuple[str, list[str]]]:
    """What other Plays say in the fields that are chosen rather than written; one query."""
    rows = Play.objects.order_by().values_list(*SUGGESTED).distinct()
    columns: list[Any] = list(zip(*rows, strict=True)) or [()] * len(SUGGESTED)
    return [
        (f"known-{name}", sorted({value for value in column if value}))
        for name, column in zip(SUGGESTED, columns, strict=True)
    ]


class StatusForm(ReasonAndEndForm):
    """A status that wins over the judged one, until the end of a day."""

    usual_days, longest_days = 14, 92
    field_order = ("status", "reason", "until")

    status = forms.ChoiceField(
        label=_("Status"), choices=[(s.value, word) for s, word in STATUS_WORDS.items()]
    )

    @property
    def wanted(self) -> Status:
        return Status(self.cleaned_data["status"])
