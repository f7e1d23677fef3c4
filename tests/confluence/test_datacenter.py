"""The same calls in Data Center's dialect."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from plays import confluence
from plays.confluence import Confluence, Page, User, Version
from tests.confluence.samples import v1_error, v1_page
from tests.confluence.wire import Reply, Wire

THIRD = Version(
    number=3,
    created_at=datetime(2026, 7, 3, 13, 48, 15, 974000, tzinfo=UTC),
    author_id="ff80",
    message="why",
    minor_edit=True,
)
SPACE = {"id": 7, "key": "AX", "name": "AX", "homepage": {"id": "9"}}


def test_a_page_is_the_same_value_as_on_cloud(wire: Wire, datacenter: Confluence) -> None:
    wire.will(Reply(body=v1_page()))
    assert datacenter.get_page("123") == Page(
        id="123",
        title="Play DB",
        status="current",
        body="<p>x</p>",
        version=THIRD,
        space_id="7",
        parent_id="9",
        url="https://wiki.example.com/confluence/display/AX/Play+DB",
    )
    assert wire.asked[0].path == "/confluence/rest/api/content/123"
    assert wire.asked[0].query == {
        "expand": ["body.storage,version,space,ancestors"],
        "status": ["current"],
    }
    assert wire.asked[0].headers["Authorization"] == "Bearer a-secret-token"


def test_a_trashed_page_is_told_from_one_that_never_was(wire: Wire, datacenter: Confluence) -> None:
    gone = Reply(404, v1_error(404, "No content found with id : ContentId{id=123}"))
    trashed = Reply(body=v1_page(status="trashed", ancestors=[]))
    wire.will(gone, trashed, gone, gone, trashed)
    with pytest.raises(confluence.PageNotCurrent):
        datacenter.get_page("123")
    with pytest.raises(confluence.PageNotFound):
        datacenter.get_page("123")
    assert datacenter.get_page("123", allow_status=["trashed"]).status == "trashed"
    assert [asked.query["status"] for asked in wire.asked] == [
        ["current"], ["any"], ["current"], ["any"], ["any"],
    ]  # fmt: skip
    wire.will(Reply(body=v1_page(status="draft")))
    with pytest.raises(confluence.PageNotCurrent):
        datacenter.get_page("123", allow_status=["trashed"])


def test_a_draft_is_what_was_changed_and_not_published(wire: Wire, datacenter: Confluence) -> None:
    gone = v1_error(404, "No content found with id : ContentId{id=123}")
    wire.will(Reply(body=v1_page(status="draft")), Reply(404, gone))
    draft = datacenter.get_draft("123")
    assert draft
    assert draft.status == "draft"
    assert datacenter.get_draft("123") is None
    assert wire.asked[0].query["status"] == ["draft"]


def test_a_page_without_text_is_never_an_empty_page(wire: Wire, datacenter: Confluence) -> None:
    wire.will(Reply(body=v1_page() | {"body": {}}))
    with pytest.raises(confluence.ImplausibleAnswer):
        datacenter.get_page("123")


def test_an_update_keeps_place_and_labels(wire: Wire, datacenter: Confluence) -> None:
    wire.will(Reply(body=v1_page()))
    answered = datacenter.update_page("123", title="T", body="<p>y</p>", version=4, message="m")
    assert answered == THIRD
    assert wire.asked[0].json == {
        "id": "123",
        "type": "page",
        "status": "current",
        "title": "T",
        "version": {"number": 4, "message": "m", "minorEdit": False},
        "body": {"storage": {"value": "<p>y</p>", "representation": "storage"}},
    }
    assert wire.asked[0].headers["X-Atlassian-Token"] == "no-check"


@pytest.mark.parametrize(("parent_id", "below"), [("44", "44"), (None, "9")])
def test_a_new_page_goes_below_its_parent_or_the_homepage(
    wire: Wire, datacenter: Confluence, parent_id: str | None, below: str
) -> None:
    wire.will(Reply(body=SPACE), Reply(body=v1_page()))
    datacenter.create_page(title="T", body="<p/>", parent_id=parent_id)
    assert wire.asked[0].target == "/confluence/rest/api/space/AX?expand=homepage"
    assert wire.asked[1].json == {
        "type": "page",
        "title": "T",
        "space": {"key": "AX"},
        "ancestors": [{"id": below}],
        "body": {"storage": {"value": "<p/>", "representation": "storage"}},
    }


def test_a_space_that_is_not_there(wire: Wire, datacenter: Confluence) -> None:
    wire.will(Reply(404, v1_error(404, "No space found with key : ZZ")))
    with pytest.raises(confluence.SpaceNotFound):
        datacenter.space("ZZ")


def test_titles_are_compared_here_and_statuses_too(wire: Wire, datacenter: Confluence) -> None:
    rows = [
        v1_page(id="1", title="todo"),
        v1_page(id="2", title="ToDo", status="trashed"),
        v1_page(id="3", title="ToDo list"),
    ]
    wire.will(Reply(body=SPACE), Reply(body={"results": rows, "start": 0, "_links": {}}))
    assert [head.id for head in datacenter.find_page("ToDo")] == ["1"]
    asked = wire.asked[1].query
    assert (asked["spaceKey"], asked["title"], asked["status"]) == (["AX"], ["ToDo"], ["any"])


def test_lists_are_followed_below_the_context(wire: Wire, datacenter: Confluence) -> None:
    following = {"next": "/rest/experimental/content/123/version?limit=25&start=1"}
    row = v1_page()["version"]
    wire.will(Reply(body={"results": [row], "_links": following}), Reply(body={"results": [row]}))
    assert datacenter.versions("123") == [THIRD, THIRD]
    assert wire.asked[1].target == "/confluence" + following["next"]


@pytest.mark.parametrize(
    "refusal",
    [
        Reply(404, {"message": "null for uri: https://h/123/version", "status-code": 404}),
        Reply(405, b""),
    ],
)
def test_versions_are_found_where_the_release_has_them(
    wire: Wire, datacenter: Confluence, refusal: Reply
) -> None:
    rows = {"results": [v1_page()["version"]]}
    wire.will(Reply(body=rows), refusal, Reply(body=rows))
    assert datacenter.versions("123") == [THIRD]
    assert datacenter.versions("123") == [THIRD]
    assert [asked.path for asked in wire.asked] == [
        "/confluence/rest/experimental/content/123/version",
        "/confluence/rest/experimental/content/123/version",
        "/confluence/rest/api/content/123/version",
    ]


def test_an_old_version_may_answer_with_an_id_of_its_own(
    wire: Wire, datacenter: Confluence
) -> None:
    wire.will(Reply(body=v1_page("<p>old</p>", id="777", status="historical")))
    assert datacenter.get_page_version("123", 2).body == "<p>old</p>"
    assert wire.asked[0].query["version"] == ["2"]


def test_the_newest_version_is_found_where_it_is_not_called_historical(
    wire: Wire, datacenter: Confluence
) -> None:
    missing = Reply(404, v1_error(404, "No content found with id : ContentId{id=123}"))
    newest = Reply(body=v1_page("<p>new</p>"))
    wire.will(missing, newest, missing, newest)
    assert datacenter.get_page_version("123", THIRD.number).body == "<p>new</p>"
    with pytest.raises(confluence.PageNotFound):
        datacenter.get_page_version("123", THIRD.number - 1)


def test_the_account_is_a_user_key(wire: Wire, datacenter: Confluence) -> None:
    known = {"type": "known", "username": "bot", "userKey": "ff80", "displayName": "Bot"}
    wire.will(Reply(body=known, headers={"X-AUSERNAME": "bot"}))
    assert datacenter.whoami() == User(account_id="ff80", name="Bot")


@pytest.mark.parametrize(
    "headers",
    [{"X-AUSERNAME": "anonymous"}, {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}],
)
def test_a_rejected_token_that_passes_as_anonymous_is_noticed_on_every_call(
    wire: Wire, datacenter: Confluence, headers: dict[str, str]
) -> None:
    wire.will(*[Reply(body=v1_page(), headers=headers)] * 2)
    with pytest.raises(confluence.CredentialsRejected):
        datacenter.get_page("123")
    with pytest.raises(confluence.CredentialsRejected) as caught:
        datacenter.update_page("123", title="T", body="", version=4)
    assert caught.value.outcome_unknown


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_to_nobody_is_about_the_token(
    wire: Wire, datacenter: Confluence, status: int
) -> None:
    denied = v1_error(status, "Current user not permitted to use Confluence")
    wire.will(
        Reply(status, denied, {"X-AUSERNAME": "anonymous"}),
        Reply(503, b"", {"X-AUSERNAME": "anonymous"}),
    )
    with pytest.raises(confluence.CredentialsRejected, match="nobody: Current user") as caught:
        datacenter.update_page("123", title="T", body="", version=4)
    assert not caught.value.outcome_unknown
    with pytest.raises(confluence.ServerFault):
        datacenter.whoami()


def test_a_captcha_is_told(wire: Wire, datacenter: Confluence) -> None:
    headers = {
        "X-AUSERNAME": "bot",
        "X-Seraph-LoginReason": "AUTHENTICATION_DENIED",
        "X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://h/login",
    }
    wire.will(Reply(403, b"", headers))
    with pytest.raises(confluence.CredentialsRejected, match="CAPTCHA_CHALLENGE: log in once"):
        datacenter.get_page("123")


def test_who_has_no_token_may_be_anonymous(wire: Wire) -> None:
    wire.will(Reply(body=v1_page(), headers={"X-AUSERNAME": "anonymous"}))
    with Confluence(f"http://{wire.host}", deployment="datacenter") as client:
        assert client.get_page("123").id == "123"


@pytest.mark.parametrize(
    ("operations", "may"),
    [
        ({}, None),
        ({"operations": []}, False),
        ({"operations": [{"operation": "update", "targetType": "page"}]}, True),
    ],
)
def test_the_right_to_edit_is_known_or_it_is_not(
    wire: Wire, datacenter: Confluence, operations: dict[str, object], may: bool | None
) -> None:
    wire.will(Reply(body=v1_page() | operations))
    assert datacenter.can_edit("123") is may


def test_tasks_are_not_told(wire: Wire, datacenter: Confluence) -> None:
    assert datacenter.tasks("123") is None
    assert wire.asked == []
