"""What came in, whole, whether it was accepted or not."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plays.models.health import rows_of
from plays.rules.problems import problem_of


class EventState(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


class Reason(NamedTuple):
    """Which field of an event is wrong (empty: the whole), and why, in the reader's language."""

    field: str
    sentence: str


class EventQuerySet(models.QuerySet["Event"]):
    def accepted(self) -> EventQuerySet:
        return self.filter(state=EventState.ACCEPTED)

    def rejected(self) -> EventQuerySet:
        return self.filter(state=EventState.REJECTED)

    def in_state(self, state: EventState) -> EventQuerySet:
        """The same as `filter(state=…)`, where it is to be counted with further conditions: of the
        few that are rejected their own index is read, not that of the type that many have.
        """
        if state is EventState.REJECTED:
            return self.filter(state=state, missing__gte="")
        return self.filter(state=state)

    def by_state(self) -> list[tuple[int, EventState]]:
        """Each event's primary key and state, the newest first; one query, which reads them all."""
        rows = self.order_by().values_list("received_at", "pk", "state")
        return [(pk, EventState(state)) for _at, pk, state in sorted(rows, reverse=True)]

    def waiting_for(self, missing: str) -> EventQuerySet:
        """Rejected only because `missing` (`play:…`, `brief:…`, `signal:…`) was unknown."""
        return self.rejected().filter(missing=missing)


class Event(models.Model):
    source = models.CharField(_("source"), max_length=500)
    event_id = models.CharField(_("event id"), max_length=500)
    type = models.CharField(_("type"), max_length=100, blank=True)
    time = models.DateTimeField(_("time"), null=True, blank=True)
    # JSON as text: PostgreSQL's jsonb cannot hold every string that JSON can.
    payload = models.TextField(_("payload"))
    state = models.CharField(_("state"), max_length=10, choices=EventState.choices)
    problems = models.JSONField(_("problems"), default=list, blank=True)
    missing = models.CharField(_("waits for"), max_length=300, blank=True)
    received_at = models.DateTimeField(_("received"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    # Read back from a page after the database had lost it; its sender may send it again.
    recovered_at = models.DateTimeField(_("recovered"), null=True, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(fields=["source", "event_id"], name="one_event_a_source_and_id")
        ]
        indexes = [
            models.Index(fields=["state", "missing", "type"], name="event_state_missing"),
            models.Index(fields=["event_id"], name="event_by_id"),
            models.Index(fields=["state", "-received_at", "-id"], name="event_newest_of_state"),
            models.Index(fields=["type", "-received_at", "-id"], name="event_newest_of_type"),
            models.Index(fields=["-received_at", "-id"], name="event_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.event_id}"

    @classmethod
    def state_counts(cls) -> dict[EventState, int]:
        """How many of all events are in each state; those accepted are what is not rejected."""
        rejected = cls.objects.rejected().order_by().count()
        accepted = rows_of(cls) - rejected
        return {EventState.ACCEPTED: accepted, EventState.REJECTED: rejected}

    @property
    def reasons(self) -> list[Reason]:
        """Why it was rejected. A problem stored before there were codes has its English sentence
        alone, which stands as it is.
        """
        return [
            Reason(stored["field"], stored["message"])
            if "message" in stored
            else Reason(stored["field"], problem_of(stored).told(gettext))
            for stored in self.problems
        ]
