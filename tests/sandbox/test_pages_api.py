"""Reading and writing pages: versions, titles, statuses, bodies, as the real site has them."""

import pytest

from plays.sandbox import Sandbox
from tests.sandbox.conftest import Api, title_of, update

AT = "\n at [row,col {unknown-source}]: "


def test_a_page_is_read_with_body_and_version_in_one_answer(api, page_id):
    page = api.page(page_id).json()

    assert page["body"]["storage"] == {"representation": "storage", "value": "<p>old</p>"}
    assert page["version"]["number"] == 1
    assert (page["id"], page["status"], page["title"]) == (page_id, "current", "Action Log")
    assert page["_links"]["base"] == api.sandbox.url


def test_without_a_body_format_the_body_is_an_empty_object(api, page_id):
    assert api.get(f"/api/v2/pages/{page_id}").json()["body"] == {}


def test_every_answer_carries_the_ids_that_support_asks_for(api, page_id):
    headers = api.page(page_id).headers

    assert headers["atl-request-id"]
    assert headers["atl-traceid"]


@pytest.mark.parametrize("number", [-1, 0, 1, 3, 99])
def test_only_the_current_version_plus_one_is_accepted(api, sandbox, page_id, number):
    response = api.put(page_id, number)

    assert response.status_code == 409
    assert response.json() == {
        "errors": [
            {
                "status": "409",
                "code": "CONFLICT",
                "title": "Version must be incremented when updating a page. "
                f"Current Version: [1]. Provided version: [{number}]",
                "detail": None,
            }
        ]
    }
    assert sandbox.body(page_id) == "<p>old</p>"


def test_an_update_makes_one_version_with_message_and_author(api, sandbox, page_id):
    response = api.put(page_id, 2, "<p>mine</p>")

    assert response.status_code == 200
    assert response.json()["version"]["number"] == 2
    assert response.json()["body"]["storage"]["value"] == "<p>mine</p>"
    old, new = sandbox.history(page_id)
    assert (old.body, old.author) == ("<p>old</p>", "colleague")
    assert (new.body, new.author, new.message) == ("<p>mine</p>", sandbox.email, "why")
    assert new.created_at > old.created_at


def test_both_body_shapes_are_taken(api, sandbox, page_id):
    nested = {"storage": {"representation": "storage", "value": "<p>nested</p>"}}

    assert api.put(page_id, 2, nested).status_code == 200
    assert sandbox.body(page_id) == "<p>nested</p>"


@pytest.mark.parametrize("missing", ["id", "status", "title", "body", "version"])
def test_an_update_needs_all_five_fields(api, sandbox, page_id, missing):
    payload = update(page_id, 2, title="Action Log", body="<p>x</p>")
    del payload[missing]

    response = api.call("PUT", f"/api/v2/pages/{page_id}", json=payload)

    assert response.status_code == 400
    assert sandbox.version(page_id) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": "  "}, "You need to include the title to update a page."),
        ({"title": "x" * 256}, "Title cannot be longer than 255 characters."),
        ({"title": "PLAY db"}, ("A page with this title already exists: A page already exists "
         "with the same TITLE in this space")),
        ({"spaceId": "1"}, "You can't change an existing page's space."),
        ({"parentId": "786433"}, "Can not set page as its own parent"),
        ({"body": {"representation": "atlas_doc_format", "value": "{}"}},
         "This sandbox takes storage bodies only, not atlas_doc_format"),
        ({"status": "archived"}, ("Provided value {archived} for 'status' is not the correct type. "
         "Expected type is one of [current, draft]")),
        ({"id": "1"}, "The page id [786433] does not match the id of the request body"),
    ],
)  # fmt: skip
def test_a_bad_update_is_a_400_in_confluences_words(api, sandbox, page_id, changes, sentence):
    sandbox.add_page("Play DB")

    response = api.put(page_id, 2, **changes)

    assert (response.status_code, title_of(response)) == (400, sentence)
    assert response.json()["errors"][0]["status"] == 400
    assert sandbox.version(page_id) == 1


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("<p>a", f"Unexpected close tag </xml>; expected </p>.{AT}[1,"),
        ("<p>\n<b></p>", f"Unexpected close tag </p>; expected </b>.{AT}[2,"),
        ("<p>&word;</p>", f'Undeclared general entity "word"{AT}[1,4]'),
        ("<p>a & b</p>", "Unexpected character ' ' (code 32)"),
        ("</xml><xml>", "Unexpected character '<' (code 60)"),
        ("<p>\x00</p>", "Unexpected character '\x00' (code 0)"),
    ],
)  # fmt: skip
def test_an_ill_formed_body_is_refused_with_its_place(api, sandbox, page_id, body, sentence):
    response = api.put(page_id, 2, body)
    v1 = api.put_v1(page_id, 2, body)

    assert response.status_code == v1.status_code == 400
    assert title_of(response).startswith(f"Error parsing xhtml: {sentence}")
    assert v1.json()["message"] == (
        "com.atlassian.confluence.api.service.exceptions.BadRequestException: " + title_of(response)
    )
    assert sandbox.version(page_id) == 1


