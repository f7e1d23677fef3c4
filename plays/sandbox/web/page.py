"""A page as people read it: now, or as one of its versions was."""

from functools import cache

from plays.sandbox.content.entities import Page, Version, account_id
from plays.sandbox.render.body import render
from plays.sandbox.render.context import Surroundings
from plays.sandbox.rest.shapes_v2 import tiny_path
from plays.sandbox.web.base_page import breadcrumbs
from plays.sandbox.web.hypertext import NOTHING, Html, fill, join
from plays.sandbox.web.web_request import Screen, Visit, action_url, every_page, page_url

_PAGE = """{crumbs}
<article class="page">
<header class="page-head">
<h1>{title}</h1>
<div class="actions">{actions}</div>
</header>
<p class="byline"><span class="avatar" aria-hidden="true">{initial}</span>
<span>{written_by}</span> <span>{updated}</span>
<a href="{history_url}">{version}</a>{badges}</p>
{banner}
<div class="facts"><span>{id_label}</span> <code class="copy" title="{copy_hint}">{id}</code>
<span>{short_label}</span> <code class="copy" title="{copy_hint}">{short}</code></div>
<div class="content">{body}</div>
{children}
</article>"""

_ACTION = '<a class="button" href="{url}">{text}</a>'
_POST = """<form method="post" action="{url}"><input type="hidden" name="pageId" value="{id}">
<button class="{look}" type="submit" name="{name}" value="{value}">{text}</button></form>"""
_BANNER = '<div class="banner" data-kind="{kind}"><p>{text}</p>{actions}</div>'


def page_screen(visit: Visit, page: Page) -> Screen:
    """The page now, or the version that `pageVersion` asks for."""
    wanted = visit.asked("pageVersion")
    version = find_version(page, wanted) if wanted else page.version
    is_old = version is not page.version
    main = fill(
        _PAGE,
        crumbs=breadcrumbs(visit, visit.store.ancestors(page)),
        title=version.title,
        actions=NOTHING if is_old else _actions(visit, page),
        initial=version.author[:1].upper(),
        written_by=visit.texts("written_by", name=page.author),
        updated=_updated(visit, version),
        history_url=action_url("viewpreviousversions", pageId=page.id),
        version=visit.texts("version_n", n=version.number),
        badges=_badges(visit, page),
        banner=_old_banner(visit, page, version) if is_old else _status_banner(visit, page),
        id_label=visit.texts("page_id"),
        short_label=visit.texts("short_link"),
        copy_hint=visit.texts("copy_hint"),
        id=page.id,
        short=f"{visit.store.base_url or '/wiki'}{tiny_path(page.id)}",
        body=page_body(visit, page, version),
        children=NOTHING if is_old else _children(visit, page),
    )
    return Screen(title=version.title, main=main, page=page)


def find_version(page: Page, number: str) -> Version:
    """The version with this number, else the newest."""
    wanted = (version for version in page.versions if str(version.number) == number)
    return next(wanted, page.version)


def page_body(visit: Visit, page: Page, version: Version) -> Html:
    """A version's body; only the newest one of a current page has live checkboxes."""
    is_live = version is page.version and page.status == "current"
    people = cache(lambda: _people(visit))
    around = Surroundings(
        page_url=lambda title, space_key: _url_by_title(visit, page, title, space_key),
        person=lambda account: people().get(account, account),
        tick_url=action_url("ticktask") if is_live else "",
        page_id=page.id,
        language=visit.texts.language,
    )
    if not version.body.strip():
        return fill('<p class="empty">{text}</p>', text=visit.texts("empty_page"))
    return render(version.body, around)


def post_button(
    action: str, page: Page, text: str, *, name: str, value: object, look: str = "button"
) -> Html:
    """A button that posts one value about a page."""
    url = action_url(action)
    return fill(_POST, url=url, id=page.id, look=look, name=name, value=value, text=text)


def _url_by_title(visit: Visit, page: Page, title: str, space_key: str) -> str:
    space = visit.store.space_by_key(space_key) if space_key else visit.store.space_of(page)
    found = visit.store.find(title, space_id=space.id) if space else None
    return page_url(visit.store, found) if found else ""


def _people(visit: Visit) -> dict[str, str]:
    names = {version.author for page in every_page(visit.store) for version in page.versions}
    return {account_id(name): name for name in names}


def _updated(visit: Visit, version: Version) -> str:
    when = visit.moment(version.created_at)
    return visit.texts("updated", when=when, name=version.author)


def _badges(visit: Visit, page: Page) -> Html:
    claims = {
        "live_doc": page.subtype == "live",
        "view_restricted": page.view_restricted,
        "edit_restricted": page.edit_restricted,
    }
    return join(
        fill(' <span class="lozenge" data-colour="blue">{text}</span>', text=visit.texts(name))
        for name, holds in claims.items()
        if holds
    )


def _actions(visit: Visit, page: Page) -> Html:
    texts = visit.texts
    history = fill(
        _ACTION, url=action_url("viewpreviousversions", pageId=page.id), text=texts("history")
    )
    if page.status != "current":
        return history
    edit = fill(_ACTION, url=action_url("editpage", pageId=page.id), text=texts("edit"))
    return join([edit, history, _menu(visit, page)])


def _menu(visit: Visit, page: Page) -> Html:
    texts = visit.texts
    child = fill(
        '<a class="menu-item" href="{url}">{text}</a>',
        url=action_url("createpage", parentPageId=page.id),
        text=texts("add_child"),
    )
    posts = [("archived", texts("archive")), ("trashed", texts("trash"))]
    buttons = [
        post_button("setstatus", page, text, name="status", value=status, look="menu-item")
        for status, text in posts
    ]
    return fill(
        '<details class="menu"><summary class="button" aria-label="{more}">⋯</summary>'
        '<div class="menu-items">{items}</div></details>',
        more=texts("more"),
        items=join([child, *buttons]),
    )


def _old_banner(visit: Visit, page: Page, version: Version) -> Html:
    text = visit.texts(
        "old_version",
        when=visit.moment(version.created_at),
        name=version.author,
        n=version.number,
    )
    back = fill(_ACTION, url=page_url(visit.store, page), text=visit.texts("to_current"))
    history = fill(
        _ACTION,
        url=action_url("viewpreviousversions", pageId=page.id),
        text=visit.texts("history"),
    )
    return fill(_BANNER, kind="info", text=text, actions=join([back, history]))


def _status_banner(visit: Visit, page: Page) -> Html:
    if page.status == "current":
        return NOTHING
    texts = visit.texts
    actions = [post_button("setstatus", page, texts("restore"), name="status", value="current")]
    if page.status == "trashed":
        actions.append(post_button("purgepage", page, texts("purge"), name="sure", value="yes"))
    note = texts(f"{page.status}_note")
    return fill(_BANNER, kind="warning", text=note, actions=join(actions))


def _children(visit: Visit, page: Page) -> Html:
    children = visit.store.children(page.id)
    if not children:
        return NOTHING
    return fill(
        '<section class="children"><h2>{name}</h2><ul>{lines}</ul></section>',
        name=visit.texts("child_pages"),
        lines=join(
            fill('<li><a href="{u}">{t}</a></li>', u=page_url(visit.store, child), t=child.title)
            for child in children
        ),
    )
