"""A page's versions, and what changed between two of them."""

from plays.sandbox.content.entities import Page, Version
from plays.sandbox.web.base_page import breadcrumbs
from plays.sandbox.web.diff import diff_html
from plays.sandbox.web.hypertext import NOTHING, Html, fill, join
from plays.sandbox.web.page import find_version, post_button
from plays.sandbox.web.web_request import Screen, Visit, action_url, page_url

_HISTORY = """{crumbs}<header class="page-head"><h1>{name}</h1></header>
<p class="byline"><a href="{url}">{title}</a></p>
<form id="compare" class="compare" method="get" action="{diff_action}">
<input type="hidden" name="pageId" value="{id}">
<button class="button" type="submit">{compare}</button> <small>{choose}</small></form>
<div class="table-wrap" tabindex="0" role="group" aria-label="{name}"><table class="list">
<thead><tr><th>{h_choose}</th><th>{h_version}</th><th>{h_when}</th><th>{h_who}</th><th>{h_message}</th>
<th>{h_actions}</th></tr></thead><tbody>{rows}</tbody></table></div>"""
_ROW = """<tr><td><input type="checkbox" form="compare" name="selectedPageVersions"
 value="{n}" aria-label="{choose}"{checked}></td>
<td class="number"><a href="{url}">{n}</a> {now}</td><td class="when">{when}</td><td>{who}</td>
<td>{message}{minor}</td><td class="row-actions">{actions}</td></tr>"""
_DIFF = """{crumbs}<header class="page-head"><h1>{name}</h1></header>
<p class="byline"><a href="{url}">{title}</a> · <a href="{history_url}">{history}</a></p>
<div class="two-versions">{old}{new}</div>
<p class="diff-links">{older} {newer} <a href="{exact_url}">{exact}</a></p>
{renamed}{diff}"""
_SIDE = """<div><strong><a href="{url}">{name}</a></strong>
<span>{when} · {who}</span><em>{message}</em></div>"""


def history_screen(visit: Visit, page: Page) -> Screen:
    """All versions, newest first, the last two chosen for comparison."""
    texts = visit.texts
    main = fill(
        _HISTORY,
        crumbs=breadcrumbs(visit, [*visit.store.ancestors(page), page]),
        name=texts("history"),
        url=page_url(visit.store, page),
        title=page.title,
        diff_action=action_url("diffpagesbyversion"),
        id=page.id,
        compare=texts("compare"),
        choose=texts("choose_two"),
        h_choose=texts("choose"),
        h_actions=texts("actions"),
        h_version=texts("version"),
        h_when=texts("when"),
        h_who=texts("who"),
        h_message=texts("message"),
        rows=join(_row(visit, page, version) for version in page.versions[::-1]),
    )
    return Screen(title=f"{texts('history')}: {page.title}", main=main, page=page)


def diff_screen(visit: Visit, page: Page) -> Screen:
    """The older of the two chosen versions against the newer."""
    old, new = _chosen(visit, page)
    is_exact = visit.asked("exact") == "1"
    texts = visit.texts
    name = texts("comparison", a=old.number, b=new.number)
    toggled = {} if is_exact else {"exact": 1}
    main = fill(
        _DIFF,
        crumbs=breadcrumbs(visit, [*visit.store.ancestors(page), page]),
        name=name,
        url=page_url(visit.store, page),
        title=page.title,
        history_url=action_url("viewpreviousversions", pageId=page.id),
        history=texts("history"),
        old=_side(visit, page, old),
        new=_side(visit, page, new),
        older=_step(page, old.number - 1, old.number, texts("older")),
        newer=_step(page, new.number, new.number + 1, texts("newer")),
        exact_url=diff_url(page, old.number, new.number, **toggled),
        exact=texts("hide_exact" if is_exact else "show_exact"),
        renamed=_renamed(visit, old, new),
        diff=diff_html(old.body, new.body, language=texts.language, exact=is_exact),
    )
    return Screen(title=name, main=main, page=page)


def diff_url(page: Page, old: int, new: int, **query: object) -> str:
    """The address of a comparison; a comma stands between the two numbers."""
    both = f"{old},{new}"
    return action_url("diffpagesbyversion", pageId=page.id, selectedPageVersions=both, **query)


def _chosen(visit: Visit, page: Page) -> tuple[Version, Version]:
    given = ",".join(visit.query.get("selectedPageVersions", [])).split(",")
    numbers = {version.number for version in page.versions}
    chosen = sorted({int(n) for n in given if n.isascii() and n.isdecimal()} & numbers)
    newest = chosen[-1] if chosen else page.version.number
    oldest = chosen[0] if len(chosen) > 1 else max(1, newest - 1)
    return find_version(page, str(oldest)), find_version(page, str(newest))


def _row(visit: Visit, page: Page, version: Version) -> Html:
    is_newest = version is page.version
    texts = visit.texts
    return fill(
        _ROW,
        n=version.number,
        choose=texts("choose_version", n=version.number),
        checked=Html(" checked") if version.number > page.version.number - 2 else "",
        url=action_url("viewpage", pageId=page.id, pageVersion=version.number),
        now=_now_mark(visit) if is_newest else "",
        when=visit.moment(version.created_at),
        who=version.author,
        message=version.message,
        minor=fill(" <small>({t})</small>", t=texts("minor")) if version.minor_edit else "",
        actions=_row_actions(visit, page, version),
    )


def _row_actions(visit: Visit, page: Page, version: Version) -> Html:
    parts = []
    if version.number > 1:
        url = diff_url(page, version.number - 1, version.number)
        parts.append(fill('<a href="{u}">{t}</a>', u=url, t=visit.texts("changes")))
    if version is not page.version and page.status == "current":
        text = visit.texts("revert")
        look = "link-button"
        parts.append(
            post_button("revertpage", page, text, name="version", value=version.number, look=look)
        )
    return join(parts)


def _now_mark(visit: Visit) -> Html:
    text = visit.texts("current")
    return fill('<span class="lozenge" data-colour="green">{t}</span>', t=text)


def _side(visit: Visit, page: Page, version: Version) -> Html:
    return fill(
        _SIDE,
        url=action_url("viewpage", pageId=page.id, pageVersion=version.number),
        name=visit.texts("version_n", n=version.number),
        when=visit.moment(version.created_at),
        who=version.author,
        message=version.message,
    )


def _step(page: Page, old: int, new: int, text: str) -> Html:
    if old < 1 or new > page.version.number:
        return NOTHING
    return fill('<a href="{url}">{text}</a>', url=diff_url(page, old, new), text=text)


def _renamed(visit: Visit, old: Version, new: Version) -> Html:
    if old.title == new.title:
        return NOTHING
    return fill(
        '<p class="renamed">{name}: <del>{old}</del> → <ins>{new}</ins></p>',
        name=visit.texts("title"),
        old=old.title,
        new=new.title,
    )
