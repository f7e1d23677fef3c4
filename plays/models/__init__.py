"""Facts and their constraints, one file per noun; questions are queryset methods."""

from plays.models.acknowledgement import Acknowledgement
from plays.models.action import Action, LogNumber
from plays.models.alert import Alert, AlertDelivery, AlertLook, AlertMessage
from plays.models.answered_call import AnsweredCall
from plays.models.api_token import ApiToken
from plays.models.attempt import AttemptSpan, SyncAttempt
from plays.models.audit import AuditEntry
from plays.models.column_match import ColumnMatch
from plays.models.event import Event
from plays.models.funnel import FunnelCount, Opportunity
from plays.models.health import DatabaseSize, Heartbeat, RowCount, WriteProbe
from plays.models.job import SyncJob
from plays.models.layout import PageLayout, PageLayoutChange
from plays.models.mapping import PageMapping, PageMappingChange
from plays.models.owner_word import OwnerWord
from plays.models.page import LogVolume, Page, PageAppend, PageRecord
from plays.models.page_request import PageBatch, PageRequest
from plays.models.pause import Pause
from plays.models.people_cells import KeptCell, MirrorChange
from plays.models.person import Identity, OwnerName, Person
from plays.models.play import Play, PlayAlias
from plays.models.quarter import QuarterCount, QuarterGoal
from plays.models.saved_view import SavedView, Visit
from plays.models.site import Site
from plays.models.team import Team, WeeklyReport
from plays.models.todo import TodoReading, TodoTask
from plays.models.week import WeekCount, WeekStatus
from plays.models.weekly import Finding, WeeklyResult, WeeklySchedule, WeeklySync

__all__ = [
    "Acknowledgement",
    "Action",
    "Alert",
    "AlertDelivery",
    "AlertLook",
    "AlertMessage",
    "AnsweredCall",
    "ApiToken",
    "AttemptSpan",
    "AuditEntry",
    "ColumnMatch",
    "DatabaseSize",
    "Event",
    "Finding",
    "FunnelCount",
    "Heartbeat",
    "Identity",
    "KeptCell",
    "LogNumber",
    "LogVolume",
    "MirrorChange",
    "Opportunity",
    "OwnerName",
    "OwnerWord",
    "Page",
    "PageAppend",
    "PageBatch",
    "PageLayout",
    "PageLayoutChange",
    "PageMapping",
    "PageMappingChange",
    "PageRecord",
    "PageRequest",
    "Pause",
    "Person",
    "Play",
    "PlayAlias",
    "QuarterCount",
    "QuarterGoal",
    "RowCount",
    "SavedView",
    "Site",
    "SyncAttempt",
    "SyncJob",
    "Team",
    "TodoReading",
    "TodoTask",
    "Visit",
    "WeekCount",
    "WeekStatus",
    "WeeklyReport",
    "WeeklyResult",
    "WeeklySchedule",
    "WeeklySync",
    "WriteProbe",
]
