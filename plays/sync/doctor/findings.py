"""What the doctor says: one finding per thing looked at."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Level(enum.Enum):
    """OK and NOTE ask for nothing; a PROBLEM wants somebody to act."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


class Area(enum.Enum):
    """What a finding is about, in the order in which they are told."""

    CONFIGURATION = "configuration"
    CONFLUENCE = "confluence"
    PAGES = "pages"
    SCHEDULE = "schedule"
    WORKERS = "workers"
    QUEUE = "queue"
    EVENTS = "events"


AREA_NAMES = {
    Area.CONFIGURATION: _("Configuration"),
    Area.CONFLUENCE: _("Confluence"),
    Area.PAGES: _("Pages"),
    Area.SCHEDULE: _("Schedule"),
    Area.WORKERS: _("Workers"),
    Area.QUEUE: _("Edits that are owed"),
    Area.EVENTS: _("Events"),
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`what` is the case, and for a problem what to `do`; `subject` names what it is about."""

    area: Area
    level: Level
    what: str
    do: str = ""
    subject: str = ""

    @property
    def is_problem(self) -> bool:
        return self.level is Level.PROBLEM


def fine(area: Area, what: str, *, subject: str = "") -> Finding:
    return Finding(area=area, level=Level.OK, what=what, subject=subject)


def note(area: Area, what: str, *, do: str = "", subject: str = "") -> Finding:
    return Finding(area=area, level=Level.NOTE, what=what, do=do, subject=subject)


def problem(area: Area, what: str, *, do: str, subject: str = "") -> Finding:
    return Finding(area=area, level=Level.PROBLEM, what=what, do=do, subject=subject)


def moment(value: datetime) -> str:
    """A time in the installation's zone, as a sentence has it."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
