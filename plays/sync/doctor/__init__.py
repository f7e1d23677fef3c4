"""Looking for what is wrong, with what to do about it; it changes nothing."""

from plays.sync.doctor.page_check import PageCheck, examine_page

__all__ = ["PageCheck", "examine_page"]
