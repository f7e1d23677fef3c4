"""Characters: what may stand on a page, what counts as the same text; it never sees markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

# XML 1.0 "Char", without the control characters that nobody can see.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Class Cf of Unicode 15: marks that nobody sees, left by cursors, chats and right-to-left text. The
# class's Arabic, Syriac and Kaithi number signs show, and so are not here; U+200D joins emoji.
_FORMAT_MARKS = (
    "\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f"
)
_UNSEEN = re.compile(
    f"[{_FORMAT_MARKS}]"
    "|(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
    "|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])"
)
_MAY_BE_UNSEEN = re.compile(f"[{_FORMAT_MARKS}\u200d]")
# What lines of printable text have where the markup of one is other than the line.
_UNLIKE_MARKUP = ("&", "<", ">", '"', "  ", "\n ", " \n")
_HEADING_SEPARATORS = re.compile(r"[\s_\-\u2010-\u2015]+")
_SAFE_URL = re.compile(r"https?://[^\s/?#\\]+|mailto:[^\s]", re.IGNORECASE)
# An address that may stand as it is given, as nearly all may.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9][!-~]*")
_URL_LINE_BREAKS = re.compile(r"[\t\n\r\x85]")
_PERCENT_CODE = re.compile(r"%[0-9a-fA-F]{2}")


def printable(text: str) -> str:
    """`text` without control characters, lone surrogates and what XML 1.0 forbids."""
    return text if text.isprintable() else _UNPRINTABLE.sub("", text)


def clean(text: str) -> str:
    """`text` as we write it: printable, each run of whitespace one space, none at the ends."""
    return " ".join(printable(text).split())


def fold(text: str) -> str:
    """`text` for comparing: equal for what readers cannot tell apart (spaces, NFD and NFC, marks
    that nobody sees).
    """
    if text.isascii():
        return " ".join(text.split())
    if _MAY_BE_UNSEEN.search(text):
        text = _UNSEEN.sub("", text)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` of each text, as many at once as there are; no text has a zero."""
    folded = fold(" \0 ".join(texts)).split("\0")
    return [text.strip(" ") for text in folded] if texts else []


def casefold_all(texts: Sequence[str]) -> list[str]:
    """Each text, folded, without case."""
    return "\n".join(texts).casefold().split("\n") if texts else []


def key_text(key: str) -> str:
    """An edit's key as it will read on the page."""
    if key.isascii() and key.isprintable() and " " not in key:
        return key
    return fold(clean(key))


@lru_cache(maxsize=1024)
def header_name(text: str) -> str:
    """`text` as headings are compared: without case, spaces, hyphens and underscores."""
    plain = unicodedata.normalize("NFKC", fold(text)).casefold()
    return _HEADING_SEPARATORS.sub("", unicodedata.normalize("NFKC", plain))


def escape_text(text: str) -> str:
    """Printable `text` as XML character data; also safe between double quotes.

    `>` is escaped too, so that no text can end a CDATA section.
    """
    return _escaped(printable(text))


def _escaped(text: str) -> str:
    plain = text.replace("&", "&amp;").replace("<", "&lt;")
    return plain.replace(">", "&gt;").replace('"', "&quot;")


def markup_of(text: str) -> str:
    """`text` as it stands on a page of ours: clean and escaped."""
    return _escaped(clean(text))


def markup_of_all(texts: Sequence[str]) -> list[str]:
    """`markup_of` of each text; where that changes none of them it is seen of all at once."""
    lines = "\n".join(("", *texts, ""))
    if "".join(texts).isprintable() and not any(sign in lines for sign in _UNLIKE_MARKUP):
        return list(texts)
    return list(map(markup_of, texts))


def safe_url(url: str) -> str | None:
    """`url` as it may stand in an href, or None when it is neither http(s) nor mailto.

    Browsers ignore line breaks and tabs inside an address, so they are taken out before the
    scheme is looked at.
    """
    if _PLAIN_URL.fullmatch(url):
        return url
    address = printable(_URL_LINE_BREAKS.sub("", url)).strip()
    if not _SAFE_URL.match(address):
        return None
    return "%20".join(address.split())


def url_identity(url: str) -> str:
    """`url` for comparing: `%ea` and `%EA`, a Korean letter and its percent code are the same."""
    quoted = quote(unicodedata.normalize("NFC", url.strip()), safe="%/:?#[]@!$&'()*+,;=~")
    return _PERCENT_CODE.sub(lambda code: code.group().upper(), quoted)