@pytest.mark.parametrize(
    "body", ["", "plain text", "<p>&nbsp;&mdash;&#44;</p>", "<ac:x ri:y='1'/>"]
)
def test_fragments_prefixes_and_html_entities_are_well_formed(api, page_id, body):
    assert api.put(page_id, 2, body).status_code == 200


def test_a_request_over_five_megabytes_is_a_413(api, sandbox, page_id):
    response = api.put(page_id, 2, "<p>" + "x" * 5_242_880 + "</p>")

    assert response.status_code == 413
    assert "at most 5242880 bytes" in title_of(response)
    assert sandbox.version(page_id) == 1
    assert api.put(page_id, 2, "<p>" + "x" * 5_000_000 + "</p>").status_code == 200


def test_a_new_page_hangs_below_the_home_page_and_answers_200(api, sandbox):
    response = api.create("Fresh", "<br/>")

    page = response.json()
    assert response.status_code == 200
    assert page["parentId"] == sandbox.homepage_id
    assert page["version"]["number"] == 1
    assert sandbox.body(page["id"]) == "<br />"


def test_a_new_page_goes_where_it_is_told(api, page_id):
    assert api.create("Below", parentId=page_id).json()["parentId"] == page_id
    root = api.call(
        "POST", "/api/v2/pages?root-level=true",
        json={"spaceId": api.sandbox.store.space.id, "title": "Root"},
    )  # fmt: skip
    assert root.json()["parentId"] is None


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"title": " action LOG "}, 400, "A page with this title already exists"),
        ({"title": None}, 400, "You must specify a title for new content."),
        ({"title": "x" * 256}, 400, "Title cannot be longer than 255 characters."),
        ({"parentId": "1"}, 404, "The parent ID specified (1) does not exist?"),
        ({"spaceId": "1"}, 404, "Cannot find a space with id [1]"),
        ({"spaceId": None}, 400, "Provided value {null} for 'spaceId'"),
        ({"body": {"representation": "storage", "value": "<p>"}}, 400, "Error parsing xhtml:"),
        ({"body": {"representation": "storage", "value": None}}, 400, "Provided value {null}"),
    ],
)
def test_a_bad_new_page_is_refused(api, sandbox, page_id, changes, status, sentence):
    pages_before = len(sandbox.store.pages())

    response = api.create(**{"title": "Fresh"} | changes)

    assert response.status_code == status
    assert title_of(response).startswith(sentence)
    assert len(sandbox.store.pages()) == pages_before


def test_an_archived_page_keeps_its_title_and_a_trashed_one_frees_it(api, sandbox, page_id):
    sandbox.set_status(page_id, "archived")
    assert api.create("Action Log").status_code == 400

    sandbox.set_status(page_id, "trashed")
    assert api.create("Action Log").status_code == 200
    restored = api.put(page_id, 2)
    assert (restored.status_code, title_of(restored)[:11]) == (400, "A page with")


def test_a_trashed_page_is_still_read_without_a_parent(api, page_id):
    assert api.call("DELETE", f"/api/v2/pages/{page_id}").status_code == 204

    page = api.page(page_id).json()
    assert page["status"] == "trashed"
    assert page["parentId"] is page["parentType"] is page["position"] is None


def test_an_update_of_a_trashed_page_restores_it_and_ignores_the_body(api, sandbox, page_id):
    sandbox.set_status(page_id, "trashed")

    response = api.put(page_id, 2, "<p>ignored</p>")

    assert (response.status_code, response.json()["status"]) == (200, "current")
    assert sandbox.body(page_id) == "<p>old</p>"


def test_an_archived_page_is_read_with_its_parent_and_not_written(api, sandbox, page_id):
    sandbox.set_status(page_id, "archived")

    page = api.page(page_id).json()
    assert (page["status"], page["parentId"]) == ("archived", sandbox.homepage_id)
    assert api.put(page_id, 2).status_code == 400


def test_a_purged_page_is_gone(api, page_id):
    address = f"/api/v2/pages/{page_id}"
    assert api.call("DELETE", f"{address}?purge=true").status_code == 400
    api.call("DELETE", address)
    assert api.call("DELETE", f"{address}?purge=true").status_code == 204

    gone = api.page(page_id)
    assert (gone.status_code, title_of(gone)) == (404, f"Cannot find a page with id [{page_id}]")
    assert api.call("DELETE", address).status_code == 500


