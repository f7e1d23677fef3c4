"""The sandbox's screens for people: plain forms and links, no script, nothing from elsewhere.

`respond` answers whatever is neither REST nor control. It refuses requests that another site sent.
"""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from plays.sandbox.content.entities import Page
from plays.sandbox.content.store import Store
from plays.sandbox.web.actions import purge, refusal, revert, set_status, tick_task
from plays.sandbox.web.base_page import document
from plays.sandbox.web.forms import create_screen, edit_screen
from plays.sandbox.web.history import diff_screen, history_screen
from plays.sandbox.web.hypertext import fill
from plays.sandbox.web.page import page_screen
from plays.sandbox.web.search import search_screen
from plays.sandbox.web.space import find_space, list_screen, overview_screen
from plays.sandbox.web.texts import Texts, preferred_language
from plays.sandbox.web.web_request import (
    Fields,
    NoSuchScreen,
    Screen,
    Visit,
    action_url,
    page_url,
    tiny_id,
)

_STYLE = Path(__file__).with_name("sandbox.css").read_bytes()
_HEADERS = {
    "Content-Type": "text/html;charset=UTF-8",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # With no-referrer a browser sends "Origin: null" along with our own forms.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Answer = tuple[int, dict[str, str], bytes]


def respond(
    store: Store,
    method: str,
    path: str,
    query: Fields,
    form: Fields,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Status, headers and body for a person's request.

    `path` is the decoded path; `query` and `form` are as `urllib.parse.parse_qs` reads them;
    of `headers`, Host, Origin and Accept-Language count.
    """
    known = {name.lower(): value for name, value in (headers or {}).items()}
    texts = Texts(preferred_language(known.get("accept-language", "")))
    visit = Visit(store=store, method=method, query=query, form=form, texts=texts)
    if path == "/wiki/_static/sandbox.css":
        return 200, _HEADERS | {"Content-Type": "text/css;charset=UTF-8"}, _STYLE
    if not _is_own_site(store, known):
        return _written(visit, refusal(visit, texts("foreign_origin"), status=403))
    try:
        screen = _screen(visit, path)
    except NoSuchScreen:
        screen = _missing(visit)
    return _written(visit, screen)


def _screen(visit: Visit, path: str) -> Screen:
    path = path.rstrip("/")
    if match := re.fullmatch(r"/wiki/pages/([a-z]+)\.action", path):
        return _action(visit, match[1])
    if visit.method not in ("GET", "HEAD"):
        return refusal(visit, visit.texts("method_not_allowed"), status=405)
    for pattern, read in _READS:
        if match := re.fullmatch(pattern, path, re.DOTALL):
            return read(visit, *match.groups())
    raise NoSuchScreen(path)


def _action(visit: Visit, name: str) -> Screen:
    if name == "createpage":
        return create_screen(visit)
    table = _POSTS if visit.method == "POST" else _GETS
    if name not in table:
        is_known = name in _POSTS or name in _GETS
        if not is_known:
            raise NoSuchScreen(name)
        return refusal(visit, visit.texts("method_not_allowed"), status=405)
    page_id = visit.given("pageId") or visit.asked("pageId") or visit.asked("draftId")
    return table[name](visit, visit.page(page_id))


def _edit_again(visit: Visit, page: Page) -> Screen:
    return Screen(location=action_url("editpage", pageId=page.id))


_GETS: dict[str, Callable[[Visit, Page], Screen]] = {
    "viewpage": page_screen,
    "viewpreviousversions": history_screen,
    "diffpagesbyversion": diff_screen,
    "editpage": edit_screen,
    "resumedraft": _edit_again,
}
_POSTS: dict[str, Callable[[Visit, Page], Screen]] = {
    "editpage": edit_screen,
    "ticktask": tick_task,
    "setstatus": set_status,
    "revertpage": revert,
    "purgepage": purge,
}


def _home(visit: Visit) -> Screen:
    return Screen(location=f"/wiki/spaces/{visit.store.space.key}/overview")


def _short_link(visit: Visit, code: str) -> Screen:
    return Screen(location=page_url(visit.store, visit.page(tiny_id(code))))


_READS: list[tuple[str, Callable[..., Screen]]] = [
    (r"(?:/wiki(?:/home|/spaces)?)?", _home),
    (r"/wiki/search", search_screen),
    (r"/wiki/x/([\w-]{1,16})", _short_link),
    (r"/wiki/spaces/([^/]+)(?:/overview)?", lambda v, k: overview_screen(v, find_space(v, k))),
    (r"/wiki/spaces/([^/]+)/pages", lambda v, k: list_screen(v, find_space(v, k))),
    (r"/wiki/spaces/[^/]+/pages/([0-9]+)(?:/.*)?", lambda v, i: page_screen(v, v.page(i))),
    (r"/wiki/spaces/[^/]+/pages/edit-v2/([0-9]+)", lambda v, i: _edit_again(v, v.page(i))),
]


def _missing(visit: Visit) -> Screen:
    title = visit.texts("not_found")
    main = fill(
        '<header class="page-head"><h1>{title}</h1></header><p>{why}</p>'
        '<p><a class="button" href="/wiki">{home}</a></p>',
        title=title,
        why=visit.texts("not_found_why"),
        home=visit.texts("to_home"),
    )
    return Screen(title=title, main=main, status=404)


def _written(visit: Visit, screen: Screen) -> Answer:
    if screen.location:
        return 303, _HEADERS | {"Location": screen.location}, b""
    # A lone surrogate from an address or a title must not become a failure here.
    body = document(visit, screen).encode("utf-8", "replace")
    return screen.status, dict(_HEADERS), body


def _is_own_site(store: Store, headers: Mapping[str, str]) -> bool:
    """Whether this came from our own pages: no foreign form, no foreign name for this machine."""
    host = headers.get("host", "").lower()
    if host and not _is_own_name(_host_name(f"//{host}"), _host_name(store.base_url)):
        return False
    origin = headers.get("origin")
    return origin is None or origin.lower().rpartition("://")[2] == host


def _host_name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_own_name(name: str, own: str) -> bool:
    if name and name in ("localhost", own):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
