"""What an error said of a page, in the reader's language.

Pages, jobs and tries keep an error's own words, which are the same for every reader: the sentences
of the page editor are English, and what Confluence answered is in its language. The first are known
here by their wording, so that what was kept long ago reads well too; the second stay as they are.
"""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from plays.models.page import PageState
from plays.rules.pages import column_label
from plays.rules.particles import with_particles
from plays.sync.site.remedies import REMEDIES

# As `storage` and `sync` word them; a test says that none of the editor's is missing.
SENTENCES = (
    gettext_noop("%(count)s rows have the key %(key)s."),
    gettext_noop("The table has no column for %(names)s."),
    gettext_noop("Two columns of the table are headed %(names)s."),
    gettext_noop("The heading of %(names)s is merged over several columns."),
    gettext_noop("The row has no cell in the column %(names)s."),
    gettext_noop("The row has only a merged cell in the column %(names)s."),
    gettext_noop("A row consists of merged cells only."),
    gettext_noop("A merged cell reaches below the table's last row in the column %(names)s."),
    gettext_noop("The cell holds more than text: %(held)s."),
    gettext_noop("The page is not well-formed storage format: %(reason)s."),
    gettext_noop("The page holds half a surrogate pair."),
    gettext_noop("The entry %(key)s on the page tells of something else: %(found)s"),
    gettext_noop("The row %(key)s on the page tells of something else: %(found)s"),
    gettext_noop("The key %(key)s has no visible character."),
    gettext_noop("%(url)s is neither an http(s) nor a mailto address."),
    gettext_noop("The edit would take %(what)s away from the page."),
    gettext_noop(
        "%(count)s tables on the page have these headings; none of them alone fits %(group)s."
    ),
    gettext_noop("%(count)s tables on the page have these headings."),
    gettext_noop(
        "The table has %(found)s of our %(total)s headings but none for %(label)s; "
        "which column is it?"
    ),
    gettext_noop(
        "A table holds rows by %(label)s, but too few of its headings are known to write there; "
        "choose its columns, or let a new table be made."
    ),
    gettext_noop(
        "The page no longer has the table %(title)s, which was written before; "
        "bring it back in Confluence, or let a new one be made."
    ),
    gettext_noop("“%(title)s” is %(status)s"),
    gettext_noop("version %(number)s reads empty; %(size)s characters were known"),
    gettext_noop("the worker ended %(count)s times while it wrote this page"),
)
# What stands in them as markup and Confluence name it; a macro keeps its name.
_PARTS: dict[str, str | Promise] = {
    "table": gettext_lazy("table"),
    "tr": gettext_lazy("row"),
    "td": gettext_lazy("cell"),
    "th": gettext_lazy("cell"),
    "ac:task-list": gettext_lazy("task list"),
    "ac:task": gettext_lazy("task"),
    "ac:layout": gettext_lazy("sections of the page"),
    "archived": PageState.ARCHIVED.label,
    "trashed": PageState.TRASHED.label,
    "draft": gettext_lazy("draft"),
}
_MACRO = "ac:structured-macro "
_PLACE = r"line (\d+), column (\d+)(?:, table (\d+))?(?:, row (\d+))?"
_PLACES = re.compile(rf"(.+) \(({_PLACE}(?:; {_PLACE})*)\)")


def own_words(text: str) -> str:
    """`text`, as an error says it: without what its name means, which people are told beside it."""
    return "\n".join(filter(None, map(_line, text.split("\n"))))


def _line(text: str) -> str:
    if (found := _PLACES.fullmatch(text)) and (told := _told(found[1])):
        places = "; ".join(_where(*place) for place in re.findall(_PLACE, found[2]))
        return f"{told} ({places})"
    first, *others = text.split(" · ")
    parts = others if first in _MEANINGS else [first, *others]
    return " · ".join(_told(part) or part for part in parts)


def _told(sentence: str) -> str:
    """One of `SENTENCES`; nothing for another."""
    for known, pattern in _PATTERNS:
        if found := pattern.fullmatch(sentence):
            words = found.groupdict()
            told = {name: _part(name, text) for name, text in words.items()}
            return with_particles(_(known) % told)
    return ""


def _part(name: str, text: str) -> str:
    """What a sentence speaks of: columns and parts of a page are named as people know them."""
    if name == "names":
        return ", ".join(map(column_label, text.split(", ")))
    if name in ("held", "what", "status"):
        parts = text.removeprefix(_MACRO).split(", ")
        return ", ".join(str(_PARTS.get(part, part)) for part in parts)
    return text


def _where(line: str, column: str, table: str, row: str) -> str:
    """As a person finds it: by table and row, else in the page's source."""
    if row:
        return _("table %(table)s, row %(row)s") % {"table": table, "row": row}
    if table:
        return _("table %(table)s") % {"table": table}
    return _("line %(line)s, column %(column)s of the page's source") % {
        "line": line,
        "column": column,
    }


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", re.escape(sentence)))


_PATTERNS = tuple((sentence, _pattern(sentence)) for sentence in SENTENCES)
_MEANINGS = frozenset(error.means for error in REMEDIES)
