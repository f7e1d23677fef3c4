"""The weekly sync: counters recounted, the Play DB written, pages compared with the database."""

from plays.sync.weekly.differences import Difference
from plays.sync.weekly.page_reads import RunMustWait, WaitReason
from plays.sync.weekly.planning import Plan, PlannedRow, plan
from plays.sync.weekly.running import carry_on, run_due
from plays.sync.weekly.slots import next_run, wake_if_due
from plays.sync.weekly.starting import AlreadyRunning, start

__all__ = [
    "AlreadyRunning",
    "Difference",
    "Plan",
    "PlannedRow",
    "RunMustWait",
    "WaitReason",
    "carry_on",
    "next_run",
    "plan",
    "run_due",
    "start",
    "wake_if_due",
]
