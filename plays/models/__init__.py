"""Facts and their constraints, one file a noun; questions are queryset methods."""

from plays.models.action import Action, LogNumber
from plays.models.attempt import SyncAttempt
from plays.models.event import Event
from plays.models.heartbeat import Heartbeat
from plays.models.job import SyncJob
from plays.models.mapping import PageMapping, PageMappingChange
from plays.models.page import Page
from plays.models.play import Play
from plays.models.quarter_count import QuarterCount
from plays.models.site import Site

__all__ = [
    "Action",
    "Event",
    "Heartbeat",
    "LogNumber",
    "Page",
    "PageMapping",
    "PageMappingChange",
    "Play",
    "QuarterCount",
    "Site",
    "SyncAttempt",
    "SyncJob",
]
