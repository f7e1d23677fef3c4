"""Which heading on a page new entries or links go under; it changes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from plays.storage.scan.page import scan
from plays.storage.scan.sections import find_section, section_title


def heading_used(body: str, headings: Iterable[str]) -> str | None:
    """The heading, as the page has it, under which an edit with these `headings` goes.

    None where the page has none of them: it goes to the page's end. Raises NotStorage.
    """
    section = find_section(scan(body), headings)
    if section is None or section.heading is None:
        return None
    return section_title(section.heading)
