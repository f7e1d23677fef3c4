"""Addresses: as a link, a link with always the same label, a smart link, or plain text."""

from __future__ import annotations

from collections.abc import Iterable

from plays.storage.layout.forms.cell import CellSeen
from plays.storage.layout.forms.common import most_frequent
from plays.storage.layout.model import Form
from plays.storage.scan.visible import LinkSeen, links
from plays.storage.text import clean, safe_url, url_identity
from plays.storage.values import Cell, Link, Text

LINK, CARD, ADDRESS = Form("link"), Form("card"), Form("address")


def detect(cells: Iterable[CellSeen]) -> tuple[Form, int]:
    """The form most cells have, and how many of them lead somewhere."""
    forms = [form for cell in cells if (form := _form_of(cell)) is not None]
    best = most_frequent(forms)
    if best is not None and best.pattern and forms.count(best) < 2:
        return LINK, len(forms)  # one label alone is that link's own
    return best or LINK, len(forms)


def shown(value: Link, form: Form) -> Cell:
    """The value in the column's form."""
    if not (form.pattern or value.is_card) and form.name == LINK.name:
        return value
    if safe_url(value.url) is None:
        return value
    if form.name == "card":
        return Link(value.url, value.url, is_card=True)
    if form.name == "address":
        return Text(value.url)
    return Link(form.pattern, value.url) if form.pattern else Link(value.text, value.url)


def says(cell: CellSeen, value: Link | Text) -> bool | None:
    """Whether the cell leads to the same address, under any label; None for other values, and
    where a link leads to a page by its title: the editor makes such of a page's address.
    """
    url = safe_url(value.url) if isinstance(value, Link) else None
    if url is None:
        return None
    found = list(links(cell.node))
    if not found:
        return url_identity(cell.text) == url_identity(url)
    addresses = [link.url for link in found if link.url is not None]
    if len(addresses) < len(found):
        return None
    return {*map(url_identity, addresses)} == {url_identity(url)} and _is_all(cell, found)


def _is_all(cell: CellSeen, found: Iterable[LinkSeen]) -> bool:
    """Whether the links are all that the cell says."""
    return cell.text == " ".join(clean(link.text) for link in found)


def _form_of(cell: CellSeen) -> Form | None:
    found = list(links(cell.node))
    if not found:
        return ADDRESS if safe_url(cell.text) is not None and " " not in cell.text else None
    if len(found) > 1:
        return LINK
    if found[0].is_card:
        return CARD
    is_label = found[0].url is None or url_identity(found[0].text) != url_identity(found[0].url)
    return Form("link", found[0].text) if is_label else LINK
