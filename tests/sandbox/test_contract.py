"""What the sandbox answers on REST v2 fits Atlassian's own description of it."""

import re

import jsonschema
import pytest

PAGE = "/pages/{id}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
TASKS = (
    "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status>"
    '<ac:task-body>call <ac:link><ri:user ri:account-id="712020:a" /></ac:link> by '
    '<time datetime="2026-12-01" /></ac:task-body></ac:task></ac:task-list>'
)
READS = [
    ("/pages", "/pages"),
    ("/pages", "/pages?limit=1"),
    ("/pages", "/pages?status=trashed&body-format=storage"),
    (PAGE, "/pages/7"),
    (PAGE, "/pages/9"),
    (
        PAGE,
        (
            "/pages/7?body-format=storage&include-labels=true&include-properties=true"
            "&include-operations=true&include-versions=true&include-likes=true"
        ),
    ),
    (PAGE, "/pages/7?body-format=view"),
    ("/pages/{id}/operations", "/pages/7/operations"),
    ("/pages/{id}/versions", "/pages/7/versions?body-format=storage"),
    ("/pages/{id}/labels", "/pages/7/labels"),
    ("/pages/{page-id}/properties", "/pages/7/properties"),
    ("/spaces", "/spaces?keys=ax"),
    ("/tasks", "/tasks?body-format=storage"),
]


@pytest.fixture
def filled(sandbox, api):
    """A page 7 with one of everything, a page 8 below it, and a page 9 in the trash."""
    sandbox.add_page("Seven", TASKS, page_id="7", subtype="live")
    sandbox.add_page("Eight", page_id="8", parent_id="7")
    sandbox.add_page("Nine", page_id="9")
    sandbox.set_status("9", "trashed")
    sandbox.edit_with("7", lambda body: body + "<p>more</p>")
    api.call("POST", "/rest/api/content/7/label", json=[{"prefix": "global", "name": "Play"}])
    api.call("POST", "/api/v2/pages/7/properties", json={"key": "k", "value": {"a": [1]}})
    return api


@pytest.mark.parametrize(("route", "address"), READS)
def test_a_read_answers_as_described(filled, contract, route, address):
    response = filled.get("/api/v2" + address)

    assert response.status_code == 200
    assert_fits(contract, route, "get", response)
    if "results" in response.json():
        assert response.json()["results"]


def test_a_bulk_look_up_of_people_answers_as_described(filled, contract):
    by = filled.get("/api/v2/pages/7").json()["version"]["authorId"]

    found = filled.call("POST", "/api/v2/users-bulk", json={"accountIds": [by, "712020:nobody"]})

    assert_fits(contract, "/users-bulk", "post", found)
    assert [row["accountId"] for row in found.json()["results"]] == [by]
    for wrong in ([], "x", ["a"] * 251):
        sent = {"accountIds": wrong}
        assert filled.call("POST", "/api/v2/users-bulk", json=sent).status_code == 400


def test_writes_answer_as_described(filled, contract):
    assert_fits(contract, "/pages", "post", filled.create("New", subtype="live"))
    assert_fits(contract, PAGE, "put", filled.put("7", 3))
    posted = filled.call("POST", "/api/v2/pages/7/properties", json={"key": "n", "value": 1})
    assert_fits(contract, "/pages/{page-id}/properties", "post", posted)
    route = "/pages/{page-id}/properties/{property-id}"
    address = f"/api/v2/pages/7/properties/{posted.json()['id']}"
    change = {"key": "n", "value": 2, "version": {"number": 2, "message": ""}}
    assert_fits(contract, route, "put", filled.call("PUT", address, json=change))


def test_ticking_a_task_answers_as_described(filled, contract):
    response = filled.call("PUT", "/api/v2/tasks/1", json={"status": "incomplete"})

    assert_fits(contract, "/tasks/{id}", "put", response)


def test_a_page_has_every_field_that_is_not_asked_for_apart(filled, contract):
    described = set(contract["components"]["schemas"]["PageSingle"]["properties"])
    optional = {"labels", "properties", "operations", "likes", "versions"}

    page = filled.page("7").json()

    assert described - optional - {"isFavoritedByCurrentUser"} <= set(page)
    assert MOMENT.fullmatch(page["createdAt"])
    assert MOMENT.fullmatch(page["version"]["createdAt"])


def assert_fits(contract, route, method, response):
    answers = contract["paths"][route][method]["responses"]
    schema = answers[str(response.status_code)]["content"]["application/json"]["schema"]
    components = with_nulls(contract["components"])
    jsonschema.validate(response.json(), with_nulls(schema) | {"components": components})


def with_nulls(schema):
    """OpenAPI 3.0 in JSON Schema's words; "or null" in a description counts as well."""
    if isinstance(schema, list):
        return [with_nulls(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: with_nulls(part) for name, part in schema.items()}
    says_null = "or null" in str(schema.get("description", ""))
    if schema.get("nullable") or (isinstance(schema.get("type"), str) and says_null):
        return {"anyOf": [plain, {"type": "null"}]}
    return plain
