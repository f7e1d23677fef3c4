"""A client that we did not write, atlassian-python-api, works on the sandbox unchanged."""

import pytest
import requests
from atlassian import Confluence
from atlassian.errors import ApiError

TABLE = "<table><tbody><tr><th>play_id</th></tr><tr><td>EXT_Desk_D01</td></tr></tbody></table>"

TASK = (
    "<ac:task><ac:task-status>incomplete</ac:task-status><ac:task-body>x</ac:task-body></ac:task>"
)


@pytest.fixture
def v1(sandbox):
    """Its client of REST v1, as Data Center has it."""
    with Confluence(
        sandbox.url, username=sandbox.email, password=sandbox.token, cloud=False
    )._impl as client:
        yield client


@pytest.fixture
def v2(sandbox):
    """Its client of REST v2."""
    with (
        pytest.warns(DeprecationWarning, match="V1 methods"),
        Confluence(
            sandbox.url, username=sandbox.email, password=sandbox.token, cloud=True, api_version=2
        ) as client,
    ):
        yield client


def test_a_page_lives_its_life_over_v1(v1, sandbox):
    made = v1.create_page("AX", "Log", TABLE, parent_id=sandbox.homepage_id)
    page_id = made["id"]
    v1.append_page(page_id, "Log", "<p>appended</p>")
    v1.update_page(page_id, "Log", TABLE, version_comment="back", minor_edit=True)

    read = v1.get_page_by_id(page_id, expand="body.storage,version,ancestors,space,history")
    assert read["body"]["storage"]["value"] == TABLE
    assert (read["version"]["number"], read["version"]["message"]) == (3, "back")
    assert read["space"]["key"] == "AX"
    assert v1.get_page_ancestors(page_id)[-1]["id"] == sandbox.homepage_id
    assert v1.get_tables_from_page(page_id)["tables_content"] == [[["play_id"], ["EXT_Desk_D01"]]]
    assert "appended" in sandbox.history(page_id)[1].body
    assert sandbox.history(page_id)[2].minor_edit is True

    assert v1.remove_page(page_id) == 204
    assert sandbox.store.page(page_id).status == "trashed"


def test_pages_are_found_over_v1(v1, sandbox):
    page_id = sandbox.add_page("Action Log", TABLE)
    child = sandbox.add_page("Below", parent_id=page_id)

    assert v1.get_page_id("AX", "action log") == page_id
    assert v1.page_exists("AX", "Nothing") is False
    assert v1.get_child_id_list(page_id) == [child]
    assert v1.page_has_children(page_id) is True
    assert {page["id"] for page in v1.get_all_pages_from_space("AX")} == {
        sandbox.homepage_id,
        page_id,
        child,
    }
    assert v1.cql('title = "Action Log"')["results"][0]["content"]["id"] == page_id
    assert v1.get_space("AX", expand="homepage")["homepage"]["id"] == sandbox.homepage_id


def test_labels_and_properties_over_v1(v1, page_id):
    v1.set_page_label(page_id, "play")
    v1.set_page_property(page_id, {"key": "k", "value": {"n": 1}})
    v1.update_page_property(page_id, {"key": "k", "value": {"n": 2}, "version": {"number": 2}})

    assert [row["name"] for row in v1.get_page_labels(page_id)["results"]] == ["play"]
    assert v1.get_page_property(page_id, "k")["value"] == {"n": 2}
    assert [row["key"] for row in v1.get_page_properties(page_id)] == ["k"]
    v1.delete_page_property(page_id, "k")
    v1.remove_page_label(page_id, "play")
    assert v1.get_page_properties(page_id) == []


def test_errors_arrive_as_the_client_knows_them_over_v1(v1, sandbox, page_id):
    with pytest.raises(ApiError, match="no content with the given id"):
        v1.get_page_by_id("999")
    with pytest.raises(requests.HTTPError, match="with the same TITLE"):
        v1.create_page("AX", "Action Log", "<p>twice</p>")
    sandbox.faults.script("colleague_edit", match="PUT")
    with pytest.raises(requests.HTTPError, match="Version must be incremented on update"):
        v1.update_page(page_id, "Action Log", "<p>mine</p>")
    assert "colleague note" in sandbox.body(page_id)


def test_a_page_lives_its_life_over_v2(v2, sandbox):
    space_id = v2.get_space_by_key("AX")["id"]
    page_id = v2.create_page(space_id, "Log", TABLE, parent_id=sandbox.homepage_id)["id"]
    v2.update_page(page_id, title="Log", body="<p>two</p>", status="current", version=1)

    page = v2.get_page_by_id(page_id, body_format="storage")
    assert page["body"]["storage"]["value"] == "<p>two</p>"
    assert v2.get_page_by_title("AX", "LOG")["results"][0]["id"] == page_id
    assert [child["id"] for child in v2.get_child_pages(sandbox.homepage_id)] == [page_id]
    assert [version["number"] for version in v2.get_all_page_versions(page_id)] == [2, 1]

    assert v2.delete_page(page_id) is True
    assert sandbox.store.page(page_id).status == "trashed"


def test_cursors_and_tasks_are_followed_over_v2(v2, sandbox):
    ids = [sandbox.add_page(f"Page {number}") for number in range(5)]
    sandbox.edit(ids[0], f"<ac:task-list>{TASK * 3}</ac:task-list>")

    pages = v2.get_pages(body_format="storage", limit=2)
    tasks = v2.get_tasks(page_ids=[int(ids[0])], limit=2)

    assert [page["id"] for page in pages] == [sandbox.homepage_id, *ids]
    assert [row["status"] for row in tasks] == ["incomplete"] * 3
    assert v2.update_task(tasks[0]["id"], "complete")["status"] == "complete"


def test_the_client_of_the_cloud_flag_reads_versions_and_children(sandbox, page_id):
    child = sandbox.add_page("Below", parent_id=page_id)
    with Confluence(
        sandbox.url, username=sandbox.email, password=sandbox.token, cloud=True
    )._impl as client:
        assert client.get_child_id_list(page_id) == [child]
        versions = client._get_paged(f"rest/api/content/{page_id}/version")
        assert [row["number"] for row in versions] == [1]
