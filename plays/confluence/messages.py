"""Confluence's own words out of any error body: v2, v1, gateway, HTML or nothing. Never raises."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LONGEST_MESSAGE = 400
_JSON_AT_MOST = 1024 * 1024
_TEXT_AT_MOST = 8 * 1024

_JAVA_CLASS = re.compile(r"^(?:[A-Za-z_$][\w$]*\.){2,}[\w$]*(?:Exception|Error)\s*:\s*")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(r"<(script|style|head)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, kw_only=True)
class Words:
    """`text` for people; `raw` the whole of it, for telling errors apart; `is_json` the shape."""

    text: str = ""
    raw: str = ""
    code: str = ""
    is_json: bool = False


def words_of(body: bytes) -> Words:
    """What the body of an error says."""
    text = body[:_TEXT_AT_MOST].decode("utf-8", "replace")
    content = _json(body[:_JSON_AT_MOST])
    if isinstance(content, dict):
        said = list(dict.fromkeys(_said(content)))
        shown = "; ".join(dict.fromkeys(without_java_class(one) for one in said))
        return Words(text=shorten(shown), raw="\n".join(said), code=_code(content), is_json=True)
    if content is not None:
        return Words(text=shorten(text), raw=text, is_json=True)
    return Words(text=shorten(_visible(text)), raw=text)


def shorten(text: str) -> str:
    """One line without control characters, at most LONGEST_MESSAGE characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1].rstrip() + "…"


def without_java_class(text: str) -> str:
    """v1 puts the exception's class before the sentence, at times two of them."""
    sentence = text.strip()
    for _ in range(3):
        sentence = _JAVA_CLASS.sub("", sentence)
    return sentence


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _said(content: dict[str, Any]) -> Iterator[str]:
    """v2 has `errors` (the sentence in `title`, `detail` mostly null), v1 and the gateway
    `message`, v1 at times `data.errors[].message.translation`."""
    for error in _dicts(content.get("errors")):
        yield from _sentences(error, "title", "detail", "message")
    yield from _sentences(content, "message", "title", "detail", "error_description")
    data = content.get("data")
    for error in _dicts(data.get("errors") if isinstance(data, dict) else None):
        yield from _sentences(error, "message")
    if "errors" not in content and "message" not in content:
        yield from _sentences(content, "error", "reason")


def _sentences(source: dict[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        value = source.get(name)
        if isinstance(value, dict):
            value = value.get("translation") or value.get("key")
        if isinstance(value, str) and value.strip():
            yield value.strip()


def _code(content: dict[str, Any]) -> str:
    for source in (*_dicts(content.get("errors")), content):
        for name in ("code", "reason"):
            value = source.get(name)
            if isinstance(value, str | int) and not isinstance(value, bool):
                return shorten(str(value)[:100])
    return ""


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _visible(text: str) -> str:
    title = _TITLE.search(text)
    seen = title.group(1) if title else _UNSEEN.sub(" ", text)
    return html.unescape(_TAG.sub(" ", seen))
