"""What each CQL field compares, and how."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

from plays.sandbox.content.entities import Page
from plays.sandbox.content.store import Store

Test = Callable[[Page], bool]
Field = Callable[[Store, str, str], Test]

_TAG = re.compile(r"<!\[CDATA\[(?P<cdata>.*?)\]\]>|<[^>]*>", re.DOTALL)
_DATE = re.compile(r"\d{4}[-/]\d{2}[-/]\d{2}(?: \d{2}:\d{2})?")
_COMPARE = {
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


class NotComparableError(ValueError):
    """The field has no such operator, or the value is none of its kind."""


def plain_text(body: str) -> str:
    """Return the words of a storage body, one space between them."""
    text = _TAG.sub(lambda match: match["cdata"] or " ", body)
    return " ".join(unescape(text).split())


def matches_text(wanted: str, text: str) -> bool:
    """Say whether every word (with `*` and `?`), or the quoted phrase, is in the text."""
    text = text.casefold()
    wanted = wanted.casefold().strip()
    if len(wanted) > 1 and wanted.startswith('"') and wanted.endswith('"'):
        return wanted[1:-1].strip() in text
    words = re.findall(r"[\w*?]+", wanted)
    return bool(words) and all(_holds(word, text) for word in words)


def _holds(word: str, text: str) -> bool:
    pattern = re.escape(word).replace(r"\*", r"\w*").replace(r"\?", r"\w")
    return re.search(pattern, text) is not None


def _title(_store: Store, sign: str, value: str) -> Test:
    if sign == "~":
        return lambda page: matches_text(value, page.title)
    _only(sign, "=")
    return lambda page: page.title.casefold() == value.strip().casefold()


def _text(_store: Store, sign: str, value: str) -> Test:
    _only(sign, "~")
    return lambda page: matches_text(value, f"{page.title} {plain_text(page.body)}")


def _space(store: Store, sign: str, value: str) -> Test:
    _only(sign, "=")
    return lambda page: store.space_of(page).key.casefold() == value.casefold()


def _type(_store: Store, sign: str, value: str) -> Test:
    _only(sign, "=")
    return lambda _page: value.lower() == "page"


def _id(_store: Store, sign: str, value: str) -> Test:
    _only(sign, "=")
    return lambda page: page.id == value


def _parent(_store: Store, sign: str, value: str) -> Test:
    _only(sign, "=")
    return lambda page: page.parent_id == value


def _ancestor(store: Store, sign: str, value: str) -> Test:
    _only(sign, "=")
    return lambda page: any(above.id == value for above in store.ancestors(page))


def _label(_store: Store, sign: str, value: str) -> Test:
    _only(sign, "=")
    return lambda page: any(label.name == value.lower() for label in page.labels)


def _moment_of(pick: Callable[[Page], datetime]) -> Field:
    def field(_store: Store, sign: str, value: str) -> Test:
        if sign not in _COMPARE or not _DATE.fullmatch(value):
            raise NotComparableError(f"Not a date comparison: {sign} {value}")
        layout = "%Y-%m-%d %H:%M" if " " in value else "%Y-%m-%d"
        bound = datetime.strptime(value.replace("/", "-"), layout).replace(tzinfo=UTC)
        compare = _COMPARE[sign]
        whole_day = sign == "=" and " " not in value
        return lambda page: bool(
            compare(pick(page).date(), bound.date()) if whole_day else compare(pick(page), bound)
        )

    return field


def _only(sign: str, *allowed: str) -> None:
    if sign not in allowed:
        raise NotComparableError(f"Operator {sign} is not supported for this field")


def _created(page: Page) -> datetime:
    return page.created_at


def _modified(page: Page) -> datetime:
    return page.version.created_at


FIELDS: dict[str, Field] = {
    "title": _title,
    "text": _text,
    "sitesearch": _text,
    "space": _space,
    "space.key": _space,
    "type": _type,
    "id": _id,
    "content": _id,
    "parent": _parent,
    "ancestor": _ancestor,
    "label": _label,
    "created": _moment_of(_created),
    "lastmodified": _moment_of(_modified),
}

SORT_KEYS: dict[str, Callable[[Page], Any]] = {
    "title": lambda page: page.title.casefold(),
    "id": lambda page: int(page.id),
    "created": _created,
    "lastmodified": _modified,
}
