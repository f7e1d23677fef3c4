"""What every screen must stand: each look, axe's rules, no sideways scrolling."""

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# Each pair of values meets once; all eight would only meet twice.
LOOKS = [
    (DESKTOP, "light", "ko-KR"),
    (DESKTOP, "dark", "en-GB"),
    (PHONE, "light", "en-GB"),
    (PHONE, "dark", "ko-KR"),
]
AXE = Axe().axe_script
# Only the violations come back: the rest of axe's answer is larger than the page.
RUN = "axe.run({resultTypes: ['violations']}).then(({violations}) => ({violations}))"


def complaints_of_axe(tab):
    """What axe finds wrong with the page as it is now: a report, or nothing."""
    if tab.evaluate("typeof axe") == "undefined":
        tab.evaluate(AXE)
    found = AxeResults(tab.evaluate(RUN))
    return [found.generate_report()] if found.violations_count else []


def sticks_out(tab):
    """Whether the page as a whole has to be scrolled sideways."""
    return tab.evaluate("document.documentElement.scrollWidth > window.innerWidth")
