"""Says whether a storage body is well-formed, in Confluence's words; it changes nothing.

The parser behind Confluence is Woodstox, which wraps the fragment in `<xml>`; prefixes need no
declaration and HTML's named entities are known.
"""

from __future__ import annotations

import re
from html.entities import name2codepoint
from xml.parsers import expat

from plays.sandbox.server.errors import ApiError

_WRAPPER = "<xml>"
_XML_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}
_OPAQUE_OR_ENTITY = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|&([A-Za-z_][\w.-]*);", re.DOTALL)


def check_storage(body: str) -> None:
    """Raise `ApiError` (400, `Error parsing xhtml: …` with row and column) if it is ill-formed."""
    _check_entities(body)
    _check_markup(body)


def _check_entities(body: str) -> None:
    for match in _OPAQUE_OR_ENTITY.finditer(body):
        name = match[1]
        if name and name not in _XML_ENTITIES and name not in name2codepoint:
            row = body.count("\n", 0, match.start()) + 1
            column = match.start() - (body.rfind("\n", 0, match.start()) + 1) + 1
            raise _ill_formed(f'Undeclared general entity "{name}"', row, column)


def _check_markup(body: str) -> None:
    source = f"{_WRAPPER}{body}</xml>".encode("utf-8", "surrogatepass")
    parser = expat.ParserCreate("utf-8")
    open_tags: list[str] = []
    parser.UseForeignDTD(True)
    parser.StartElementHandler = lambda name, _: open_tags.append(name)
    parser.EndElementHandler = lambda _: open_tags.pop()
    try:
        parser.Parse(source, True)
    except expat.ExpatError as error:
        raise _describe(error, source, parser.ErrorByteIndex, open_tags) from error


def _describe(error: expat.ExpatError, source: bytes, index: int, open_tags: list[str]) -> ApiError:
    column = error.offset + 1 - (len(_WRAPPER) if error.lineno == 1 else 0)
    if close := re.match(rb"/?([^\s>/]+)", source[index:].removeprefix(b"<").removeprefix(b"/")):
        found = close[1].decode("utf-8", "replace")
    else:
        found = ""
    if error.code == expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH] and open_tags:
        text = f"Unexpected close tag </{found}>; expected </{open_tags[-1]}>."
    else:
        character = source[index : index + 4].decode("utf-8", "replace")[:1]
        code = ord(character) if character else 0
        text = f"Unexpected character '{character}' (code {code}) {expat.ErrorString(error.code)}"
    return _ill_formed(text, error.lineno, column)


def _ill_formed(text: str, row: int, column: int) -> ApiError:
    where = f"\n at [row,col {{unknown-source}}]: [{row},{column}]"
    return ApiError(400, f"Error parsing xhtml: {text}{where}")
