"""Looking for what is wrong, with what to do about it; it changes nothing."""

from plays.sync.doctor.examination import examine, examine_here
from plays.sync.doctor.findings import AREA_NAMES, Area, Finding, Level

__all__ = [
    "AREA_NAMES",
    "Area",
    "Finding",
    "Level",
    "examine",
    "examine_here",
]
