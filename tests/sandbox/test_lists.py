"""Lists, the page tree, search and what hangs on pages: complete, in order, cut where asked."""

import re

import pytest

from tests.sandbox.conftest import title_of


def walk(api, address):
    """All rows of a v2 list, by its links; the link must be the same in the header."""
    rows = []
    while address:
        response = api.get(address)
        assert response.status_code == 200
        rows += response.json()["results"]
        following = response.json()["_links"].get("next")
        assert response.links.get("next", {}).get("url") == following
        assert following is None or following.startswith("/wiki/api/v2/")
        address = following and following.removeprefix("/wiki")
    return rows


@pytest.mark.parametrize("limit", [1, 2, 3, 250])
def test_a_cursor_leads_through_all_pages_once(api, sandbox, limit):
    ids = [sandbox.add_page(f"Page {number}") for number in range(5)]

    rows = walk(api, f"/api/v2/pages?limit={limit}&sort=-created-date&space-id={space_id(sandbox)}")

    assert [row["id"] for row in rows] == [*ids[::-1], sandbox.homepage_id]


def test_a_title_is_found_exactly_in_any_case_and_at_once(api, sandbox):
    page_id = sandbox.add_page("EXT_Desk_D01 ToDo List")
    sandbox.add_page("EXT_Desk_D01 ToDo List 2")
    archived = sandbox.add_page("Old one")
    sandbox.set_status(archived, "archived")

    def found(**query):
        return [row["id"] for row in api.get("/api/v2/pages", **query).json()["results"]]

    assert found(title="ext_desk_d01 todo list") == [page_id]
    assert found(title="EXT_Desk_D01") == []
    assert found(title="Old one") == [archived]
    assert found(title="Old one", status="current") == []
    assert found(title="Old one", status=["current", "archived"]) == [archived]


def test_a_space_is_found_by_its_key_in_any_case(api, sandbox):
    sandbox.store.add_space("HR")
    results = api.get("/api/v2/spaces", keys="ax").json()["results"]

    assert [(space["key"], space["homepageId"]) for space in results] == [
        ("AX", sandbox.homepage_id)
    ]
    assert api.get("/api/v2/spaces", keys="NONE").json()["results"] == []
    assert len(walk(api, "/api/v2/spaces?limit=1")) == 2


def test_children_are_those_directly_below(api, sandbox):
    top = sandbox.add_page("Top")
    middle = sandbox.add_page("Middle", parent_id=top)
    sandbox.add_page("Bottom", parent_id=middle)

    assert [row["id"] for row in walk(api, f"/api/v2/pages/{top}/direct-children")] == [middle]


def test_a_page_is_moved_but_never_below_itself(api, sandbox):
    top = sandbox.add_page("Top")
    below = sandbox.add_page("Below", parent_id=top)

    assert api.put(top, 2, parentId=below).status_code == 400
    moved = api.put(below, 2, parentId=sandbox.homepage_id)

    assert moved.status_code == 200
    assert sandbox.store.page(below).parent_id == sandbox.homepage_id


def test_children_of_a_deleted_page_move_up(api, sandbox):
    top = sandbox.add_page("Top")
    below = sandbox.add_page("Below", parent_id=top)

    api.call("DELETE", f"/api/v2/pages/{top}")

    assert api.page(below).json()["parentId"] == sandbox.homepage_id


SEARCHES = [
    ('title = "play db"', ["Play DB"]),
    ('title = "Play"', []),
    ('title ~ "play"', ["Play DB", "Play log"]),
    ('title ~ "pl*g"', []),
    ('title ~ "pla* l?g"', ["Play log"]),
    ('title ~ "\\"play l\\""', ["Play log"]),
    ('title = "Q3: \\"plan\\" \\\\ (draft)"', ['Q3: "plan" \\ (draft)']),
    ("text ~ '콜센터'", ["Play DB"]),
    ('text ~ "hidden"', []),
    ('siteSearch ~ "aht 콜센터"', ["Play DB"]),
    ('space = AX and type = page and title ~ "log"', ["Play log"]),
    ("space = HR", ["HR space home"]),
    ('space in (AX, "HR") and title ~ "home"', ["AX space home", "HR space home"]),
    ("type = blogpost", []),
    ("parent = 7", ["Play log"]),
    ('ancestor = 7 or title = "AX space home"', ["AX space home", "Play log"]),
    ('title ~ "play" and not title = "Play DB"', ["Play log"]),
    ('title ~ "play" and title != "Play DB"', ["Play log"]),
    ('title ~ "play" order by title desc', ["Play log", "Play DB"]),
    ("id in (7, 8) ORDER BY created ASC, title", ["Play DB", "Play log"]),
    ("id not in (7) and label = q3", ["Play log"]),
    ('(title ~ "play") and created >= "2020-01-01"', ["Play DB", "Play log"]),
    ('title ~ "play" and lastmodified < "2020-01-01 10:00"', []),
]


