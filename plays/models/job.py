"""One edit that one mapped page must get. Only `plays.sync` changes jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models
from django.db.models import Case, Count, Exists, Min, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from plays.models.action import Action
from plays.models.health import rows_of
from plays.models.mapping import PageMapping
from plays.models.page import Page
from plays.models.pause import Pause, PauseScope
from plays.models.play import Play
from plays.models.site import Site
from plays.rules.planner import Kind

if TYPE_CHECKING:
    from plays.models.attempt import SyncAttemptQuerySet


class JobKind(models.TextChoices):
    LOG_ROW = Kind.LOG_ROW.value, _("Action Log row")
    LIVE_ENTRY = Kind.LIVE_ENTRY.value, _("Live doc entry")
    PLAY_ROW = Kind.PLAY_ROW.value, _("Play DB row")
    PROJECT_LINK = Kind.PROJECT_LINK.value, _("ToDo link on Project TODO")
    PLAY_DB_LINK = Kind.PLAY_DB_LINK.value, _("ToDo link on Play DB")


LOG_KINDS = (JobKind.LOG_ROW, JobKind.LIVE_ENTRY)  # what has a log id


class JobState(models.TextChoices):
    PENDING = "pending", _("pending")
    SYNCED = "synced", _("synced")
    FAILED = "failed", _("failed")
    CANCELED = "canceled", _("canceled")


class Stage(models.TextChoices):
    """How far a job is, as people are told it: its state, with the kinds of waiting apart."""

    PENDING = "pending", _("pending")
    UNMAPPED = "unmapped", _("page not mapped yet")
    RETRYING = "retrying", _("retrying")
    FAILED = "failed", _("failed")
    SYNCED = "synced", _("synced")
    CANCELED = "canceled", _("canceled")


_UNSYNCED = (JobState.PENDING, JobState.FAILED, JobState.CANCELED)
_ERROR = {Stage.PENDING: Q(last_error=""), Stage.RETRYING: ~Q(last_error="")}


def is_at(stage: Stage) -> Q:
    """Which jobs are at `stage`."""
    if stage not in (Stage.PENDING, Stage.UNMAPPED, Stage.RETRYING):
        return Q(state=stage.value)
    # The mappings without a page, once: for no job its own mapping is looked up.
    unmapped = Q(mapping__in=PageMapping.objects.filter(page__isnull=True))
    if stage is Stage.UNMAPPED:
        return Q(state=JobState.PENDING) & unmapped
    return Q(state=JobState.PENDING) & _ERROR[stage] & ~unmapped


def _log_stopped() -> models.QuerySet[Site]:
    return Site.objects.filter(log_stopped_at__isnull=False)


class Waiting(NamedTuple):
    """How many pending jobs may be written now, wait for a later time, for the end of a pause that
    a person ordered (or of the log's stop), or for a page.
    """

    due: int
    later: int
    paused: int
    unmapped: int


class SyncJobQuerySet(models.QuerySet["SyncJob"]):
    def pending(self) -> SyncJobQuerySet:
        """Not on the page yet, and not given up."""
        return self.filter(state=JobState.PENDING)

    def failed(self) -> SyncJobQuerySet:
        """Given up: a person is asked."""
        return self.filter(state=JobState.FAILED)

    def mapped(self) -> SyncJobQuerySet:
        return self.filter(mapping__page__isnull=False)

    def unpaused(self) -> SyncJobQuerySet:
        """Not held by a pause that a person ordered, nor by the log's stop."""
        active = Pause.objects.active()
        # None of it looks at the job's row, so that each is asked once however many jobs there are.
        return (
            self.exclude(Q(kind__in=LOG_KINDS) & Exists(_log_stopped()))
            .exclude(Exists(active.filter(scope=PauseScope.ALL)))
            .exclude(kind__in=active.filter(scope=PauseScope.KIND).values("kind"))
            .exclude(play__in=active.filter(scope=PauseScope.PLAY).values("play"))
            .exclude(mapping__page__in=active.filter(scope=PauseScope.PAGE).values("page"))
        )

    def due(self, now: datetime) -> SyncJobQuerySet:
        """Pending, on a mapped page, not paused and not waiting for a later time."""
        return self.pending().mapped().unpaused().filter(run_after__lte=now)

    def oldest_due(self, now: datetime) -> datetime | None:
        """Since when what is due may be written that waits longest."""
        # Asked of each mapping, not of each job: of a million that wait one a page is looked at.
        due = self.due(now).filter(mapping=OuterRef("pk")).order_by("run_after")
        pages = PageMapping.objects.filter(page__isnull=False).order_by()
        of_each = pages.annotate(oldest=Subquery(due.values("run_after")[:1]))
        oldest: datetime | None = of_each.aggregate(of_all=Min("oldest"))["of_all"]
        return oldest

    def at(self, stage: Stage) -> SyncJobQuerySet:
        return self.filter(is_at(stage))

    def unsynced(self, *by: str) -> Iterator[tuple[tuple[Any, ...], Stage, int]]:
        """How many jobs of each group (values of the fields `by`) are at a stage but synced, where
        there are any; one query.
        """
        rows = (
            self.filter(state__in=_UNSYNCED)
            .order_by()
            .values_list("state", *by)
            .annotate(  # no primary key: PostgreSQL then reads the index alone
                all=Count("*"),
                unmapped=Count("state", filter=is_at(Stage.UNMAPPED)),
                retrying=Count("state", filter=is_at(Stage.RETRYING)),
            )
        )
        for state, *group, found, unmapped, retrying in rows:
            if rest := found - unmapped - retrying:
                yield tuple(group), Stage(state), rest
            if unmapped:
                yield tuple(group), Stage.UNMAPPED, unmapped
            if retrying:
                yield tuple(group), Stage.RETRYING, retrying

    def unsynced_counts(self) -> dict[Stage, int]:
        """How many jobs are at each stage but synced; one query."""
        counts: dict[Stage, int] = {stage: 0 for stage in Stage if stage is not Stage.SYNCED}
        for _group, stage, count in self.unsynced():
            counts[stage] += count
        return counts

    def by_stage(self) -> list[tuple[int, Stage]]:
        """Each job's primary key and stage, the newest first; one query, which reads them all."""
        told = Case(*(When(is_at(stage), then=Value(stage.value)) for stage in Stage))
        rows = self.order_by().annotate(told=told).values_list("created_at", "pk", "told")
        return [(pk, Stage(stage)) for _at, pk, stage in sorted(rows, reverse=True)]

    def on(self, page: Page) -> SyncJobQuerySet:
        return self.filter(mapping__page=page)


class SyncJob(models.Model):
    mapping = models.ForeignKey(PageMapping, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(_("kind"), max_length=20, choices=JobKind.choices)
    key = models.CharField(_("key"), max_length=100)
    # Found by `job_newest_of_play`.
    play = models.ForeignKey(Play, on_delete=models.PROTECT, related_name="jobs", db_index=False)
    # Found by `job_of_action`.
    action = models.ForeignKey(
        Action,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="jobs",
        db_index=False,
    )
    # The act that took it last: a retry, a recovery, a resend. Found by `job_of_act`.
    act = models.ForeignKey(
        "plays.AuditEntry",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="jobs",
        db_index=False,
    )
    state = models.CharField(
        _("state"), max_length=10, choices=JobState.choices, default=JobState.PENDING
    )
    # Grows when the same edit is enqueued again: a try completes only the revision it read.
    revision = models.PositiveIntegerField(default=1)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    same_failures = models.PositiveIntegerField(_("failures with the same error"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    run_after = models.DateTimeField(_("not before"))
    last_error = models.CharField(_("last error"), max_length=100, blank=True)
    last_message = models.TextField(_("what was said"), blank=True)
    created_at = models.DateTimeField(_("owed since"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    # The mapping may have moved on since: an Action Log's full page, for one.
    written_to = models.ForeignKey(
        Page,
        verbose_name=_("written to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = SyncJobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["mapping", "kind", "key"],
                condition=Q(state="pending"),
                name="one_pending_job_an_edit",
            )
        ]
        indexes = [
            models.Index(fields=["state", "run_after"], name="job_state_run_after"),
            models.Index(fields=["action", "kind", "state"], name="job_of_action"),
            models.Index(
                fields=["act", "state"], condition=Q(act__isnull=False), name="job_of_act"
            ),
            # These two have all that is looked at by what counts, so that no rows are read: what is
            # due, and stages by Play or kind.
            models.Index(
                fields=["state", "mapping", "run_after", "play", "kind"], name="job_mapping_due"
            ),
            models.Index(
                fields=["state", "play", "mapping", "last_error", "kind"], name="job_stage"
            ),
            models.Index(fields=["-created_at", "-id"], name="job_newest_first"),
            models.Index(fields=["state", "-created_at", "-id"], name="job_newest_of_state"),
            models.Index(fields=["play", "-created_at", "-id"], name="job_newest_of_play"),
            models.Index(fields=["kind", "-created_at", "-id"], name="job_newest_of_kind"),
            models.Index(fields=["state", "settled_at"], name="job_state_settled"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("plays:job", args=[self.pk])

    @classmethod
    def stage_counts(cls) -> dict[Stage, int]:
        """How many of all jobs are at each stage. What is synced is not counted but what is left:
        that alone is nearly as many rows as there ever were.
        """
        counts = cls.objects.unsynced_counts()
        synced = rows_of(cls) - sum(counts.values())
        return {stage: counts.get(stage, synced) for stage in Stage}

    @classmethod
    def waiting_counts(cls, now: datetime) -> Waiting:
        """Of all pending jobs; each figure from the index that has it alone."""
        pending = cls.objects.pending().order_by()
        unmapped = pending.at(Stage.UNMAPPED).count()
        mapped = pending.count() - unmapped
        free, may = pending.exclude(is_at(Stage.UNMAPPED)), mapped
        if Pause.objects.active().exists() or _log_stopped().exists():
            free = free.unpaused()
            may = free.count()
        later = free.filter(run_after__gt=now).count()
        # Jobs may come and go from one count to the next.
        due, paused = max(0, may - later), max(0, mapped - may)
        return Waiting(due=due, later=later, paused=paused, unmapped=unmapped)

    @property
    def attempts(self) -> SyncAttemptQuerySet:
        """The tries that carried it, the newest first."""
        from plays.models.attempt import SyncAttempt

        return SyncAttempt.objects.of(self)

    @property
    def stage(self) -> Stage:
        """The one that this row `is_at`; reads the mapping."""
        if self.state != JobState.PENDING:
            return Stage(self.state)
        if self.mapping.page_id is None:
            return Stage.UNMAPPED
        return Stage.RETRYING if self.last_error else Stage.PENDING
