"""How a shared page's tables are read and written: what an admin chose, what was last found."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plays.models.mapping import PageMapping, PartChoice, PersonsChange
from plays.models.page import Page

if TYPE_CHECKING:
    from plays.storage import Chosen, Layout, Reason

TABLE_PARTS = (PartChoice.PLAY_DB, PartChoice.ACTION_LOG)


class LayoutState(models.TextChoices):
    """DRIFTED: still written, but less of it than when somebody last looked. ASKS: nothing is
    written until a person answers.
    """

    UNSEEN = "unseen", _("not read yet")
    OK = "ok", _("recognized")
    DRIFTED = "drifted", _("changed since")
    ASKS = "asks", _("asks a person")


class PageLayoutQuerySet(models.QuerySet["PageLayout"]):
    def of(self, mapping: PageMapping) -> PageLayout:
        """The layout of a mapping; made empty where there is none yet."""
        return self.get_or_create(mapping=mapping)[0]

    def asking(self) -> PageLayoutQuerySet:
        """Those whose question a person has not answered yet."""
        return self.filter(state=LayoutState.ASKS)

    def of_part(self, part: str) -> PageLayout | None:
        """The layout of a shared part, if anything is known or chosen yet."""
        return self.filter(mapping__part=part, mapping__play=None).first()


class PageLayout(models.Model):
    """One a mapping of the Play DB or the Action Log.

    `chosen` is a `Chosen` as JSON (empty: nothing is chosen). `found` is the `Layout` that was
    last found, on `page`; `kept` the one that changes are told against; both null until then.
    While a person is asked `code` and `params` are those of the question, a storage error.
    `changes` are the losses (code, params, among them `since`: an ISO time) of `found` against
    `kept`; they stay while a person is asked, and after a choice that says nothing of them.
    """

    mapping = models.OneToOneField(PageMapping, on_delete=models.CASCADE, related_name="layout")
    chosen = models.JSONField(default=dict, blank=True)
    found = models.JSONField(null=True, blank=True)
    kept = models.JSONField(null=True, blank=True)
    page = models.ForeignKey(
        Page, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=LayoutState.choices, default=LayoutState.UNSEEN
    )
    code = models.CharField(max_length=40, blank=True)
    params = models.JSONField(default=dict, blank=True)
    changes = models.JSONField(default=list, blank=True)
    since = models.DateTimeField(_("since"), null=True, blank=True)

    objects = PageLayoutQuerySet.as_manager()

    class Meta:
        ordering = ["mapping"]
        verbose_name = _("page layout")
        verbose_name_plural = _("page layouts")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=LayoutState.ASKS) ^ Q(code=""), name="who_asks_has_a_question"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mapping}: {self.get_state_display()}"

    @property
    def choice(self) -> Chosen:
        return chosen_from(self.chosen)

    @property
    def layout(self) -> Layout | None:
        """What was last found."""
        from plays.storage import Layout

        return Layout.from_json(self.found) if self.found else None

    @property
    def drift(self) -> tuple[Reason, ...]:
        from plays.storage import Reason

        return tuple(Reason(**one) for one in self.changes)

    @property
    def lost(self) -> dict[str, datetime]:
        """Our fields whose column is gone, and since when rows are written without it."""
        return {
            loss.params["field"]: datetime.fromisoformat(loss.params["since"])
            if "since" in loss.params
            else self.since or timezone.now()
            for loss in self.drift
            if loss.code == "column_gone"
        }

    @property
    def asks(self) -> bool:
        return self.state == LayoutState.ASKS


class PageLayoutChange(PersonsChange):
    """A change of what is chosen: who, when, from what to what, why."""

    layout = models.ForeignKey(PageLayout, on_delete=models.CASCADE, related_name="history")
    old = models.JSONField(default=dict, blank=True)
    new = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change of a page layout")
        verbose_name_plural = _("changes of page layouts")

    def __str__(self) -> str:
        return f"{self.layout.mapping} {self.at:%Y-%m-%d %H:%M}"


def chosen_from(data: dict[str, object]) -> Chosen:
    """What was chosen, from its JSON; `{}` is nothing."""
    from plays.storage import Chosen

    return Chosen.from_json(data) if data else Chosen()
