"""A shared page looked at live: how its tables are read."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from plays import confluence
from plays.confluence import Confluence
from plays.models import Page, PageLayout, PageMapping
from plays.models.mapping import ENVIRONMENT, PartChoice
from plays.storage import Recognition, recognise
from plays.sync.layouts.finding import owe_again, remember_of
from plays.sync.layouts.guidance import guidance_for, shape_of
from plays.sync.layouts.team_status import take_team_status
from plays.sync.site import pages
from plays.sync.site.connection import connect
from plays.sync.site.diagnosis import reported


class NotMapped(LookupError):
    """No page plays the shared part yet; `str` says what to do."""

    def __init__(self, part: PartChoice) -> None:
        super().__init__(part)
        self.part = part

    def __str__(self) -> str:
        words = _("%(part)s is not mapped yet: map its page, or set %(name)s.")
        return words % {"part": self.part.label, "name": ENVIRONMENT[self.part]}


@dataclass(frozen=True, kw_only=True)
class Look:
    """A page as it was read, what its tables are, and what was kept of that."""

    page: confluence.Page
    recognition: Recognition
    kept: PageLayout


def look(mapping: PageMapping, *, client: Confluence | None = None) -> Look:
    """Read the mapping's page, recognise its tables, remember what was found; one call.

    Raises `NotMapped`, `ConfluenceError`, `NotStorage`, and `ImproperlyConfigured` where
    Confluence is not set up.
    """
    page, read = read_mapped(mapping, client)
    guidance = guidance_for(page)[shape_of(mapping)]
    recognition = recognise(read.body, shape_of(mapping), guidance)
    kept = notice(mapping, page, read.body, recognition)
    if mapping.part == PartChoice.PLAY_DB:
        take_team_status(read.body, guidance)
    return Look(page=read, recognition=recognition, kept=kept)


def notice(mapping: PageMapping, page: Page, body: str, recognition: Recognition) -> PageLayout:
    """Remember what was found on the mapping's `page`, and owe what it has a column for again."""
    now = timezone.now()
    found = {shape_of(mapping): (recognition.layout, recognition.question)}
    owe_again(page, body, found, now=now)
    return remember_of(mapping, recognition.layout, recognition.question, now=now)


def read_mapped(
    mapping: PageMapping, client: Confluence | None = None
) -> tuple[Page, confluence.Page]:
    """The mapping's page and how it reads now. Raises as `look`, NotStorage aside."""
    if mapping.page is None:
        raise NotMapped(PartChoice(mapping.part))
    return mapping.page, _get(client or connect(), mapping.page)


@reported
def _get(client: Confluence, page: Page) -> confluence.Page:
    return pages.read(client, page)
