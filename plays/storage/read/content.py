"""What a person reads in a stretch of a page; what cannot be read as text is said, never empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import basename
from urllib.parse import unquote, urlsplit

from plays.storage.scan.lines import shown_half
from plays.storage.scan.page import Node
from plays.storage.scan.visible import (
    BLOCKS,
    LINK_BODIES,
    UNSEEN,
    is_status,
    link_target,
    macro_name,
    parameter,
)
from plays.storage.text import fold

ACCOUNTS = ("ri:account-id", "ri:userkey", "ri:username")
# What a link or a macro's parameter can lead to, and the attribute that names it.
_NAMED = {
    "ri:attachment": "ri:filename",
    "ri:page": "ri:content-title",
    "ri:blog-post": "ri:content-title",
    "ri:space": "ri:space-key",
    "ri:shortcut": "ri:parameter",
    "ri:url": "ri:value",
}
_BODIES = ("ac:rich-text-body", "ac:plain-text-body")
# Macros that show nothing, and those that show their title above their body.
_INVISIBLE = frozenset(("anchor",))
_TITLED = frozenset(("expand", "panel", "info", "note", "tip", "warning"))


@dataclass(frozen=True)
class Mention:
    """A person by account id, on Data Center by user key or user name."""

    account: str


@dataclass(frozen=True)
class Card:
    """A smart link: a reader sees the target's title, of which the page knows only the address."""

    url: str
    text: str


@dataclass(frozen=True)
class Shown:
    """What stands for itself beside its neighbours: an issue key, a file, a day, a lozenge."""

    text: str


@dataclass(frozen=True)
class Unreadable:
    """Content that cannot be read as text; `what` is its name in the page's source."""

    what: str


Piece = str | Mention | Card | Shown | Unreadable
TitleOf = Callable[[str], str | None]


@dataclass(frozen=True)
class Content:
    """A cell's or a task's content, piece by piece."""

    pieces: tuple[Piece, ...] = field(default=())

    @property
    def accounts(self) -> frozenset[str]:
        """The people who are mentioned."""
        return frozenset(piece.account for piece in self.pieces if isinstance(piece, Mention))

    def text(
        self, people: Mapping[str, str] | None = None, title_of: TitleOf | None = None
    ) -> str | Unreadable:
        """The text on one line, or the first thing in it that cannot be read as text.

        `people` are display names by account, `title_of` gives a page's title by its address,
        where that is known; a card without one reads as its address.
        """
        read = [_read(piece, people or {}, title_of) for piece in self.pieces]
        unreadable = next((one for one in read if isinstance(one, Unreadable)), None)
        return unreadable or self._joined([str(one) for one in read])

    def summary(
        self, people: Mapping[str, str] | None = None, title_of: TitleOf | None = None
    ) -> str:
        """The text with what cannot be read named in brackets: only to look at."""
        read = (_read(piece, people or {}, title_of) for piece in self.pieces)
        return self._joined([f"[{o.what}]" if isinstance(o, Unreadable) else o for o in read])

    def _joined(self, texts: list[str]) -> str:
        """Things that stand side by side are parted as they are on the screen."""
        joined: list[str] = []
        for number, text in enumerate(texts):
            is_thing = not isinstance(self.pieces[number], str)
            if number and is_thing and not isinstance(self.pieces[number - 1], str):
                joined.append(" ")
            joined.append(text)
        return fold("".join(joined))


def read_content(node: Node) -> Content:
    """What a reader sees inside an element."""
    return content_of(node.children)


