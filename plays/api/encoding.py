"""A request's body as it was before it was packed for the way (RFC 9110, section 8.4)."""

from __future__ import annotations

import zlib

from django.http import HttpRequest

from plays.api.payload import MAX_BYTES, NotReadable, TooMany

GZIP = ("gzip", "x-gzip")
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class UnknownEncoding(ValueError):
    """Packed in a way that is not known here (HTTP 415)."""


def unpacked(request: HttpRequest) -> bytes:
    """Never more than `MAX_BYTES`, however little was sent: a bomb is found while it is opened.

    Raises `UnknownEncoding`, `TooMany`, `NotReadable`.
    """
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return request.body
    if encoding not in GZIP:
        raise UnknownEncoding(f"Content-Encoding {encoding[:40]!r} is not known here: gzip is")
    return _gunzipped(request.body)


def _gunzipped(body: bytes) -> bytes:
    stream = zlib.decompressobj(_GZIP_WINDOW)
    try:
        text = stream.decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise NotReadable("the body is not gzip") from error
    if len(text) > MAX_BYTES:
        raise TooMany(f"more than {MAX_BYTES:,} bytes when unpacked")
    if not stream.eof:
        raise NotReadable("the gzip body is cut off")
    if stream.unused_data:
        raise NotReadable("something follows the gzip body")
    return text
