"""Facts and their constraints, one file a noun; questions are queryset methods."""

from plays.models.acknowledgement import Acknowledgement
from plays.models.action import Action, LogNumber
from plays.models.alert import Alert, AlertDelivery, AlertLook, AlertMessage
from plays.models.alias import PlayAlias
from plays.models.answered_call import AnsweredCall
from plays.models.api_token import ApiToken
from plays.models.attempt import AttemptSpan, SyncAttempt
from plays.models.audit import AuditEntry
from plays.models.column_match import ColumnMatch
from plays.models.database_size import DatabaseSize
from plays.models.event import Event
from plays.models.funnel import FunnelCount, Opportunity
from plays.models.heartbeat import Heartbeat, WriteProbe
from plays.models.identity import Identity
from plays.models.job import SyncJob
from plays.models.kept_cell import KeptCell
from plays.models.layout import PageLayout, PageLayoutChange
from plays.models.log_volume import LogVolume
from plays.models.mapping import PageMapping, PageMappingChange
from plays.models.mirror import MirrorChange
from plays.models.owner_word import OwnerWord
from plays.models.page import Page
from plays.models.page_append import PageAppend
from plays.models.page_record import PageRecord
from plays.models.page_request import PageBatch, PageRequest
from plays.models.pause import Pause
from plays.models.person import OwnerName, Person
from plays.models.play import Play
from plays.models.quarter_count import QuarterCount
from plays.models.quarter_goal import QuarterGoal
from plays.models.saved_view import SavedView, Visit
from plays.models.site import Site
from plays.models.team import Team, WeeklyReport
from plays.models.todo import TodoReading, TodoTask
from plays.models.week_count import WeekCount
from plays.models.week_status import WeekStatus
from plays.models.weekly import Finding, WeeklyResult, WeeklySync
from plays.models.weekly_schedule import WeeklySchedule

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
