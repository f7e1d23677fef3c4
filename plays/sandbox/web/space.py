"""A space: its home page, and all of its pages with their ids."""

from plays.sandbox.content.entities import Page, Space
from plays.sandbox.web.base_page import breadcrumbs
from plays.sandbox.web.hypertext import NOTHING, Html, fill, join
from plays.sandbox.web.page import page_screen
from plays.sandbox.web.web_request import NoSuchScreen, Screen, Visit, every_page, page_url

_LIST = """{crumbs}<header class="page-head"><h1>{title}</h1></header>
<p class="byline">{count}</p>
<div class="table-wrap" tabindex="0" role="group" aria-label="{title}"><table class="list"><thead>
<tr><th>{h_title}</th><th>{h_id}</th><th>{h_status}</th><th>{h_version}</th><th>{h_update}</th>
<th>{h_by}</th></tr></thead><tbody>{rows}</tbody></table></div>"""
_ROW = """<tr data-status="{status}"><td class="depth-{depth}"><a href="{url}">{title}</a></td>
<td><code class="copy" title="{hint}">{id}</code></td><td>{state}</td>
<td class="number">{version}</td><td class="when">{when}</td><td>{by}</td></tr>"""
_RECENT = """<li><a href="{url}">{title}</a><small>{by} · {when}</small></li>"""
_COLOURS = {"archived": "yellow", "trashed": "red", "draft": "grey"}
_ORDER = {"current": 0, "draft": 1, "archived": 2, "trashed": 3}


def overview_screen(visit: Visit, space: Space) -> Screen:
    """The space's home page, with what was updated last."""
    home = page_screen(visit, visit.page(space.homepage_id))
    pages = sorted(visit.store.pages(space_id=space.id), key=lambda p: p.version.created_at)
    recent = fill(
        '<section class="recent"><h2>{name}</h2><ul>{lines}</ul></section>',
        name=visit.texts("recently_updated"),
        lines=join(_recent(visit, page) for page in pages[:-11:-1]),
    )
    return Screen(title=home.title, main=join([home.main, recent]), page=home.page)


def find_space(visit: Visit, key: str) -> Space:
    """The space with this key; raises NoSuchScreen."""
    space = visit.store.space_by_key(key)
    if space is None:
        raise NoSuchScreen(key)
    return space


def list_screen(visit: Visit, space: Space) -> Screen:
    """Every page of the space, in the order of the tree; archived and trashed ones last."""
    texts = visit.texts
    rows = [
        _row(visit, page, min(depth, 6))
        for depth, page in _in_tree_order(visit, space)
        if page.status == "current"
    ]
    others = [page for page in every_page(visit.store) if page.space_id == space.id]
    others = [page for page in others if page.status != "current"]
    rows += [_row(visit, page, 0) for page in sorted(others, key=lambda p: _ORDER[p.status])]
    main = fill(
        _LIST,
        crumbs=breadcrumbs(visit, []),
        title=texts("all_pages"),
        count=texts("page_count", n=len(rows)),
        h_title=texts("title"),
        h_id=texts("page_id"),
        h_status=texts("status"),
        h_version=texts("version"),
        h_update=texts("last_update"),
        h_by=texts("by"),
        rows=join(rows),
    )
    return Screen(title=texts("all_pages"), main=main)


def state_mark(visit: Visit, page: Page) -> Html:
    """A lozenge for a page that is not current."""
    if page.status == "current":
        return NOTHING
    return fill(
        '<span class="lozenge" data-colour="{colour}">{text}</span>',
        colour=_COLOURS[page.status],
        text=visit.texts(f"status_{page.status}"),
    )


def _in_tree_order(visit: Visit, space: Space) -> list[tuple[int, Page]]:
    pages = visit.store.pages(space_id=space.id)
    alive = {page.id for page in pages}
    roots = [page for page in pages if page.parent_id not in alive]
    ordered: list[tuple[int, Page]] = []
    for root in sorted(roots, key=lambda page: (page.position, page.created_at)):
        ordered += [(0, root), *visit.store.descendants(root.id, depth=50)]
    return ordered


def _row(visit: Visit, page: Page, depth: int) -> Html:
    version = page.version
    return fill(
        _ROW,
        status=page.status,
        depth=depth,
        url=page_url(visit.store, page),
        title=page.title,
        hint=visit.texts("copy_hint"),
        id=page.id,
        state=state_mark(visit, page) or visit.texts("status_current"),
        version=version.number,
        when=visit.moment(version.created_at),
        by=version.author,
    )


def _recent(visit: Visit, page: Page) -> Html:
    return fill(
        _RECENT,
        url=page_url(visit.store, page),
        title=page.title,
        by=page.version.author,
        when=visit.moment(page.version.created_at),
    )
