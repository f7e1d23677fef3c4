"""`/api/weekly`: a dry run that shows what would change, or a run, and how it goes."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import ConfigDict

from plays.api.access import ACTS
from plays.api.answers import JobId
from plays.api.api import reads
from plays.api.once import IdempotencyKey, once
from plays.models import WeeklySync
from plays.models.weekly import WeeklyTrigger
from plays.sync import weekly

router = Router(tags=["Weekly sync"])
MOST_DIFFERENCES = 500


class WeeklyOrder(Schema):
    """Without a body it is a dry run."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = True


class ChangedCell(Schema):
    column: str
    now: str
    to_be: str


class ChangedRow(Schema):
    play_id: str
    is_new: bool
    cells: list[ChangedCell]


class Difference(Schema):
    """Where a page and the database differ; `kind` as on the weekly screen."""

    kind: str
    page_id: str
    key: str
    column: str
    found: str
    expected: str
    message: str


class PlanAnswer(Schema):
    """`rows`: those of the Play DB that would change. `more`: differences that are left out."""

    dry_run: bool
    is_mapped: bool
    rows: list[ChangedRow]
    differences: list[Difference]
    more: int


class RunAnswer(Schema):
    """`done` of `total` steps; `state` is running, done or failed."""

    id: int
    slot: datetime
    state: str
    step: str
    done: int
    total: int
    started_at: datetime
    finished_at: datetime | None
    error: str
    message: str


@router.post(
    "",
    auth=ACTS,
    response={200: PlanAnswer, 202: RunAnswer},
    operation_id="run_weekly",
    summary="Run the weekly sync, or see what it would change",
    openapi_extra={"responses": {409: {"$ref": "#/components/responses/Problem"}}},
)
def run(
    request: HttpRequest, order: WeeklyOrder | None = None, key: IdempotencyKey = None
) -> HttpResponse | PlanAnswer:
    """A dry run reads every page and writes nothing. A run is carried on by the workers: 202, and
    `GET /api/weekly/{id}` tells how it goes; 409 while another is under way.
    """
    if order is None or order.dry_run:
        return _plan()
    return once(request, key, _start, status=202)


@reads(router, "/{int:run_id}", RunAnswer, operation_id="get_weekly", summary="How a run goes")
def get_run(request: HttpRequest, run_id: JobId) -> RunAnswer:
    found = WeeklySync.objects.filter(pk=run_id).first()
    if found is None:
        raise Http404(f"there is no run {run_id}")
    return _answer(found)


def _start() -> RunAnswer:
    try:
        started = weekly.start(trigger=WeeklyTrigger.COMMAND)
    except weekly.AlreadyRunning as running:
        raise HttpError(409, f"{running} (id {running.weekly.pk})") from running
    weekly.wake_if_due()
    return _answer(started)


def _plan() -> PlanAnswer:
    try:
        plan = weekly.plan()
    except weekly.RunMustWait as waits:
        raise HttpError(503, f"the pages cannot be read now: {waits.reason.value}") from waits
    except ImproperlyConfigured as error:
        raise HttpError(409, str(error)) from error
    shown = plan.differences[:MOST_DIFFERENCES]
    return PlanAnswer(
        dry_run=True,
        is_mapped=plan.is_mapped,
        rows=[_row(row) for row in plan.changed],
        differences=[_difference(one) for one in shown],
        more=len(plan.differences) - len(shown),
    )


def _row(row: weekly.PlannedRow) -> ChangedRow:
    cells = [
        ChangedCell(column=cell.column, now=cell.now, to_be=cell.to_be)
        for cell in row.cells
        if cell.changes
    ]
    return ChangedRow(play_id=row.play.play_id, is_new=row.is_new, cells=cells)


def _difference(one: weekly.Difference) -> Difference:
    return Difference(
        kind=one.kind,
        page_id=one.page.page_id,
        key=one.key,
        column=one.column,
        found=one.found,
        expected=one.expected,
        message=one.message,
    )


def _answer(run: WeeklySync) -> RunAnswer:
    return RunAnswer(**{name: getattr(run, name) for name in RunAnswer.model_fields})
