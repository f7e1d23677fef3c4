"""Opportunities on their way through the funnel, and how many are where; always equal to a recount
from the actions.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plays.models.play import Play
from plays.models.quarter import Quarterly


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    def unbriefed(self) -> OpportunityQuerySet:
        """Signals that no brief followed and that no score has put aside."""
        return self.filter(signal_at__isnull=False, brief_at__isnull=True).exclude(
            decision__in=("NO_GO", "HOLD")
        )

    def unvalidated(self) -> OpportunityQuerySet:
        """Briefs that no validation followed."""
        return self.filter(brief_at__isnull=False, validated_at__isnull=True)


class Opportunity(Quarterly):
    """What began with a signal (or, where that is not known, a later step) and its steps so far.

    `year` and `quarter` are those in which it began; `key` is what its actions share.
    """

    key = models.CharField(max_length=300, unique=True)
    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="opportunities")
    title = models.CharField(_("title"), max_length=1000)
    began_at = models.DateTimeField(_("began"))
    signal_at = models.DateTimeField(_("signal"), null=True)
    brief_at = models.DateTimeField(_("brief"), null=True)
    validated_at = models.DateTimeField(_("validation"), null=True)
    s2_at = models.DateTimeField(_("S2"), null=True)
    s3_at = models.DateTimeField(_("S3"), null=True)
    scored_at = models.DateTimeField(null=True)
    decision = models.CharField(_("decision"), max_length=20, blank=True)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-pk"]
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        indexes = [
            models.Index(fields=["year", "quarter", "-began_at"], name="opportunity_by_quarter"),
            models.Index(
                fields=["signal_at"],
                condition=Q(signal_at__isnull=False, brief_at__isnull=True),
                name="opportunity_unbriefed",
            ),
            # What the weekly report reads, in the index alone.
            models.Index(
                fields=["brief_at", "validated_at", "signal_at", "play"],
                condition=Q(brief_at__isnull=False),
                name="opportunity_briefed",
            ),
            models.Index(
                fields=["validated_at", "brief_at", "play"],
                condition=Q(validated_at__isnull=False),
                name="opportunity_validated",
            ),
            models.Index(
                fields=["scored_at", "decision", "signal_at", "brief_at", "play"],
                condition=Q(scored_at__isnull=False),
                name="opportunity_scored",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class FunnelCount(models.Model):
    """How many of a Play's opportunities that began in a quarter reached a step.

    They are told apart by whether it is their last so far, and by the hours it took
    (`rules.funnel.UNTIMED` where that is not known).
    """

    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="funnel_counts")
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=10)
    is_last = models.BooleanField()
    hours = models.IntegerField()
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["play", "year", "quarter", "step", "is_last", "hours"],
                name="one_funnel_counter_per_cell",
            )
        ]
        indexes = [
            models.Index(
                fields=["year", "quarter", "step", "is_last", "hours", "count", "play"],
                name="funnel_count_by_quarter",
            )
        ]

    def __str__(self) -> str:
        return f"{self.play} {self.year}Q{self.quarter} {self.step}"
