"""A page is found or made, once; and one whose title is another's is told by what that one is."""

import pytest

from plays.confluence import ConfluenceError, NoAnswer
from plays.models import Page
from plays.sync.site import pages
from plays.sync.site.connection import connect
from plays.sync.site.remedies import ImplausibleRead
from plays.sync.site.title_holders import (
    TitleArchived,
    TitleDrafted,
    TitleForeign,
    TitleHidden,
    TitleTrashed,
    holder,
)

pytestmark = pytest.mark.django_db
TITLE = "EXT_1 노트"


@pytest.fixture
def client(confluence_settings):
    return connect()


def ensure(client, **changes):
    return pages.ensure(client, TITLE, body="<p>새 글</p>", **changes)


def there(sandbox):
    return [page.id for page in sandbox.store.pages(statuses=("current",)) if page.title == TITLE]


def test_it_is_made_once_and_then_adopted(client, sandbox):
    parent = sandbox.add_page("Above")

    made, again = ensure(client, parent_id=parent), ensure(client, parent_id=parent)

    assert (made.how, again.how) == ("made", "adopted")
    assert made.page.id == again.page.id
    assert sandbox.store.page(made.page.id).parent_id == parent
    assert there(sandbox) == [made.page.id]


@pytest.mark.parametrize("fault", ["lost_reply", "error_after", "truncated_json"])
def test_after_a_lost_answer_the_page_that_landed_is_ours_whoever_may_be_adopted(
    client, sandbox, fault
):
    sandbox.faults.script(fault, match="POST /pages")

    made = ensure(client, adopts=lambda _: False)

    assert made.how == "made"
    assert there(sandbox) == [made.page.id]


def test_a_lost_answer_to_a_call_that_did_nothing_is_an_error(client, sandbox):
    sandbox.faults.script("reset", match="POST /pages")

    with pytest.raises(NoAnswer):
        ensure(client)
    assert ensure(client).how == "made"


def test_who_was_quicker_is_adopted(client, sandbox, monkeypatch):
    real = client.create_page

    def too_late(**page):
        sandbox.add_page(TITLE)
        return real(**page)

    monkeypatch.setattr(client, "create_page", too_late)

    assert ensure(client).how == "adopted"
    assert len(there(sandbox)) == 1


def test_a_page_that_is_none_of_ours_is_left_alone(client, sandbox):
    page_id = sandbox.add_page(TITLE, "<p>남의 글</p>")

    with pytest.raises(TitleForeign, match=page_id):
        ensure(client, adopts=lambda head: head.parent_id == "1")
    assert sandbox.body(page_id) == "<p>남의 글</p>"


@pytest.mark.parametrize(
    ("status", "error"), [("archived", TitleArchived), ("trashed", TitleTrashed)]
)
def test_a_page_that_people_do_not_see_is_named_with_what_to_do(client, sandbox, status, error):
    page_id = sandbox.add_page(TITLE)
    sandbox.set_status(page_id, status)

    with pytest.raises(error, match=page_id):
        ensure(client)
    assert there(sandbox) == []


def test_a_page_that_is_hidden_from_us_is_said(client, sandbox):
    sandbox.restrict(sandbox.add_page(TITLE), view=True)

    with pytest.raises(TitleHidden):
        ensure(client)


def test_the_page_that_people_can_bring_back_first_is_told(client, sandbox):
    heads = []
    for status in ("trashed", "draft", "archived"):
        page = sandbox.store.page(sandbox.add_page(f"{TITLE} {status}"))
        heads.append(pages.PageHead(id=page.id, title=TITLE, status=status))

    assert type(holder(heads)) is TitleArchived
    assert type(holder(heads[1:2])) is TitleDrafted


def test_a_page_that_reads_empty_is_believed_only_where_nothing_was_known(client, sandbox):
    page_id = sandbox.add_page("Any", "<p>글</p>")
    page = Page.objects.create(page_id=page_id, body_size=8)
    sandbox.edit(page_id, "")

    with pytest.raises(ImplausibleRead):
        pages.read(client, page)
    page.body_size = None
    with pytest.raises(ConfluenceError):  # its history has text
        pages.read(client, page)
    page.body_size = 0
    assert pages.read(client, page).body == ""
