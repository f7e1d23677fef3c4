"""Where on a page a key may stand: a quick look at its bytes, which never misses one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from plays.storage.scan.page import Page

# Keys of these characters alone can be looked for in a page's bytes.
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.-]+")
# Tags that neither show anything nor hide anything: a key may go on behind them.
_SILENT_TAGS = (
    rb"(?:</[^>]*>|<(?!ac:|ri:|time|colgroup|[!?])"
    rb"""[^"'<>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>)*+"""
)
# What may show, hide or be a part of a key in some way: whether it does, only reading tells.
_UNSURE = re.compile(rb"""[<"'&\]\x80-\xff]""")
_TAG = re.compile(rb"<[^>]*>")
# What may be a letter of a key and is written otherwise: a code, the Kelvin sign.
_DISGUISES = (b"&#", "\N{KELVIN SIGN}".encode())


def places_of(page: Page, keys: Collection[str]) -> list[int] | None:
    """The offsets, in page order, at which one of the keys, folded, may begin.

    There may be more of them than keys on the page, but never fewer; None where the bytes do not
    tell.
    """
    if any(_holds(page.raw, sign) for sign in _DISGUISES) or not all(
        map(_PLAIN_KEY.fullmatch, keys)
    ):
        return None
    alike: dict[str, set[bytes]] = {}
    for key in keys:
        alike.setdefault(re.sub(r"\d", "0", key), set()).add(key.encode())
    return sorted({place for wanted in alike.values() for place in _places(page.raw, wanted)})


def _holds(raw: bytes, sign: bytes) -> bool:
    # one byte is found a hundred times as quickly as two
    return all(sign[n : n + 1] in raw for n in range(len(sign))) and sign in raw


def _places(raw: bytes, wanted: Collection[bytes]) -> Iterator[int]:
    for found in _pattern(*map(_one_of, zip(*wanted, strict=True))).finditer(raw):
        text = _TAG.sub(b"", raw[found.start() : found.end(1)])
        if text in wanted or _UNSURE.match(text[-1:]):
            yield found.start()


def _one_of(characters: Sequence[int]) -> bytes:
    """A character that a key has at one place; any digit where they have several, so that the
    keys of the next page find their pattern made.
    """
    there = sorted(set(characters))
    if len(there) > 1 and bytes(there).isdigit():
        return b"[0-9]"
    return b"[%b]" % b"".join(re.escape(bytes([c])) for c in there)


@lru_cache(maxsize=256)
def _pattern(*characters: bytes) -> re.Pattern[bytes]:
    """What begins like keys of one length, given by the characters at each place, as far as that
    is sure; group 1 is what follows the first character.
    """
    rest = b""
    for character in reversed(characters[1:]):
        rest = rb"%b(?:%b|%b)" % (_SILENT_TAGS, character + rest, _UNSURE.pattern)
    return re.compile(rb"%b(?=(%b))" % (characters[0], rest))