def content_of(children: Sequence[Node | str]) -> Content:
    """What a reader sees of some of an element's children."""
    pieces: list[Piece] = []
    waiting: list[Node | Piece] = list(reversed(children))
    while waiting:
        item = waiting.pop()
        if isinstance(item, Node):
            waiting += list(_seen(item))[::-1]
        elif isinstance(item, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += item
        elif item != "":
            pieces.append(item)
    return Content(tuple(pieces))


def _read(piece: Piece, people: Mapping[str, str], title_of: TitleOf | None) -> str | Unreadable:
    match piece:
        case Mention():
            return people.get(piece.account) or Unreadable("ri:user")
        case Card():
            title = title_of(piece.url) if title_of else None
            return title or piece.text or piece.url
        case Shown():
            return piece.text
        case _:
            return piece


def _seen(node: Node) -> Iterator[Node | Piece]:
    if node.name in UNSEEN:
        return
    if node.name == "ac:adf-extension":
        yield " "
        yield from shown_half(node)
        yield " "
    elif node.name in BLOCKS:
        yield from (" ", *node.children, " ")
    elif node.name == "br":
        yield " "
    elif node.name == "time":
        yield Shown(node.attributes.get("datetime", "")[:10])
    elif node.name == "ac:emoticon":
        yield _emoticon(node)
    elif node.name in ("ac:image", "img"):
        yield _image(node)
    elif (macro := macro_name(node)) is not None:
        yield from _macro(node, macro)
    elif node.name == "ac:link":
        yield from _link(node)
    elif node.name == "a" and "data-card-appearance" in node.attributes:
        yield _card(node)
    elif node.name.startswith("ac:") and not node.children:
        yield Unreadable(node.name)
    else:
        yield from node.children


def _emoticon(node: Node) -> str:
    names = ("ac:emoji-fallback", "ac:emoji-shortname")
    shown = next((node.attributes[name] for name in names if node.attributes.get(name)), "")
    return shown or f":{node.attributes.get('ac:name', '')}:"


def _image(node: Node) -> Piece:
    """An image by its file's name, else by what describes it."""
    address = link_target(node, "ri:url", "ri:value") or node.attributes.get("src", "")
    described = node.attributes.get("ac:alt") or node.attributes.get("alt") or ""
    name = link_target(node, "ri:attachment", "ri:filename") or described or _file_of(address)
    return Shown(name) if name else Unreadable(node.name)


def _file_of(address: str) -> str:
    try:
        return unquote(basename(urlsplit(address).path)) or address
    except ValueError:
        return address


def _card(node: Node) -> Piece:
    """A card's own text counts where it is a title and not the address once more."""
    url = node.attributes.get("href", "")
    text = fold("".join(child for child in node.children if isinstance(child, str)))
    return Card(url, "" if "://" in text else text)


def _link(node: Node) -> Iterator[Node | Piece]:
    bodies = [e for e in node.elements() if e.name in LINK_BODIES]
    if mention := _mention(node):
        yield mention
    elif bodies:
        yield from bodies
    else:
        name = _target_name(node) or node.attributes.get("ac:anchor", "")
        yield Shown(name) if name else Unreadable("ac:link")


def _mention(node: Node) -> Piece | None:
    user = next((child for child in node.elements() if child.name == "ri:user"), None)
    if user is None:
        return None
    account = next((user.attributes[name] for name in ACCOUNTS if name in user.attributes), "")
    return Mention(account) if account else Unreadable("ri:user")


def _target_name(node: Node) -> str:
    for child in node.elements():
        if child.name in _NAMED and (name := child.attributes.get(_NAMED[child.name])):
            return name
    return ""


def _macro(node: Node, name: str) -> Iterator[Node | Piece]:
    bodies = [child for child in node.elements() if child.name in _BODIES]
    if is_status(node):
        yield Shown(parameter(node, "title"))
    elif name == "jira" and (key := parameter(node, "key")):
        yield Shown(key)
    elif name in _INVISIBLE or parameter(node, "hidden") == "true":
        return
    elif bodies:
        title = parameter(node, "title") if name in _TITLED else ""
        yield f" {title} "
        yield from bodies
    else:
        parameters = [child for child in node.elements() if child.name == "ac:parameter"]
        found = (_mention(p) or _file(p) for p in parameters)
        yield next((piece for piece in found if piece), Unreadable(name or node.name))


def _file(node: Node) -> Piece | None:
    """The file that a macro's parameter names, directly or inside a link."""
    for inner in node.descendants():
        if inner.name == "ri:attachment" and (name := inner.attributes.get("ri:filename")):
            return Shown(name)
    return None
