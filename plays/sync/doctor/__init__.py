"""Looking for what is wrong, with what to do about it; it changes nothing."""

from plays.sync.doctor.examination import examine, examine_here
from plays.sync.doctor.findings import AREA_NAMES, Area, Finding, Level
from plays.sync.mappings.page_check import PageCheck, examine_page

__all__ = [
    "AREA_NAMES",
    "Area",
    "Finding",
    "Level",
    "PageCheck",
    "examine",
    "examine_here",
    "examine_page",
]
