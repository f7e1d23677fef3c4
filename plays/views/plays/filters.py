"""Which Plays people want to see, and in what order: all of it in the address."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plays.models import Play
from plays.models.job import Stage
from plays.models.play import STATUS_WORDS, PlayQuerySet
from plays.rules.status import Status
from plays.views.common.forms import FilterForm, search
from plays.views.plays.progress import Progress

SYNC_STAGES = (Stage.SYNCED, Stage.PENDING, Stage.RETRYING, Stage.FAILED, Stage.UNMAPPED)
_DUE_BEFORE = {
    "overdue": timezone.localdate,
    "week": lambda: timezone.localdate() + timedelta(days=8),
}
FIELDS_OF_PLAY = ("owner", "source", "channel", "priority", "cycle")


class PlayFilter(FilterForm):
    """A filter of Plays; what is no column (status, sync state) is picked after the judging."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("play id, name, owner")}),
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All")), *((s.value, word) for s, word in STATUS_WORDS.items())],
    )
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    sync = forms.ChoiceField(
        label=_("Confluence"),
        required=False,
        choices=[("", _("All")), *((s.value, s.label) for s in SYNC_STAGES)],
    )
    due = forms.ChoiceField(
        label=_("Due"),
        required=False,
        choices=[("", _("All")), ("overdue", _("Overdue")), ("week", _("Within a week"))],
    )
    source = forms.ChoiceField(label=_("Source"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    priority = forms.ChoiceField(label=_("Priority"), required=False)
    cycle = forms.ChoiceField(label=_("Cycle"), required=False)
    active = forms.ChoiceField(
        label=_("Shown"),
        required=False,
        choices=[("", _("Active Plays")), ("all", _("All Plays"))],
    )

    def full_clean(self) -> None:
        for name, values in known_values().items():
            self.fields[name].choices = [("", _("All")), *((v, v) for v in values)]  # type: ignore[attr-defined]
        super().full_clean()

    @property
    def first(self) -> list[forms.BoundField]:
        """The filters that are always in sight."""
        return [self[name] for name in ("q", "status", "channel", "owner")]

    @property
    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in ("due", "sync", "source", "priority", "cycle", "active")]

    @property
    def uses_more(self) -> bool:
        return any(self.chosen(field.name) for field in self.more)

    def narrow(self, plays: PlayQuerySet) -> PlayQuerySet:
        if self.chosen("active") != "all":
            plays = plays.active()
        for name in FIELDS_OF_PLAY:
            if value := self.chosen(name):
                plays = plays.filter(**{name: value})
        if due := self.chosen("due"):
            plays = plays.due_before(_DUE_BEFORE[due]())
        return search(plays, self.chosen("q"), "play_id", "name", "owner")

    def pick(self, progress: Iterable[Progress]) -> list[Progress]:
        """Those at the status and the sync state asked for."""
        status = Status(value) if (value := self.chosen("status")) else None
        stage = Stage(value) if (value := self.chosen("sync")) else None
        return [p for p in progress if status in (None, p.status) and stage in (None, p.stage)]


def known_values() -> dict[str, list[str]]:
    """What the Plays say in each field of `FIELDS_OF_PLAY`; one query."""
    rows = Play.objects.order_by().values_list(*FIELDS_OF_PLAY).distinct()
    columns = zip(*rows, strict=True) if rows else ([] for _name in FIELDS_OF_PLAY)
    return {
        name: sorted({value for value in column if value})
        for name, column in zip(FIELDS_OF_PLAY, columns, strict=True)
    }


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the list of Plays. `sorts_by` gives None where a Play has no value.

    One that is not shown can still be sorted by, from the address.
    """

    name: str
    label: Any
    sorts_by: Callable[[Progress], Any]
    is_shown: bool = True

    def sorted(self, rows: Iterable[Progress], *, backwards: bool) -> list[Progress]:
        """A Play without a value comes last in either direction."""
        rows = list(rows)
        there = [row for row in rows if self.sorts_by(row) is not None]
        without = [row for row in rows if self.sorts_by(row) is None]
        return sorted(there, key=self.sorts_by, reverse=backwards) + without


COLUMNS = (
    Column(name="status", label=_("Status"), sorts_by=lambda p: p.badness),
    Column(name="play", label=_("Play"), sorts_by=lambda p: p.play.name or p.play.play_id),
    Column(name="activity", label=_("Activities"), sorts_by=lambda p: p.counts.activity),
    Column(name="signal", label=_("Signals"), sorts_by=lambda p: p.counts.signal),
    Column(name="brief", label=_("Briefs"), sorts_by=lambda p: p.counts.brief),
    Column(name="s2", label=_("S2"), sorts_by=lambda p: p.counts.s2),
    Column(name="s3", label=_("S3"), sorts_by=lambda p: p.counts.s3, is_shown=False),
    Column(name="weeks", label=_("13 weeks"), sorts_by=lambda p: sum(p.weeks)),
    Column(
        name="last",
        label=_("Last action"),
        sorts_by=lambda p: p.verdict.last_action_at,
        is_shown=False,
    ),
    Column(name="due", label=_("Next action"), sorts_by=lambda p: p.play.due_date),
    Column(
        name="sync",
        label=_("Why · what to do"),
        sorts_by=lambda p: p.stage and (SYNC_STAGES.index(p.stage), p.open_edits.count),
    ),
)
_BY_NAME = {column.name: column for column in COLUMNS}


@dataclass(frozen=True, kw_only=True)
class Order:
    """How the list is sorted; `-due` in the address is by due date, the latest first."""

    column: Column
    backwards: bool

    @classmethod
    def asked(cls, text: str) -> Order:
        """The order that the address asks for; worst first where it asks for none that is known."""
        column = _BY_NAME.get(text.removeprefix("-"), COLUMNS[0])
        return cls(column=column, backwards=text == f"-{column.name}")

    def sort(self, rows: Iterable[Progress]) -> list[Progress]:
        worst = sorted(rows, key=lambda p: p.badness)
        return self.column.sorted(worst, backwards=self.backwards)

    @property
    def is_worst_first(self) -> bool:
        return self.column is COLUMNS[0] and not self.backwards

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in COLUMNS if column.is_shown]

    def _heading(self, column: Column) -> Heading:
        is_current = column is self.column
        turns = is_current and not self.backwards
        direction = "descending" if self.backwards else "ascending"
        return Heading(
            column=column,
            sort=f"-{column.name}" if turns else column.name,
            aria_sort=direction if is_current else "",
        )


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A column's head: where it is sorted by, `aria_sort` says how; `sort` is what a click asks."""

    column: Column
    sort: str
    aria_sort: str
