"""What a search finds: pages by title, text or id."""

import re
import unicodedata

from plays.sandbox.content.entities import Page
from plays.sandbox.render.markup import Element, Node, NotWellFormed, parse
from plays.sandbox.web.base_page import breadcrumbs
from plays.sandbox.web.hypertext import Html, fill, join
from plays.sandbox.web.space import state_mark
from plays.sandbox.web.web_request import Screen, Visit, page_url

_FOUND = """<li><a href="{url}">{title}</a> {state}<p>{excerpt}</p>
<small>{id_label} <code class="copy">{id}</code> · {when} · {by}</small></li>"""
_EXCERPT = 90
_INLINE = {
    *("strong", "b", "em", "i", "u", "s", "code", "span", "a", "sub", "sup", "small", "ac:link"),
    *("ac:link-body", "ac:plain-text-link-body", "ac:inline-comment-marker"),
}


def search_screen(visit: Visit) -> Screen:
    """Pages by title, text or id; archived ones too, as people look for those."""
    texts = visit.texts
    text = visit.asked("text").strip()
    found = _search(visit, text) if text else []
    title = texts("search_results", text=text)
    main = fill(
        '{crumbs}<header class="page-head"><h1>{title}</h1></header>{found}',
        crumbs=breadcrumbs(visit, []),
        title=title,
        found=fill('<ul class="found">{lines}</ul>', lines=join(found))
        if found
        else fill('<p class="empty">{text}</p>', text=texts("nothing_found")),
    )
    return Screen(title=title, main=main)


def _search(visit: Visit, text: str) -> list[Html]:
    wanted = _folded(text)
    hits = []
    for page in visit.store.pages(statuses=("current", "archived")):
        body = _words(page.body)
        in_title = wanted in _folded(page.title) or page.id == text
        if in_title or wanted in _folded(body):
            hits.append((not in_title, page, _excerpt(body, text)))
    return [_found(visit, page, excerpt) for _, page, excerpt in sorted(hits, key=lambda h: h[0])]


def _found(visit: Visit, page: Page, excerpt: Html) -> Html:
    return fill(
        _FOUND,
        url=page_url(visit.store, page),
        title=page.title,
        state=state_mark(visit, page),
        excerpt=excerpt,
        id_label=visit.texts("page_id"),
        id=page.id,
        when=visit.moment(page.version.created_at),
        by=page.version.author,
    )


def _words(body: str) -> str:
    """What people read of a body: of parameters only titles, and blocks apart from each other."""
    try:
        waiting: list[Node] = [parse(body)]
    except NotWellFormed:
        return " ".join(body.split())
    found: list[str] = []
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Element):
            found.append(node if isinstance(node, str) else node.text)
        elif _is_read(node):
            edge: list[Node] = [] if node.tag in _INLINE else [" "]
            waiting += [*edge, *node.children[::-1], *edge]
    return " ".join("".join(found).split())


def _is_read(element: Element) -> bool:
    hidden = {"ac:parameter", "ac:task-id", "ac:task-uuid", "ac:task-status", "ac:adf-attribute"}
    is_title = element.attributes.get("ac:name") == "title"
    return element.tag not in hidden or (element.tag == "ac:parameter" and is_title)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _excerpt(words: str, text: str) -> Html:
    words = unicodedata.normalize("NFC", words)
    match = re.search(re.escape(unicodedata.normalize("NFC", text)), words, re.IGNORECASE)
    if match is None:
        return fill("{text}", text=words[: 2 * _EXCERPT])
    return fill(
        "{before}<mark>{hit}</mark>{after}",
        before=words[max(0, match.start() - _EXCERPT) : match.start()],
        hit=match[0],
        after=words[match.end() : match.end() + _EXCERPT],
    )
