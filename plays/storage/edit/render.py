"""Values as storage format. Everything is escaped; equal values give equal markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from plays.storage.text import clean, escape_text, fold, markup_of, markup_of_all, safe_url
from plays.storage.values import Code, Day, Inline, Link, Moment, Number, Status, Strong, Text


def render(value: Inline) -> str:
    """A value as inline markup; "" when it has nothing to show."""
    match value:
        case Text():
            return markup_of(value.text)
        case Number():
            return str(value.value)
        case Moment():
            return f"{value.at:%Y-%m-%d %H:%M}"
        case Day():
            return f'<time datetime="{escape_text(value.iso)}" />'
        case Link():
            return render_links([value])[0]
        case Status():
            return _status(value)
        case Strong():
            return _wrapped("strong", value.text)
        case Code():
            return _wrapped("code", value.text)


def render_entry(key: str, parts: Iterable[Inline]) -> str:
    """The inside of a live-doc entry."""
    return " ".join(filter(None, map(render, (Code(key), *parts))))


def entry_reading(key: str, parts: Iterable[Inline]) -> str:
    """An entry as people read it on the page, folded."""
    return fold(" ".join(map(_reading, (Code(key), *parts))))


def link_label(link: Link) -> str:
    """The text that a link shows."""
    return clean(link.text) or clean(link.url)


def _reading(value: Inline) -> str:
    match value:
        case Text() | Strong() | Code():
            return clean(value.text)
        case Link():
            return link_label(value)
        case Status():
            return clean(value.title)
        case Day():
            return clean(value.iso)
        case _:
            return render(value)


def render_links(links: Sequence[Link]) -> list[str]:
    """Links as inline markup: only the label of one whose address is not safe."""
    urls = [safe_url(link.url) for link in links]
    addresses = markup_of_all([url or "" for url in urls])
    labels = markup_of_all([link.text for link in links])
    return [
        _link(label or markup_of(link.url), url and address, is_card=link.is_card)
        for link, url, address, label in zip(links, urls, addresses, labels, strict=True)
    ]


def _link(label: str, address: str | None, *, is_card: bool) -> str:
    if address is None:
        return label
    card = ' data-card-appearance="inline"' if is_card else ""
    return f'<a href="{address}"{card}>{label}</a>'


def _status(status: Status) -> str:
    """The status macro without ids: Confluence adds its own on saving."""
    title = markup_of(status.title)
    if not title:
        return ""
    return (
        '<ac:structured-macro ac:name="status">'
        f'<ac:parameter ac:name="title">{title}</ac:parameter>'
        f'<ac:parameter ac:name="colour">{status.colour}</ac:parameter>'
        "</ac:structured-macro>"
    )


def _wrapped(element: str, text: str) -> str:
    inside = markup_of(text)
    return f"<{element}>{inside}</{element}>" if inside else ""
