"""Bullets that link somewhere: each there once, added to the list people keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from plays.storage.edit.changeset import (
    PARAGRAPH_ITEM,
    Changeset,
    Insertion,
    Stale,
    Tags,
    behind,
    end_inside,
    item_tags_like,
    section_end,
)
from plays.storage.edit.edits import InsertLink
from plays.storage.edit.entries import section_for
from plays.storage.edit.render import link_label, render
from plays.storage.errors import UnsafeUrl
from plays.storage.scan.page import Node
from plays.storage.scan.sections import Section
from plays.storage.scan.targets import Target, fold_key, page_title, target_of
from plays.storage.scan.visible import LISTS, LinkSeen, link_seen
from plays.storage.text import safe_url
from plays.storage.values import Link

_NEW_LIST: Tags = ("<ul><li><p>", "</p></li></ul>")


class LinkChanges:
    """The pending bullets of one changeset."""

    def __init__(self, changeset: Changeset) -> None:
        self.changeset = changeset
        self._lists: dict[tuple[str, ...], _ListEnd] = {}
        self._made_a_list = False

    @property
    def has_new(self) -> bool:
        return bool(self._lists)

    def insert(self, edit: InsertLink) -> bool:
        """Make sure of a link; whether that changes the page. Raises UnsafeUrl."""
        link = Link(edit.text, edit.url)
        url = safe_url(edit.url)
        if url is None:
            raise UnsafeUrl(f"{edit.url!r} is neither an http(s) nor a mailto address.")
        if self._is_there(edit, target_of(url)):
            return False
        if self._made_a_list:
            raise Stale
        self._append(render(link), edit.headings)
        self.changeset.show([link])
        return True

    def _is_there(self, edit: InsertLink, target: Target) -> bool:
        wanted = replace(target, id=edit.page_id, address="") if edit.page_id else target
        there = chain(self._targets, self.changeset.targets())
        if any(wanted.is_same(one) or target.is_same(one) for one in there):
            return True
        titles = (link_label(Link(edit.text, edit.url)), *edit.titles)
        named = [replace(wanted, title=page_title(title)) for title in titles]
        return any(
            one.title and name.has_title(one.title, one.space)
            for one in (*self._titled, *(t for t in self._targets if t.host in ("", target.host)))
            for name in named
        )

    def _append(self, link: str, headings: tuple[str, ...]) -> None:
        end = self._lists.get(headings) or self._find_end(headings)
        end.insertion.insert(link, behind=end.insertion.last, tags=end.tags)
        self._lists[headings] = end
        self._made_a_list = end.is_new

    def _find_end(self, headings: tuple[str, ...]) -> _ListEnd:
        page = self.changeset.page
        section = section_for(page, headings)
        if section.heading is None and self.changeset.insertions:
            raise Stale
        found = _last_list(section)
        if found is None:
            end = self.changeset.insertion_at(section_end(page, section), section.container)
            return _ListEnd(insertion=end, tags=_NEW_LIST, is_new=True)
        items = found.elements()
        spot = behind(items[-1]) if items else end_inside(page, found)
        tags = item_tags_like(items[-1]) if items else PARAGRAPH_ITEM
        return _ListEnd(insertion=self.changeset.insertion_at(spot, found), tags=tags)

    @cached_property
    def _seen(self) -> list[LinkSeen]:
        nodes = self.changeset.page.named("a", "ac:link")
        return [link for node in nodes if (link := _followable(node))]

    @cached_property
    def _targets(self) -> list[Target]:
        return [target_of(link.url) for link in self._seen if link.url is not None]

    @cached_property
    def _titled(self) -> list[Target]:
        """The pages that the page links to by their titles."""
        return [
            Target(title=page_title(link.title), space=fold_key(link.space))
            for link in self._seen
            if link.title is not None
        ]


@dataclass(frozen=True, kw_only=True)
class _ListEnd:
    """Where the next bullet goes: at a list's end, or at a section's for a new list."""

    insertion: Insertion
    tags: Tags
    is_new: bool = False


def _last_list(section: Section) -> Node | None:
    """The last list of a section; of a whole page only one that the page ends with."""
    if section.heading is not None:
        lists = [node for node in section.elements() if node.name in LISTS]
        return lists[-1] if lists else None
    return section.closing_list()


def _followable(node: Node) -> LinkSeen | None:
    """The link that a reader can follow; a macro's parameter is none."""
    link = link_seen(node)
    if link is None or any(above.name == "ac:parameter" for above in node.ancestors()):
        return None
    return link
