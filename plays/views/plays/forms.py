"""What an admin types about a Play: the fields that belong to people, and a status by hand."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plays.models import Play
from plays.models.play import STATUS_WORDS
from plays.rules.status import Status
from plays.sync.plays.editing import PEOPLES_FIELDS, plain

LONGEST_DAYS, USUAL_DAYS = 92, 14
SUGGESTED = ("owner", "source", "channel", "priority", "cycle")


class PlayForm(forms.ModelForm):  # type: ignore[type-arg]
    """Keeps what was shown beside what was typed, so that only what somebody changed is saved."""

    reason = forms.CharField(label=_("Why (optional)"), required=False, max_length=500)

    class Meta:
        model = Play
        fields = PEOPLES_FIELDS
        widgets = {
            "due_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **{
                name: forms.Textarea(attrs={"rows": 3})
                for name in ("next_action", "blocker", "notes")
            },
            **{name: forms.TextInput(attrs={"list": f"known-{name}"}) for name in SUGGESTED},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name in PEOPLES_FIELDS:
            self.fields[name].show_hidden_initial = True

    @property
    def about(self) -> list[forms.BoundField]:
        return [self[name] for name in ("name", *SUGGESTED)]

    @property
    def goals(self) -> list[forms.BoundField]:
        return [self[name] for name in PEOPLES_FIELDS if name.endswith("_goal")]

    @property
    def ahead(self) -> list[forms.BoundField]:
        return [self[name] for name in ("next_action", "due_date", "blocker", "notes")]

    @property
    def wanted(self) -> dict[str, Any]:
        return {name: plain(self.cleaned_data[name]) for name in PEOPLES_FIELDS}

    @property
    def seen(self) -> dict[str, Any]:
        """What the form showed; what it does not tell is as it is now."""
        return {name: plain(self._shown(name)) for name in PEOPLES_FIELDS}

    def _shown(self, name: str) -> Any:
        hidden = self.add_initial_prefix(name)
        if hidden not in self.data:
            return self.initial[name]
        try:
            return self.fields[name].to_python(self.data[hidden])
        except forms.ValidationError:
            return self.initial[name]


def suggestions() -> list[tuple[str, list[str]]]:
    """What other Plays say in the fields that are chosen rather than written; one query."""
    rows = Play.objects.order_by().values_list(*SUGGESTED).distinct()
    columns: list[Any] = list(zip(*rows, strict=True)) or [()] * len(SUGGESTED)
    return [
        (f"known-{name}", sorted({value for value in column if value}))
        for name, column in zip(SUGGESTED, columns, strict=True)
    ]


class StatusForm(forms.Form):
    """A status that wins over the judged one, until the end of a day."""

    status = forms.ChoiceField(
        label=_("Status"), choices=[(s.value, word) for s, word in STATUS_WORDS.items()]
    )
    reason = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    until = forms.DateField(
        label=_("Until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        today = timezone.localdate()
        self.fields["until"].initial = today + timedelta(days=USUAL_DAYS)
        self.fields["until"].widget.attrs.update(
            min=today.isoformat(), max=(today + timedelta(days=LONGEST_DAYS)).isoformat()
        )

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today <= day <= today + timedelta(days=LONGEST_DAYS):
            raise forms.ValidationError(
                _("Choose a day from today to %(days)s days ahead.") % {"days": LONGEST_DAYS}
            )
        return day

    @property
    def wanted(self) -> Status:
        return Status(self.cleaned_data["status"])

    @property
    def end(self) -> datetime:
        """The midnight after the day that was chosen."""
        after = self.cleaned_data["until"] + timedelta(days=1)
        return datetime.combine(after, time(), timezone.get_default_timezone())
