"""What stands round every screen: the bar, the page tree, and the way back."""

from collections.abc import Sequence

from plays.sandbox.content.entities import Page, Space
from plays.sandbox.web.hypertext import NOTHING, Html, fill, join
from plays.sandbox.web.web_request import Screen, Visit, action_url, page_url

_DOCUMENT = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} – {product}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/wiki/_static/sandbox.css">
</head>
<body>
<a class="skip" href="#content">{skip}</a>
<header class="top">
<a class="brand" href="{home}"><span class="brand-mark" aria-hidden="true"></span>{product}</a>
<a class="to-tree" href="#tree">{to_tree}</a>
<form class="search" role="search" action="/wiki/search" method="get">
<input type="search" name="text" value="{searched}" placeholder="{search_for}"
 aria-label="{search_for}">
<button type="submit">{search}</button>
</form>
<a class="button primary" href="{create_url}">{create}</a>
</header>
<aside class="ribbon">{sandbox_note}</aside>
<div class="frame">
<main id="content">{main}</main>
<nav class="side" id="tree" aria-label="{to_tree}">
<a class="space" href="{home}"><span class="space-mark" aria-hidden="true">{initial}</span>
<span><strong>{space_name}</strong><small>{space_key}</small></span></a>
<ul class="side-links">
<li><a href="{home}">{overview}</a></li>
<li><a href="{all_url}">{content}</a></li>
</ul>
{tree}
</nav>
</div>
</body>
</html>
"""


def document(visit: Visit, screen: Screen) -> Html:
    """The whole HTML document of a screen."""
    texts, store = visit.texts, visit.store
    space = store.space_of(screen.page) if screen.page else store.space
    parent = {"parentPageId": screen.page.id} if screen.page else {}
    words = ("product", "skip", "to_tree", "search", "search_for", "create", "sandbox_note")
    return fill(
        _DOCUMENT,
        language=texts.language,
        title=screen.title,
        main=screen.main,
        home=f"/wiki/spaces/{space.key}/overview",
        all_url=f"/wiki/spaces/{space.key}/pages",
        create_url=action_url("createpage", spaceKey=space.key, **parent),
        searched=visit.asked("text"),
        initial=space.key[:1],
        space_name=space.name,
        space_key=space.key,
        tree=_tree(visit, space, screen.page),
        **{word: texts(word) for word in (*words, "overview", "content")},
    )


def breadcrumbs(visit: Visit, above: Sequence[Page]) -> Html:
    """Links to the pages above, the space first."""
    space = visit.store.space_of(above[0]) if above else visit.store.space
    places = [(space.name, f"/wiki/spaces/{space.key}/overview")]
    places += [
        (page.title, page_url(visit.store, page)) for page in above if page.id != space.homepage_id
    ]
    return fill(
        '<nav class="breadcrumbs" aria-label="{name}"><ol>{places}</ol></nav>',
        name=visit.texts("breadcrumbs"),
        places=join(fill('<li><a href="{u}">{t}</a></li>', u=url, t=text) for text, url in places),
    )


def _tree(visit: Visit, space: Space, current: Page | None) -> Html:
    below: dict[str | None, list[Page]] = {}
    pages = visit.store.pages(space_id=space.id)
    alive = {page.id for page in pages}
    for page in sorted(pages, key=lambda page: (page.position, page.created_at)):
        parent = page.parent_id if page.parent_id in alive else None
        below.setdefault(parent, []).append(page)
    opened = {page.id for page in visit.store.ancestors(current)} if current else set()
    opened |= {space.homepage_id} | ({current.id} if current else set())
    return _branch(visit, below, None, opened=opened, current=current)


def _branch(
    visit: Visit,
    below: dict[str | None, list[Page]],
    parent_id: str | None,
    *,
    opened: set[str],
    current: Page | None,
) -> Html:
    lines = []
    for page in below.get(parent_id, []):
        here = Html(' aria-current="page"') if current and page.id == current.id else ""
        link = fill(
            '<a href="{u}"{here}>{t}</a>', u=page_url(visit.store, page), here=here, t=page.title
        )
        inner = _branch(visit, below, page.id, opened=opened, current=current)
        lines.append(_line(page.title, link, inner, is_open=page.id in opened))
    return fill('<ul class="tree">{lines}</ul>', lines=join(lines)) if lines else NOTHING


def _line(title: str, link: Html, inner: Html, *, is_open: bool) -> Html:
    if not inner:
        return fill('<li class="leaf">{link}</li>', link=link)
    return fill(
        '<li>{link}<details{open}><summary aria-label="{title}"></summary>{inner}</details></li>',
        link=link,
        open=Html(" open") if is_open else NOTHING,
        title=title,
        inner=inner,
    )