def test_a_restricted_page_looks_missing_and_a_locked_one_refuses_writes(api, sandbox, page_id):
    sandbox.restrict(page_id, edit=True)
    operations = api.get(f"/api/v2/pages/{page_id}/operations").json()["operations"]
    assert operations == [{"operation": "read", "targetType": "page"}]
    assert api.page(page_id).status_code == 200
    assert api.put(page_id, 2).status_code == 404
    assert api.put_v1(page_id, 2).status_code == 403

    sandbox.restrict(page_id, view=True)
    assert api.page(page_id).status_code == 404
    assert page_id not in api.get("/api/v2/pages").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v2/pages/abc", 400),
        ("/api/v2/pages/999999999999", 404),
        ("/api/v2/pages?status=draft", 400),
        ("/api/v2/pages?limit=0", 400),
        ("/api/v2/pages?limit=251", 400),
        ("/api/v2/pages?sort=colour", 400),
        ("/api/v2/pages?cursor=nonsense", 400),
        ("/api/v2/pages?body-format=none", 400),
        ("/api/v2/pages/786433?body-format=editor", 400),
        ("/api/v2/pages/786433?status=archived", 404),
        ("/api/v2/pages/786433?version=2", 404),
        ("/api/v2/nothing", 404),
        ("/rest/api/content/999999999999", 404),
        ("/rest/api/content?spaceKey=NO", 404),
        ("/rest/api/space/NO", 404),
        ("/rest/api/search", 400),
    ],
)
def test_what_is_not_there_or_not_meant_has_its_status(api, page_id, path, status):
    assert api.get(path).status_code == status


def test_history_is_read_by_version_and_as_a_list(api, page_id):
    api.put(page_id, 2, "<p>two</p>")

    assert api.page(page_id, version=1).json()["body"]["storage"]["value"] == "<p>old</p>"
    rows = api.get(f"/api/v2/pages/{page_id}/versions", **{"body-format": "storage"}).json()
    bodies = [row["page"]["body"]["storage"]["value"] for row in rows["results"]]
    assert bodies == ["<p>two</p>", "<p>old</p>"]


@pytest.mark.parametrize(("noop_put", "number"), [("new_version", 3), ("same_version", 2)])
def test_an_update_that_changes_nothing_is_as_the_switch_says(noop_put, number):
    with Sandbox(noop_put=noop_put) as sandbox:
        api = Api(sandbox)
        page_id = sandbox.add_page("Log")
        api.put(page_id, 2, '<ac:structured-macro ac:name="toc" />')

        again = api.put(page_id, 3, sandbox.body(page_id))

        assert (again.status_code, again.json()["version"]["number"]) == (200, number)
        api.session.close()


def test_a_draft_has_no_versions_until_it_is_published(api, sandbox):
    page_id = api.create("", status="draft").json()["id"]
    assert api.page(page_id).status_code == 404
    assert api.page(page_id, **{"get-draft": "true"}).json()["status"] == "draft"
    assert api.put(page_id, 2, status="draft", title="x").status_code == 409

    published = api.put(page_id, 1, "<p>out</p>", title="Published")

    assert (published.status_code, published.json()["version"]["number"]) == (200, 1)
    assert api.page(page_id).json()["body"]["storage"]["value"] == "<p>out</p>"


def test_a_shared_draft_leaves_the_published_page_alone(api, sandbox, page_id):
    response = api.put(page_id, 1, "<p>draft</p>", status="draft")

    assert (response.status_code, response.json()["status"]) == (200, "draft")
    assert api.page(page_id).json()["body"]["storage"]["value"] == "<p>old</p>"
    draft = api.page(page_id, **{"get-draft": "true"}).json()
    assert draft["body"]["storage"]["value"] == "<p>draft</p>"
    assert api.call("DELETE", f"/api/v2/pages/{page_id}?draft=true").status_code == 204
    assert sandbox.version(page_id) == 1


def test_v1_says_the_same_in_its_own_shape(api, sandbox, page_id):
    stale = api.put_v1(page_id, 5)
    assert stale.json() == {
        "statusCode": 409,
        "data": {
            "authorized": True,
            "valid": True,
            "allowedInReadOnlyMode": True,
            "errors": [],
            "successful": False,
        },
        "message": "Version must be incremented on update. Current version is: 1",
        "reason": "Conflict",
    }
    unversioned = api.put_v1(page_id, 2, version=None)
    assert (unversioned.status_code, unversioned.json()["message"]) == (
        400,
        "Must supply an incremented version when updating Content. No version supplied.",
    )
    assert api.put_v1(page_id, 2, type="blogpost").status_code == 400
    untitled = api.put_v1(page_id, 2, title=None)
    assert untitled.json()["message"] == "You need to include the title to update a page."
    assert api.put_v1(page_id, 5, title=None).status_code == 409, "the version is looked at first"
    assert sandbox.version(page_id) == 1


def test_on_v1_a_body_and_a_parent_that_are_left_out_stay(api, sandbox, page_id):
    response = api.put_v1(page_id, 2, title="Renamed", body=None)

    assert response.status_code == 200
    assert response.json()["ancestors"][-1]["id"] == sandbox.homepage_id
    assert (sandbox.body(page_id), sandbox.history(page_id)[-1].title) == ("<p>old</p>", "Renamed")
