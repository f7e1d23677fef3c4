"""Writing and making pages by hand, as colleagues do; nothing that was typed gets lost."""

from dataclasses import dataclass, replace

from plays.sandbox.content.editor import browser_save
from plays.sandbox.content.entities import Page
from plays.sandbox.render.markup import NotWellFormed
from plays.sandbox.server.errors import ApiError
from plays.sandbox.web.base_page import breadcrumbs
from plays.sandbox.web.diff import diff_html
from plays.sandbox.web.hypertext import NOTHING, Html, fill, join
from plays.sandbox.web.page import find_version
from plays.sandbox.web.web_request import Screen, Visit, action_url, every_page, page_url

_FORM = """{crumbs}<header class="page-head"><h1>{name}</h1></header>{notice}
<form class="edit" method="post" action="{action}">{hidden}
<label>{l_title}<input name="title" value="{title}" required maxlength="255"></label>
{parent}
<label>{l_body}<textarea name="body" rows="22" spellcheck="false">
{body}</textarea></label><p class="hint">{body_hint}</p>
<div class="row"><label>{l_by}<input name="by" value="{by}" list="people" required></label>
<datalist id="people">{people}</datalist>{message}</div>
<div class="buttons"><button class="button primary" type="submit">{submit}</button>
<a class="button" href="{back}">{cancel}</a></div></form>"""
_MESSAGE = '<label>{label}<input name="message" value="{message}" maxlength="255"></label>'
_HIDDEN = '<input type="hidden" name="{name}" value="{value}">'


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What stands in the form."""

    title: str
    body: str
    by: str
    message: str = ""
    parent_id: str = ""


def edit_screen(visit: Visit, page: Page) -> Screen:
    """The form with the page's source; posting it saves, unless the page moved on meanwhile."""
    base = page.version
    if visit.method != "POST":
        typed = Typed(title=base.title, body=base.body, by=visit.texts("colleague"))
        return _edit_form(visit, page, typed, base=base.number)
    typed = _typed(visit)
    try:
        body = browser_save(typed.body, random=visit.store.random)
        with visit.store.lock:
            if page.status != "current":
                return _not_saved(visit, page, typed, visit.texts("only_current"), status=409)
            if visit.given("version") != str(page.version.number):
                return _conflict(visit, page, typed)
            visit.store.save(
                page.id, by=typed.by, body=body, title=typed.title, message=typed.message
            )
    except (NotWellFormed, ApiError) as error:
        return _not_saved(visit, page, typed, str(error), status=400)
    return Screen(location=page_url(visit.store, page))


def create_screen(visit: Visit) -> Screen:
    """The form for a new page; posting it makes the page."""
    if visit.method != "POST":
        home = visit.store.space.homepage_id
        parent = visit.asked("parentPageId", home)
        by = visit.texts("colleague")
        return _create_form(visit, Typed(title="", body="", by=by, parent_id=parent))
    typed = _typed(visit)
    try:
        parent_page = visit.find_page(typed.parent_id)
        page = visit.store.create(
            typed.title,
            browser_save(typed.body, random=visit.store.random),
            by=typed.by,
            parent_id=typed.parent_id or None,
            space=visit.store.space_of(parent_page) if parent_page else None,
        )
    except (NotWellFormed, ApiError) as error:
        notice = _notice(visit.texts("not_saved", why=error))
        return replace(_create_form(visit, typed, notice), status=400)
    return Screen(location=page_url(visit.store, page))


def _typed(visit: Visit) -> Typed:
    return Typed(
        title=visit.given("title"),
        body=visit.given("body"),
        by=visit.given("by").strip() or visit.texts("colleague"),
        message=visit.given("message")[:255],
        parent_id=visit.given("parentPageId"),
    )


def _conflict(visit: Visit, page: Page, typed: Typed) -> Screen:
    newest = page.version
    base = find_version(page, visit.given("version"))
    notice = fill(
        '<div class="banner" data-kind="warning"><p>{text}</p></div>'
        '<details class="expand"><summary>{name}</summary><div>{diff}</div></details>',
        text=visit.texts("conflict", name=newest.author, n=newest.number),
        name=visit.texts("conflict_diff"),
        diff=diff_html(base.body, newest.body, language=visit.texts.language),
    )
    submit = visit.texts("save_over", n=newest.number)
    screen = _edit_form(visit, page, typed, base=newest.number, notice=notice, submit=submit)
    return replace(screen, status=409)


def _not_saved(visit: Visit, page: Page, typed: Typed, why: str, *, status: int) -> Screen:
    notice = _notice(visit.texts("not_saved", why=why))
    # The version that the form was opened with stays: a conflict must still be found later.
    screen = _edit_form(visit, page, typed, base=visit.given("version"), notice=notice)
    return replace(screen, status=status)


def _edit_form(
    visit: Visit,
    page: Page,
    typed: Typed,
    *,
    base: int | str,
    notice: Html = NOTHING,
    submit: str = "",
) -> Screen:
    hidden = join(
        fill(_HIDDEN, name=name, value=value)
        for name, value in (("pageId", page.id), ("version", base))
    )
    label = visit.texts("message")
    main = _form(
        visit,
        typed,
        name=visit.texts("edit_page"),
        above=[*visit.store.ancestors(page), page],
        action=action_url("editpage", pageId=page.id),
        back=page_url(visit.store, page),
        submit=submit or visit.texts("save"),
        notice=notice,
        hidden=hidden,
        message=fill(_MESSAGE, label=label, message=typed.message),
        parent=NOTHING,
    )
    return Screen(title=f"{visit.texts('edit_page')}: {page.title}", main=main, page=page)


def _create_form(visit: Visit, typed: Typed, notice: Html = NOTHING) -> Screen:
    name = visit.texts("new_page")
    main = _form(
        visit,
        typed,
        name=name,
        above=[],
        action=action_url("createpage"),
        back=f"/wiki/spaces/{visit.store.space.key}/overview",
        submit=visit.texts("publish"),
        notice=notice,
        hidden=NOTHING,
        message=NOTHING,
        parent=_parent_choice(visit, typed.parent_id),
    )
    return Screen(title=name, main=main)


def _form(visit: Visit, typed: Typed, *, above: list[Page], **parts: str) -> Html:
    texts = visit.texts
    people = {v.author for page in every_page(visit.store) for v in page.versions}
    return fill(
        _FORM,
        crumbs=breadcrumbs(visit, above),
        l_title=texts("title"),
        l_body=texts("body"),
        l_by=texts("your_name"),
        body_hint=texts("body_hint"),
        cancel=texts("cancel"),
        title=typed.title,
        body=typed.body,
        by=typed.by,
        people=join(fill('<option value="{name}">', name=name) for name in sorted(people)),
        **parts,
    )


def _parent_choice(visit: Visit, chosen: str) -> Html:
    pages = visit.store.pages(statuses=("current",))
    options = [("", visit.texts("no_parent")), *((page.id, page.title) for page in pages)]
    return fill(
        '<label>{label}<select name="parentPageId">{options}</select></label>',
        label=visit.texts("parent"),
        options=join(
            fill(
                '<option value="{id}"{here}>{title}</option>',
                id=page_id,
                here=Html(" selected") if page_id == chosen else "",
                title=title,
            )
            for page_id, title in options
        ),
    )


def _notice(text: str) -> Html:
    return fill('<div class="banner" data-kind="error"><p>{text}</p></div>', text=text)
