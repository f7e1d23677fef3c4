"""A JSON array of flat objects -> their values as text, each with the line that it begins on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from plays.storage.text import header_name
from plays.sync.sheets.problems import ImportRefused, LineProblem, refused

_SPACE = re.compile(r"[ \t\r\n]*")
_WORDS = {True: "true", False: "false", None: ""}


class _Pairs(list[tuple[str, Any]]):
    """An object's members in their order, doubled names too."""


def json_objects(
    text: str, *, lists: frozenset[str] = frozenset()
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each object of the array, by the line that it begins on; a list of texts under one of the
    names `lists` (folded) becomes a text, an item a line. Raises `ImportRefused`.
    """
    try:
        yield from _objects(text, lists)
    except json.JSONDecodeError as error:
        message = _("is not JSON: %(reason)s (character %(column)s)")
        raise refused(
            message % {"reason": error.msg, "column": error.colno}, line=error.lineno
        ) from error
    except RecursionError as error:
        raise refused(_("is nested too deeply")) from error


def _objects(text: str, lists: frozenset[str]) -> Iterator[tuple[int, dict[str, str]]]:
    decoder = json.JSONDecoder(
        object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=_no_number
    )
    at = _behind_space(text, 0)
    if text[at] != "[":
        raise refused(_("The file must be a list of Plays: [ {…}, {…} ]"))
    at, line, counted = _behind_space(text, at + 1), 1, 0
    while text[at : at + 1] != "]":
        line, counted = line + text.count("\n", counted, at), at
        value, end = decoder.raw_decode(text, at)
        yield line, _texts(value, line, lists)
        at = _behind_space(text, end)
        if text[at : at + 1] == ",":
            at = _behind_space(text, at + 1)
        elif text[at : at + 1] != "]":
            raise json.JSONDecodeError("Expecting ',' or ']'", text, at)
    if (rest := _behind_space(text, at + 1)) != len(text):
        raise json.JSONDecodeError("Extra data", text, rest)


def _behind_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _texts(value: Any, line: int, lists: frozenset[str]) -> dict[str, str]:
    if not isinstance(value, _Pairs):
        raise refused(_("must be an object: {…}"), line=line)
    texts: dict[str, str] = {}
    problems = []
    for name, member in value:
        if name in texts:
            problems.append(LineProblem(line=line, column=name, message=_("stands there twice")))
        if header_name(name) in lists and _is_list_of_texts(member):
            member = "\n".join(member)
        if isinstance(member, list):
            problems.append(
                LineProblem(line=line, column=name, message=_("must be a text or a number"))
            )
        texts[name] = member if isinstance(member, str) else _WORDS.get(_scalar(member), "")
    if problems:
        raise ImportRefused(problems)
    return texts


def _is_list_of_texts(member: Any) -> bool:
    return type(member) is list and all(isinstance(item, str) for item in member)


def _scalar(member: Any) -> bool | None:
    return member if isinstance(member, bool) else None


def _no_number(name: str) -> NoReturn:
    raise refused(_("%(value)s is no number") % {"value": name})
