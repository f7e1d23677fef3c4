"""What holds for a time, as a form asks for it: why, and until the end of which day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plays.views.common.forms import day_input, midnight
from plays.views.common.posted import LONGEST_REASON

USUAL_DAYS, LONGEST_DAYS = 30, 366


class ReasonAndEndForm(forms.Form):
    usual_days, longest_days = USUAL_DAYS, LONGEST_DAYS

    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )
    until = forms.DateField(label=_("Until the end of"), widget=day_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        today = timezone.localdate()
        self.fields["until"].initial = today + timedelta(days=self.usual_days)
        self.fields["until"].widget.attrs.update(
            min=today.isoformat(), max=(today + timedelta(days=self.longest_days)).isoformat()
        )

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today <= day <= today + timedelta(days=self.longest_days):
            raise forms.ValidationError(
                _("Choose a day from today to %(days)s days ahead.") % {"days": self.longest_days}
            )
        return day

    @property
    def end(self) -> datetime:
        """The midnight after the day that was chosen."""
        return midnight(self.cleaned_data["until"] + timedelta(days=1))
