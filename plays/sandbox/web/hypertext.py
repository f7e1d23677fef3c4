"""HTML from templates in which every value is escaped, unless it is HTML already."""

import re
from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

_SAFE_SCHEMES = {"http", "https", "mailto"}


class Html(str):
    """Text that is HTML already and goes onto the page as it is."""

    __slots__ = ()


NOTHING = Html("")


def fill(template: str, **values: object) -> Html:
    """The template with its `{names}` filled in; only `Html` values are not escaped."""
    return Html(template.format_map({name: _escaped(value) for name, value in values.items()}))


def join(parts: Iterable[Html], between: str = "") -> Html:
    """The parts in a row."""
    return Html(between.join(parts))


def safe_url(url: str) -> str:
    """The address if following it can only open a page or a mail, else nothing."""
    url = re.sub(r"[\x00-\x20\x7f]+", "", url)
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return ""
    if scheme:
        return url if scheme.lower() in _SAFE_SCHEMES else ""
    return url if url.startswith(("/", "#", "?")) else ""


def _escaped(value: object) -> str:
    return value if isinstance(value, Html) else escape(str(value))
