"""The calls of Cloud's dialect: what is asked, and what is made of the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from plays import confluence
from plays.confluence import Confluence, Page, PageHead, Space, User, Version
from tests.confluence.samples import SPACES, VERSION, v1_error, v2_error, v2_page
from tests.confluence.wire import Reply, Wire

READ_AT = datetime(2026, 7, 3, 13, 48, 15, 974000, tzinfo=UTC)
THIRD = Version(number=3, created_at=READ_AT, author_id="557058:a", message="why")
URL = "https://site.atlassian.net/wiki/spaces/AX/pages/123/Play+DB"


def test_text_and_version_come_from_one_read(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(body=v2_page()))
    assert client.get_page("123") == Page(
        id="123",
        title="Play DB",
        status="current",
        body="<p>x</p>",
        version=THIRD,
        space_id="7",
        parent_id="9",
        url=URL,
    )
    assert client.calls == 1
    assert wire.asked[0].target == "/wiki/api/v2/pages/123?body-format=storage"


@pytest.mark.parametrize("status", ["trashed", "archived", "draft", "historical", "deleted"])
def test_a_page_that_is_not_current_is_no_page_unless_it_is_asked_for(
    wire: Wire, client: Confluence, status: str
) -> None:
    trashed = v2_page(status=status, parentId=None, parentType=None)
    wire.will(Reply(body=trashed | {"body": {}}), Reply(body=trashed))
    with pytest.raises(confluence.PageNotCurrent) as caught:
        client.get_page("123")
    assert caught.value.page_status == status
    assert status in str(caught.value)
    assert client.get_page("123", allow_status=[status]).parent_id == ""


def test_a_draft_is_what_was_changed_and_not_published(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(body=v2_page(status="draft")), Reply(body=v2_page()))
    draft = client.get_draft("123")
    assert draft
    assert draft.status == "draft"
    assert client.get_draft("123") is None
    assert wire.asked[0].query["get-draft"] == ["true"]


def test_an_update_sends_the_number_it_is_given(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(body=v2_page(version=VERSION | {"number": 4, "minorEdit": True})))
    answered = client.update_page(
        "123", title="Play DB", body="<p>y</p>", version=4, message="sync [ab12]", minor_edit=True
    )
    assert (answered.number, answered.minor_edit) == (4, True)
    assert (wire.asked[0].method, wire.asked[0].path) == ("PUT", "/wiki/api/v2/pages/123")
    assert wire.asked[0].json == {
        "id": "123",
        "status": "current",
        "title": "Play DB",
        "body": {"representation": "storage", "value": "<p>y</p>"},
        "version": {"number": 4, "message": "sync [ab12]", "minorEdit": True},
    }


def test_an_update_answered_with_the_old_number_is_for_the_caller_to_judge(
    wire: Wire, client: Confluence
) -> None:
    wire.will(Reply(body=v2_page(body=None)))
    assert client.update_page("123", title="T", body="b", version=4).number == 3


def test_a_new_page_goes_to_the_clients_space_which_is_looked_up_once(
    wire: Wire, client: Confluence
) -> None:
    wire.will(Reply(body=SPACES), Reply(body=v2_page("<p />")), Reply(body=v2_page(None)))
    assert client.create_page(title="T", body="<p/>", parent_id="9").body == "<p />"
    assert client.create_page(title="T", body="<p/>").body == "<p/>"
    assert wire.asked[0].query == {"keys": ["AX"]}
    assert wire.asked[1].json == {
        "spaceId": "7",
        "status": "current",
        "title": "T",
        "parentId": "9",
        "body": {"representation": "storage", "value": "<p/>"},
    }
    assert "parentId" not in wire.asked[2].json
    assert client.calls == 3


def test_a_new_page_needs_a_space(wire: Wire) -> None:
    with (
        Confluence(wire.url, token="t") as client,
        pytest.raises(confluence.Refused, match="no space"),
    ):
        client.create_page(title="T", body="")
    assert wire.asked == []


def test_a_title_is_found_exactly_whatever_its_case_and_archived_too(
    wire: Wire, client: Confluence
) -> None:
    rows = [
        v2_page(None, id="1", title="ToDo: Desk"),
        v2_page(None, id="2", title="todo: desk ", status="archived"),
        v2_page(None, id="3", title="ToDo: Desk 2"),
    ]
    for row in rows:
        row["_links"].pop("base", None)
    base = {"base": "https://site.atlassian.net/wiki"}
    wire.will(Reply(body=SPACES), Reply(body={"results": rows, "_links": base}))
    found = client.find_page(" ToDo: Desk")
    assert [head.id for head in found] == ["1", "2"]
    assert found[0] == PageHead(
        id="1", title="ToDo: Desk", space_id="7", parent_id="9", url=URL, version=THIRD
    )
    assert wire.asked[1].query == {
        "title": ["ToDo: Desk"],
        "status": ["current", "archived"],
        "limit": ["250"],
        "space-id": ["7"],
    }


def test_pages_of_a_list_are_followed_on_our_site_until_there_is_no_next(wire: Wire) -> None:
    rows = [{"id": str(n), "status": "complete"} for n in range(4)]
    route = "/wiki/api/v2/tasks"
    elsewhere = {"base": "https://site.atlassian.net/wiki"}
    wire.will(
        Reply(body={"results": rows[:2], "_links": elsewhere | {"next": f"{route}?cursor=a%3D"}}),
        Reply(
            body={
                "results": [],
                "_links": {"next": f"https://site.atlassian.net{route}?cursor=b"},
            }
        ),
        Reply(body={"results": rows[2:]}),
    )
    gateway = f"http://{wire.host}/ex/confluence/af818fbb/wiki"
    with Confluence(gateway, token="t") as client:
        found = client.tasks("123") or []
    assert [task.id for task in found] == ["0", "1", "2", "3"]
    prefix = "/ex/confluence/af818fbb"
    assert [asked.target for asked in wire.asked] == [
        f"{prefix}{route}?page-id=123&limit=250&body-format=storage",
        f"{prefix}{route}?cursor=a%3D",
        f"{prefix}{route}?cursor=b",
    ]


@pytest.mark.parametrize("link", ["/wiki/api/v2/tasks?cursor=same", "https://evil.example.com/x"])
def test_a_list_that_leads_nowhere_is_given_up(wire: Wire, client: Confluence, link: str) -> None:
    wire.will(*[Reply(body={"results": [], "_links": {"next": link}})] * 5)
    with pytest.raises(confluence.ImplausibleAnswer, match="next"):
        client.tasks("123")
    assert len(wire.asked) <= 2


def test_versions_come_newest_first_and_no_more_than_asked_for(
    wire: Wire, client: Confluence
) -> None:
    rows = [VERSION | {"number": number} for number in (3, 2, 1)]
    wire.will(Reply(body={"results": rows, "_links": {"next": "/wiki/api/v2/x?cursor=a"}}))
    assert [version.number for version in client.versions("123", limit=2)] == [3, 2]
    assert wire.asked[0].query == {"limit": ["2"], "sort": ["-modified-date"]}


def test_an_old_version_is_read_whatever_its_status(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(body=v2_page("<p>old</p>", status="historical")))
    assert client.get_page_version("123", 2).body == "<p>old</p>"
    assert wire.asked[0].query == {"body-format": ["storage"], "version": ["2"]}


def test_whoami_names_the_account(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(body={"type": "known", "accountId": "557058:a", "displayName": "Bot"}))
    assert client.whoami() == User(account_id="557058:a", name="Bot")
    assert wire.asked[0].path == "/wiki/rest/api/user/current"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401, b""),
        Reply(403, v1_error(403, "caller cannot access Confluence")),
        Reply(403, v1_error(403, "no")),
        Reply(404, v2_error(404, "Not Found")),
        Reply(200, {"type": "anonymous", "displayName": "Anonymous"}),
        Reply(200, {"type": "anonymous", "accountId": "x"}),
    ],
)
def test_whoami_is_certain_about_dead_credentials(
    wire: Wire, client: Confluence, reply: Reply
) -> None:
    wire.will(reply)
    with pytest.raises(confluence.CredentialsRejected) as caught:
        client.whoami()
    assert caught.value.status == reply.status
    assert not caught.value.sent


@pytest.mark.parametrize("status", [429, 503])
def test_whoami_is_not_certain_while_the_site_is_busy(
    wire: Wire, client: Confluence, status: int
) -> None:
    wire.will(Reply(status, b""))
    with pytest.raises((confluence.RateLimited, confluence.ServerFault)):
        client.whoami()


def test_a_space_is_found_by_its_key_or_is_not(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(body=SPACES), Reply(body={"results": []}))
    assert client.space("ax") == Space(id="7", key="AX", name="AX space", homepage_id="9")
    with pytest.raises(confluence.SpaceNotFound, match="ZZ"):
        client.space("ZZ")


def test_tasks_are_read(wire: Wire, client: Confluence) -> None:
    done = {
        "id": "5",
        "localId": "2",
        "status": "complete",
        "body": {"storage": {"value": "call"}},
        "assignedTo": "557058:a",
        "dueAt": "2026-07-03T00:00:00.000Z",
    }
    wire.will(Reply(body={"results": [done, {"id": "6", "status": "incomplete", "body": {}}]}))
    tasks = client.tasks("123")
    assert tasks is not None
    assert [(task.status, task.body, task.assigned_to) for task in tasks] == [
        ("complete", "call", "557058:a"),
        ("incomplete", "", ""),
    ]
    assert tasks[0].due_at == datetime(2026, 7, 3, tzinfo=UTC)
    assert wire.asked[0].query["page-id"] == ["123"]


@pytest.mark.parametrize(
    ("operations", "may"),
    [
        ([("read", "page"), ("update", "page")], True),
        ([("read", "page"), ("update", "comment")], False),
        ([], False),
    ],
)
def test_the_right_to_edit_is_asked_for(
    wire: Wire, client: Confluence, operations: list[tuple[str, str]], may: bool
) -> None:
    listed = [{"operation": name, "targetType": target} for name, target in operations]
    wire.will(Reply(body={"operations": listed}))
    assert client.can_edit("123") is may


def test_search_reads_plain_words_out_of_marked_up_rows(wire: Wire, client: Confluence) -> None:
    row = {
        "content": {"id": "5", "type": "page", "title": "A & B"},
        "title": "@@@hl@@@A@@@endhl@@@ &amp; B",
        "excerpt": "the @@@hl@@@desk@@@endhl@@@ &lt;x&gt;\n <b>now</b>",
        "url": "/spaces/AX/pages/5",
        "lastModified": "2026-07-03T13:48:15.974Z",
    }
    space = {"space": {"key": "AX"}, "title": "AX", "url": "/spaces/AX"}
    base = {"base": "https://site.atlassian.net/wiki", "context": "/wiki"}
    following = {"next": "/rest/api/search?next=true&cursor=a"}
    wire.will(
        Reply(body={"results": [row, space], "_links": base | following}),
        Reply(body={"results": [row | {"excerpt": None}], "_links": base}),
    )
    first, second = client.search_pages('say "desk" \\ x', limit=2, space_key="AX")
    assert (first.title, first.excerpt) == ("A & B", "the desk <x> now")
    assert first.url == "https://site.atlassian.net/wiki/spaces/AX/pages/5"
    assert first.changed_at == READ_AT
    assert second.excerpt == ""
    words = '"say \\"desk\\" \\\\ x"'
    cql = f'space = "AX" and type = page and (title ~ {words} or text ~ {words})'
    assert wire.asked[0].query == {"cql": [cql], "limit": ["2"]}
    assert wire.asked[1].target == "/wiki/rest/api/search?next=true&cursor=a"


def test_raw_cql_goes_as_it_is_and_its_errors_come_back(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(400, v1_error(400, "Could not parse cql : (((")))
    with pytest.raises(confluence.Refused, match="Could not parse cql"):
        client.search_pages(cql="(((")
    assert wire.asked[0].query["cql"] == ["((("]


BY_ID: list[Callable[[Confluence, str], object]] = [
    lambda client, page_id: client.get_page(page_id),
    lambda client, page_id: client.get_page_version(page_id, 1),
    lambda client, page_id: client.update_page(page_id, title="", body="", version=1),
    lambda client, page_id: client.create_page(title="", body="", parent_id=page_id),
    lambda client, page_id: client.versions(page_id),
    lambda client, page_id: client.tasks(page_id),
    lambda client, page_id: client.can_edit(page_id),
]


@pytest.mark.parametrize("page_id", ["../spaces", "12?purge=true", "TBD", "１２", "12 34"])
@pytest.mark.parametrize("ask", BY_ID)
def test_what_is_no_page_id_never_becomes_an_address(
    wire: Wire, client: Confluence, ask: Callable[[Confluence, str], object], page_id: str
) -> None:
    with pytest.raises(confluence.Refused, match="not a page id"):
        ask(client, page_id)
    assert wire.asked == []