@pytest.fixture
def library(sandbox, api):
    sandbox.store.add_space("HR")
    sandbox.add_page("Play DB", "<p>콜센터 <code>hid</code>den &amp; AHT</p>", page_id="7")
    sandbox.add_page("Play log", page_id="8", parent_id="7")
    sandbox.add_page('Q3: "plan" \\ (draft)')
    sandbox.set_status(sandbox.add_page("Play archived"), "archived")
    api.call("POST", "/rest/api/content/8/label", json=[{"prefix": "global", "name": "Q3"}])
    return api


@pytest.mark.parametrize(("cql", "titles"), SEARCHES)
def test_cql_finds(library, cql, titles):
    rows = library.get("/rest/api/search", cql=cql).json()["results"]

    assert [row["content"]["title"] for row in rows] == titles


@pytest.mark.parametrize(
    "cql",
    [
        "title ~",
        "title",
        'title "x"',
        'colour = "red"',
        'title = "unclosed',
        "title = x and",
        "(title = x",
        "title = x)",
        "title in ()",
        "text = x",
        "created ~ x",
        "title = x order by colour",
        "and title = x",
        "",
    ],
)
def test_bad_cql_is_a_400(library, cql):
    response = library.get("/rest/api/search", cql=cql)

    assert (response.status_code, response.json()["statusCode"]) == (400, 400)


def test_search_pages_by_cursor_and_ignores_start(library):
    first = library.get("/rest/api/search", cql='title ~ "play"', limit=1, start=1).json()
    assert [row["content"]["title"] for row in first["results"]] == ["Play DB"]
    assert first["totalSize"] == 2

    assert first["_links"]["next"].startswith("/rest/api/search?next=true&cursor=")
    second = library.get(first["_links"]["next"]).json()

    assert [row["content"]["title"] for row in second["results"]] == ["Play log"]
    assert "next" not in second["_links"]


def test_a_hit_marks_its_title_and_shows_text_without_markup(library):
    (row,) = library.get("/rest/api/search", cql='title ~ "DB"').json()["results"]

    assert row["title"] == "Play @@@hl@@@DB@@@endhl@@@"
    assert row["excerpt"] == "콜센터 hid den & AHT"


def test_v1_lists_page_by_start(library):
    titles, address = [], "/rest/api/content?spaceKey=AX&limit=2"
    while address:
        answer = library.get(address).json()
        titles += [row["title"] for row in answer["results"]]
        address = answer["_links"].get("next")

    assert titles == ["AX space home", "Play DB", "Play log", 'Q3: "plan" \\ (draft)']


def test_properties_are_versioned_on_their_own(api, sandbox, page_id):
    address = f"/api/v2/pages/{page_id}/properties"
    made = api.call("POST", address, json={"key": "state", "value": {"n": 1}}).json()
    again = api.call("POST", address, json={"key": "state", "value": 2})
    assert (again.status_code, title_of(again)) == (
        409,
        "Property with key [state] already exists",
    )

    def change(number):
        body = {"key": "state", "value": 2, "version": {"number": number}}
        return api.call("PUT", f"{address}/{made['id']}", json=body)

    assert [change(number).status_code for number in (1, 3, 2)] == [409, 409, 200]
    assert api.get(address, key="state").json()["results"][0]["value"] == 2
    assert api.get(f"/rest/api/content/{page_id}/property/state").json()["version"]["number"] == 2
    assert sandbox.version(page_id) == 1


