"""What one press of a button does to a page: tick, archive, trash, restore, revert, purge."""

from plays.sandbox.content.entities import Page
from plays.sandbox.content.tasks import read_tasks, with_status
from plays.sandbox.server.errors import ApiError
from plays.sandbox.web.hypertext import fill
from plays.sandbox.web.page import find_version
from plays.sandbox.web.web_request import NoSuchScreen, Screen, Visit, page_url

_STATUSES = {"current", "archived", "trashed"}


def tick_task(visit: Visit, page: Page) -> Screen:
    """One checkbox set as posted; like Confluence, ticking makes a version."""
    wanted = "complete" if visit.given("status") == "complete" else "incomplete"
    with visit.store.lock:
        body = with_status(page.body, visit.given("taskId"), wanted)
        if page.status == "current" and read_tasks(body) != read_tasks(page.body):
            word = "task_ticked" if wanted == "complete" else "task_unticked"
            by = visit.texts("colleague")
            visit.store.save(page.id, by=by, body=body, message=visit.texts(word))
    return Screen(location=page_url(visit.store, page))


def set_status(visit: Visit, page: Page) -> Screen:
    """The page archived, in the trash, or current again."""
    status = visit.given("status")
    if status not in _STATUSES:
        raise NoSuchScreen(status)
    try:
        visit.store.set_status(page.id, status)
    except ApiError as error:
        return refusal(visit, str(error), page=page)
    return Screen(location=page_url(visit.store, page))


def revert(visit: Visit, page: Page) -> Screen:
    """A new version that says what an old one said."""
    number = visit.given("version")
    if page.status != "current":
        return refusal(visit, visit.texts("only_current"), page=page)
    old = find_version(page, number)
    by, message = visit.texts("colleague"), visit.texts("reverted", n=old.number)
    visit.store.save(page.id, by=by, body=old.body, message=message)
    return Screen(location=page_url(visit.store, page))


def purge(visit: Visit, page: Page) -> Screen:
    """A trashed page deleted for good."""
    if page.status != "trashed":
        return refusal(visit, visit.texts("method_not_allowed"), page=page)
    space = visit.store.space_of(page)
    visit.store.purge(page.id)
    return Screen(location=f"/wiki/spaces/{space.key}/pages")


def refusal(visit: Visit, why: str, *, page: Page | None = None, status: int = 400) -> Screen:
    """A screen that says why nothing was done."""
    title = visit.texts("refused")
    main = fill(
        '<header class="page-head"><h1>{title}</h1></header>'
        '<div class="banner" data-kind="error"><p>{why}</p></div>'
        '<p><a class="button" href="/wiki">{home}</a></p>',
        title=title,
        why=why,
        home=visit.texts("to_home"),
    )
    return Screen(title=title, main=main, status=status, page=page)
