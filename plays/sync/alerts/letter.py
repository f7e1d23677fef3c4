"""A message as people read it, in the language of the installation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plays.models import AlertMessage
from plays.models.alert import AlertLevel
from plays.sync.alerts.words import words
from plays.sync.status.words import duration

MARKS = {"new": "■", "grown": "▲", "reminder": "◷", "healed": "✓", "test": "✓"}
TEST = {"why": "test"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One trouble of a letter: its mark, what is the case, what to do, and the screen's address
    ("" where `PUBLIC_URL` is not set).
    """

    why: str
    mark: str
    what: str
    do: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """`level` is that of the worst trouble; `ok` where all of it is over."""

    id: str
    at: datetime
    level: str
    subject: str
    lines: list[Line]

    @property
    def text(self) -> str:
        """For a mail: plain text."""
        return "\n\n".join("\n".join(_paragraph(line)) for line in self.lines) + "\n"


def letter(message: AlertMessage) -> Letter:
    with translation.override(settings.LANGUAGE_CODE):
        lines = [_line(item) for item in message.items]
        bad = [item for item in message.items if item["why"] not in ("healed", "test")]
        levels = {item["level"] for item in bad}
        level = next(
            (one for one in (AlertLevel.CRITICAL, AlertLevel.WARNING) if one in levels),
            AlertLevel.OK,
        )
        return Letter(
            id=f"alert-{message.pk}",
            at=message.at,
            level=level.value,
            subject=_subject(lines),
            lines=lines,
        )


def _line(item: Mapping[str, Any]) -> Line:
    why = item["why"]
    if why == "test":
        return Line(why=why, mark=MARKS[why], what=_("This is a test: messages arrive here."))
    told = words(item["rule"], item["count"], item["facts"])
    url = f"{settings.PUBLIC_URL}{told.path}" if settings.PUBLIC_URL else ""
    span = duration(item["seconds"])
    if why == "healed":
        what = _("Well again after %(span)s. It was: %(what)s") % {"span": span, "what": told.what}
        return Line(why=why, mark=MARKS[why], what=what, url=url)
    what = told.what
    if why == "reminder":
        what = _("Still, for %(span)s: %(what)s") % {"span": span, "what": told.what}
    return Line(why=why, mark=MARKS[why], what=what, do=told.do, url=url)


def _subject(lines: list[Line]) -> str:
    first = lines[0].what.splitlines()[0].partition(". ")[0]
    more = len(lines) - 1
    if not more:
        return f"[Play Sync] {first}"[:200]
    rest = ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
    return f"[Play Sync] {first[:150]} {rest}"


def _paragraph(line: Line) -> Iterable[str]:
    yield f"{line.mark} {line.what}"
    if line.do:
        yield f"→ {line.do}"
    if line.url:
        yield line.url