def test_labels_are_lower_case_once_each_and_no_version(api, sandbox, page_id):
    address = f"/rest/api/content/{page_id}/label"
    for _ in range(2):
        api.call("POST", address, json=[{"prefix": "global", "name": "Play"}])
    bad = api.call("POST", address, json=[{"prefix": "global", "name": "two words"}])

    assert (bad.status_code, bad.json()["message"]) == (400, "Could not parse Labels")
    labels = api.get(f"/api/v2/pages/{page_id}/labels").json()["results"]
    assert [label["name"] for label in labels] == ["play"]
    assert api.call("DELETE", address, params={"name": "play"}).status_code == 204
    assert api.get(address).json()["results"] == []
    assert sandbox.version(page_id) == 1


def task(number, text, status="incomplete"):
    return (
        f"<ac:task><ac:task-id>{number}</ac:task-id><ac:task-status>{status}</ac:task-status>"
        f"<ac:task-body>{text}</ac:task-body></ac:task>"
    )


@pytest.fixture
def todo(sandbox):
    first = (
        '<ac:link><ri:user ri:account-id="712020:kim" /></ac:link> <time datetime="2026-12-24" />'
    )
    body = f"<ac:task-list>{task(1, first)}{task(2, 'done', 'complete')}{task(3, ' ')}"
    return sandbox.add_page("ToDo", body + "</ac:task-list>")


def test_tasks_are_read_out_of_the_page(api, todo):
    rows = api.get("/api/v2/tasks", **{"page-id": todo, "body-format": "storage"}).json()["results"]

    assert [(row["localId"], row["status"]) for row in rows] == [
        ("1", "incomplete"),
        ("2", "complete"),
        ("3", "incomplete"),
    ]
    assert (rows[0]["assignedTo"], rows[0]["dueAt"]) == (
        "712020:kim",
        "2026-12-24T00:00:00.000Z",
    )
    assert re.search(r"ri:account-id", rows[0]["body"]["storage"]["value"])
    assert {"assignedTo", "dueAt"}.isdisjoint(rows[1])


@pytest.mark.parametrize(
    ("query", "local_ids"),
    [
        ({"status": "incomplete"}, ["1", "3"]),
        ({"include-blank-tasks": "false"}, ["1", "2"]),
        ({"assigned-to": "712020:kim"}, ["1"]),
        ({"page-id": "1"}, []),
        ({"task-id": "2,3"}, ["2", "3"]),
    ],
)
def test_tasks_are_filtered(api, todo, query, local_ids):
    rows = api.get("/api/v2/tasks", **query).json()["results"]

    assert [row["localId"] for row in rows] == local_ids


def test_tasks_within_tasks_count_singly_and_code_not_at_all(api, sandbox):
    inner = task(2, '<ri:user ri:account-id="712020:kim" />', "complete")
    code = f"<ac:plain-text-body><![CDATA[{task(9, 'x')}]]></ac:plain-text-body>"
    sandbox.add_page("ToDo", code + task(1, f"outer<ac:task-list>{inner}</ac:task-list>"))

    rows = api.get("/api/v2/tasks").json()["results"]
    assert [(row["localId"], row["status"], row.get("assignedTo")) for row in rows] == [
        ("1", "incomplete", None),
        ("2", "complete", "712020:kim"),
    ]
    api.call("PUT", f"/api/v2/tasks/{rows[0]['id']}", json={"status": "complete"})
    rows = api.get("/api/v2/tasks").json()["results"]
    assert [row["status"] for row in rows] == ["complete", "complete"]


def test_a_tick_changes_the_page_and_remembers_who(api, sandbox, todo):
    before = sandbox.body(todo)

    response = api.call("PUT", "/api/v2/tasks/1", json={"status": "complete"})

    assert response.json()["status"] == "complete"
    assert response.json()["completedBy"].startswith("712020:")
    assert sandbox.body(todo) == before.replace("incomplete", "complete", 1)
    assert sandbox.version(todo) == 2
    assert api.call("PUT", "/api/v2/tasks/1", json={"status": "done"}).status_code == 400


def test_tasks_go_with_their_page(api, sandbox, todo):
    sandbox.set_status(todo, "trashed")
    assert api.get("/api/v2/tasks").json()["results"] == []

    sandbox.set_status(todo, "current")
    assert len(walk(api, "/api/v2/tasks?limit=1")) == 3


def space_id(sandbox):
    return sandbox.store.space.id
