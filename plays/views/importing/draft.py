"""A file between its upload and its import: the text and what was chosen travel with the page,
signed, to their own reader, and only so long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.core import signing

from plays.sync.plays.importer.choices import Choices
from plays.sync.plays.importer.columns import COLUMNS
from plays.sync.plays.importer.matching import Matched

SALT = "plays.import"
SECONDS = 3600
# A signed file must fit into a form; Django takes DATA_UPLOAD_MAX_MEMORY_SIZE at most.
MAX_SIGNED = 5 * 1024 * 1024
LEAVE_OUT = "-"
CHOICES = {LEAVE_OUT, *(column.name for column in COLUMNS)}
_CELL = re.compile(r"(cell|skip)-(\d{1,7})-(\d{1,4})", re.ASCII)
_LINE = re.compile(r"line-(\d{1,7})", re.ASCII)


class TooLarge(ValueError):
    """The file does not fit into a form."""


class Expired(ValueError):
    """The page is too old, or somebody else's, or was not made here."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """`digest` is that of the preview that was shown; empty where none could be."""

    text: str
    choices: Choices
    digest: str = ""

    def signed(self, user: User) -> str:
        """Raises `TooLarge`."""
        data = {
            "text": self.text,
            "choices": self.choices.as_json(),
            "digest": self.digest,
            "user": user.pk,
        }
        signed = signing.dumps(data, salt=SALT, compress=True)
        if len(signed) > MAX_SIGNED:
            raise TooLarge
        return signed


def read_draft(signed: str, user: User) -> Draft:
    """What `Draft.signed` wrote. Raises `Expired`."""
    try:
        data = signing.loads(signed, salt=SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise Expired from error
    if not isinstance(data, dict) or data.get("user") != user.pk:
        raise Expired
    return Draft(text=data["text"], choices=Choices.of_json(data["choices"]), digest=data["digest"])


def posted_choices(posted: Mapping[str, str], columns: tuple[Matched, ...]) -> Choices:
    """What the form says about the file's columns, cells and lines."""
    cells = [
        (found[1], (int(found[2]), int(found[3])), posted[found[0]]) for found in _cells(posted)
    ]
    lines = (found for name in posted if (found := _LINE.fullmatch(name)))
    return Choices(
        columns=dict(_columns(posted, columns)),
        mended={cell: text for kind, cell, text in cells if kind == "cell"},
        cells=frozenset(cell for kind, cell, _ in cells if kind == "skip"),
        lines=frozenset(int(found[1]) for found in lines),
    )


def _cells(posted: Mapping[str, str]) -> Iterator[re.Match[str]]:
    return (found for name in posted if (found := _CELL.fullmatch(name)))


def _columns(posted: Mapping[str, str], columns: tuple[Matched, ...]) -> Iterator[tuple[str, str]]:
    """Only what differs from how a column is read anyway is a choice. Who leaves one column out
    has not agreed yet to what is proposed for the others.
    """
    for one in columns:
        said = posted.get(f"column-{one.index}", "")
        if posted.get("leave") == str(one.index):
            said = LEAVE_OUT
        elif "leave" in posted and one.likely and said == one.likely.name:
            continue
        now = one.column.name if one.column else LEAVE_OUT
        if said in CHOICES and (one.is_open or said != now):
            yield one.key, "" if said == LEAVE_OUT else said
