"""The funnel told apart: by channel, source, owner, Play or quarter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from django.db.models import Sum

from plays.models import FunnelCount, Play, QuarterCount
from plays.rules.funnel import Row, Stage, stages
from plays.rules.quarter import Quarter
from plays.views.funnel.targets import Targets, targets_of, team_targets

QUARTERS = 5  # the one asked for and four before it


@dataclass(frozen=True, kw_only=True)
class FunnelRow:
    """A group's funnel; `first_share` is its signals per activity, `query` leads to its Plays."""

    name: str
    activities: int
    stages: tuple[Stage, ...]
    query: str = ""

    @property
    def first_share(self) -> float | None:
        return self.stages[0].count / self.activities if self.activities else None

    @property
    def timed(self) -> list[Stage]:
        """The steps that have targets."""
        return [stage for stage in self.stages if stage.step in ("brief", "s2")]


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """What began in a quarter, of some Plays: cells and activities by Play (primary key)."""

    cells: Mapping[int, Sequence[Row]]
    activities: Mapping[int, int]
    targets: Mapping[int, Targets]

    def row(
        self, name: str, pks: Iterable[int], *, with_skipped: bool, query: str = ""
    ) -> FunnelRow:
        pks = list(pks)
        return FunnelRow(
            name=name,
            activities=sum(self.activities.get(pk, 0) for pk in pks),
            stages=self._stages(pks, with_skipped=with_skipped),
            query=query,
        )

    def _stages(self, pks: Sequence[int], *, with_skipped: bool) -> tuple[Stage, ...]:
        """Each Play is held to its own target."""
        alike: dict[tuple[tuple[str, float], ...], list[Row]] = {}
        for pk in pks:
            key = tuple(sorted(self.targets[pk].items()))
            alike.setdefault(key, []).extend(self.cells.get(pk, ()))
        if len(alike) == 1:  # as a rule, and once is enough
            ((key, rows),) = alike.items()
            return stages(rows, with_skipped=with_skipped, targets=dict(key))
        parts = [stages(rows, with_skipped=False, targets=dict(key)) for key, rows in alike.items()]
        added = stages(chain(*alike.values()), with_skipped=with_skipped)
        return tuple(
            replace(stage, in_time=sum(part[at].in_time for part in parts))
            for at, stage in enumerate(added)
        )


def cohort_of(plays: Sequence[Play], quarter: Quarter) -> Cohort:
    """Three queries, however many Plays."""
    cells: dict[int, list[Row]] = {play.pk: [] for play in plays}
    rows = FunnelCount.objects.filter(year=quarter.year, quarter=quarter.number, count__gt=0)
    columns = ("play_id", "step", "is_last", "hours", "count")
    for play, step, is_last, hours, count in rows.order_by().values_list(*columns):
        if play in cells:
            cells[play].append((step, is_last, hours, count))
    counted = QuarterCount.objects.of(quarter).values_list("play_id", "activity")
    return Cohort(cells=cells, activities=dict(counted), targets=targets_of(plays, quarter))


def grouped(
    cohort: Cohort, plays: Sequence[Play], by: str, *, with_skipped: bool
) -> list[FunnelRow]:
    """A row per value of `by` (a field of Play, or "play"), the one with most signals first."""
    if by == "play":
        found = [
            cohort.row(play.name or play.play_id, [play.pk], with_skipped=with_skipped,
                       query=play.play_id)
            for play in plays
        ]  # fmt: skip
    else:
        pks: dict[str, list[int]] = {}
        for play in plays:
            pks.setdefault(getattr(play, by), []).append(play.pk)
        found = [
            cohort.row(name, own, with_skipped=with_skipped, query=name)
            for name, own in pks.items()
        ]
    return sorted(found, key=lambda row: (-row.stages[0].count, -row.activities, row.name))


def by_quarter(
    plays: Sequence[Play], last: Quarter, *, with_skipped: bool, is_narrowed: bool
) -> list[FunnelRow]:
    """The quarter asked for and those before it, newest first, held to the team's targets."""
    quarters, team = [last], team_targets()
    while len(quarters) < QUARTERS:
        quarters.append(quarters[-1].previous)
    found = []
    for quarter in quarters:
        rows = FunnelCount.objects.filter(year=quarter.year, quarter=quarter.number, count__gt=0)
        counts = QuarterCount.objects.of(quarter)
        if is_narrowed:
            pks = [play.pk for play in plays]
            rows, counts = rows.filter(play__in=pks), counts.filter(play__in=pks)
        added = rows.order_by().values_list("step", "is_last", "hours").annotate(n=Sum("count"))
        found.append(
            FunnelRow(
                name=str(quarter),
                activities=counts.aggregate(sum=Sum("activity"))["sum"] or 0,
                stages=stages(added, with_skipped=with_skipped, targets=team),
            )
        )
    return [row for row in found if row.activities or row.stages[0].count]
