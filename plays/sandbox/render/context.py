"""What rendering a body needs besides the body: names, addresses, language, its own headings."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from plays.sandbox.render.markup import Element, visible_text, walk
from plays.sandbox.web.hypertext import Html
from plays.sandbox.web.texts import Texts

_HEADING = re.compile(r"h([1-6])")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a body cannot know itself.

    `page_url` finds a page's address by title and space key (nothing where there is none),
    `person` a name by account id; without a `tick_url` checkboxes only show.
    """

    page_url: Callable[[str, str], str] = lambda title, space_key: ""
    person: Callable[[str], str] = lambda account_id: account_id
    tick_url: str = ""
    page_id: str = ""
    language: str = "ko"


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading with the anchor that links on the page use."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Rendering:
    """One rendering under way; `inside` renders an element's children."""

    around: Surroundings
    texts: Texts
    inside: Callable[[Element], Html]
    headings: Mapping[int, Heading] = field(default_factory=dict)

    def heading_of(self, element: Element) -> Heading | None:
        """The heading that this element is."""
        return self.headings.get(id(element))


def headings_of(root: Element) -> dict[int, Heading]:
    """The headings in order, by element, each with an anchor of its own."""
    found: dict[int, Heading] = {}
    taken: set[str] = set()
    for element in walk(root, closed=frozenset({"ac:adf-extension"})):
        if match := _HEADING.fullmatch(element.tag):
            text = " ".join(visible_text(element).split())
            anchor = _free_anchor(text, taken)
            found[id(element)] = Heading(level=int(match[1]), text=text, anchor=anchor)
    return found


def _free_anchor(text: str, taken: set[str]) -> str:
    base = text.replace(" ", "-") or "heading"
    anchor, number = base, 0
    while anchor in taken:
        number += 1
        anchor = f"{base}.{number}"
    taken.add(anchor)
    return anchor
