"""What colleagues can do on the sandbox's screens, and what the screens refuse."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import requests

from plays.sandbox import Sandbox
from plays.sandbox.content.store import Store
from plays.sandbox.rest.shapes_v2 import page_links
from plays.sandbox.web.screens import Answer, respond

HOSTILE = '"><script>alert(1)</script>'
TASK = (
    "<ac:task-list><ac:task><ac:task-id>3</ac:task-id><ac:task-status>incomplete"
    "</ac:task-status><ac:task-body>Call</ac:task-body></ac:task></ac:task-list>"
)


class Tags(HTMLParser):
    """The tags of a document with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def values(self, attribute: str) -> Iterator[str]:
        return (given[attribute] for _, given in self.found if attribute in given)


@pytest.fixture
def store() -> Store:
    store = Store(seed=3)
    store.create("Play DB", "<p>one</p>", by="김철수", page_id="720899")
    store.save("720899", by="이영희", body="<p>two</p>", message="둘째")
    store.create("할 일", TASK, by="박민수", page_id="720932", parent_id="720899")
    store.create("옛 계획", "<p>old</p>", by="박민수", page_id="7")
    store.set_status("7", "archived")
    return store


def get(store: Store, address: str, **headers: str) -> Answer:
    url = urlsplit(address)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return respond(store, "GET", unquote(url.path), parse_qs(url.query), {}, named)


def post(store: Store, address: str, headers: dict[str, str] | None = None, **form: str) -> Answer:
    url = urlsplit(address)
    fields = {name: [value] for name, value in form.items()}
    return respond(store, "POST", url.path, parse_qs(url.query), fields, headers)


def text(answer: Answer) -> str:
    return answer[2].decode()


def edit_form(store: Store, page_id: str) -> dict[str, str]:
    """The fields of the edit form as a browser would send them back."""
    html = text(get(store, f"/wiki/pages/editpage.action?pageId={page_id}"))
    fields = {
        given["name"]: given.get("value", "")
        for tag, given in Tags(html).found
        if tag == "input" and given["name"] != "text"
    }
    typed = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", html, re.DOTALL)
    assert typed
    return fields | {"body": unescape(typed[1])}


SCREENS = [
    "/wiki/spaces/AX/overview",
    "/wiki/spaces/AX/pages",
    "/wiki/spaces/AX/pages/720899/anything",
    "/wiki/pages/viewpage.action?pageId=7",
    "/wiki/pages/viewpage.action?pageId=720899&pageVersion=1",
    "/wiki/pages/viewpreviousversions.action?pageId=720899",
    "/wiki/pages/diffpagesbyversion.action?pageId=720899&selectedPageVersions=1,2",
    "/wiki/pages/editpage.action?pageId=720899",
    "/wiki/pages/createpage.action?parentPageId=720899",
    "/wiki/search?text=two",
]


@pytest.mark.parametrize("address", SCREENS)
@pytest.mark.parametrize(("language", "word"), [("ko-KR", "검색"), ("en-US", "Search")])
def test_every_screen_speaks_the_browsers_language(
    store: Store, address: str, language: str, word: str
) -> None:
    answer = get(store, address, Accept_Language=language)

    assert answer[0] == 200
    assert f'<html lang="{language[:2]}">' in text(answer)
    assert word in text(answer)


@pytest.mark.parametrize("address", SCREENS)
def test_no_screen_needs_or_allows_scripts_and_inline_styles(store: Store, address: str) -> None:
    _, headers, body = get(store, address)

    tags = Tags(body.decode())
    assert "script" not in {tag for tag, _ in tags.found}
    assert not [*tags.values("style"), *tags.values("onclick")]
    assert "default-src 'none'; style-src 'self'" in headers["Content-Security-Policy"]


def test_every_link_on_every_screen_leads_somewhere(store: Store) -> None:
    waiting, seen = ["/wiki"], set()

    while waiting:
        address = waiting.pop()
        seen.add(address)
        status, headers, body = get(store, address)
        assert status in (200, 303), address
        found = [headers["Location"]] if status == 303 else Tags(body.decode()).values("href")
        waiting += {url for url in found if url.startswith("/") and url not in seen}

    assert len(seen) > 25


def test_the_links_that_rest_gives_out_lead_to_the_page(store: Store) -> None:
    for link in page_links(store, store.page("720932")).values():
        status, headers, body = get(store, "/wiki" + link)
        shown = text(get(store, headers["Location"])) if status == 303 else body.decode()
        assert "720932" in shown, link


def test_page_ids_stand_on_the_page_and_in_the_list(store: Store) -> None:
    for address in ("/wiki/spaces/AX/pages/720899/x", "/wiki/spaces/AX/pages"):
        assert re.search(r'<code class="copy"[^>]*>720899</code>', text(get(store, address)))


def test_what_people_typed_never_becomes_markup(store: Store) -> None:
    page = store.create(HOSTILE, "<p>x</p>", by=HOSTILE)
    store.save(page.id, by=HOSTILE, title=HOSTILE + "2", body="<p>y</p>", message=HOSTILE)
    addresses = [address.replace("720899", page.id) for address in SCREENS]

    for address in [*addresses, "/wiki/search?text=" + HOSTILE, "/wiki/spaces/" + HOSTILE]:
        assert "<script" not in text(get(store, address))


def test_a_lone_surrogate_in_a_title_breaks_no_screen(store: Store) -> None:
    page = store.create("a\ud800b", "<p>x</p>", by="a\udfffb")

    for address in SCREENS:
        assert get(store, address.replace("720899", page.id))[0] == 200


def test_a_save_is_a_colleagues_save_in_the_browser_editor(store: Store) -> None:
    form = edit_form(store, "720899")

    form |= {"body": "<ul>\r\n<li>a</li>\r\n</ul>", "by": "김영수", "message": "정리"}
    status, headers, _ = post(store, "/wiki/pages/editpage.action", **form)

    version = store.page("720899").version
    assert (status, headers["Location"]) == (303, "/wiki/spaces/AX/pages/720899/Play+DB")
    assert (version.number, version.author, version.message) == (3, "김영수", "정리")
    assert re.fullmatch(
        r'<ul local-id="\w{12}"><li local-id="\w{12}"><p local-id="\w{12}">a</p></li></ul>',
        version.body,
    )


def test_the_form_sends_back_the_source_as_it_was(store: Store) -> None:
    body = "\n<p>a &amp; b &lt;</p><!-- c --></textarea>\n".replace("</textarea>", "")
    store.save("720899", by="x", body=body)

    assert edit_form(store, "720899")["body"] == body


def test_a_page_that_moved_on_is_not_overwritten_and_nothing_typed_is_lost(store: Store) -> None:
    form = edit_form(store, "720899") | {"body": "<p>mine</p>"}
    store.save("720899", by="누군가", body="<p>theirs</p>")

    answer = post(store, "/wiki/pages/editpage.action", **form)

    assert answer[0] == 409
    assert store.page("720899").body == "<p>theirs</p>"
    assert "누군가" in text(answer)
    assert "&lt;p&gt;mine&lt;/p&gt;</textarea>" in text(answer)
    assert "<ins>theirs</ins>" in text(answer)


def test_who_saw_the_conflict_can_save_over_it(store: Store) -> None:
    form = edit_form(store, "720899") | {"body": "<p>mine</p>"}
    store.save("720899", by="누군가", body="<p>theirs</p>")
    shown = text(post(store, "/wiki/pages/editpage.action", **form))
    again = re.search(r'name="version" value="(\d+)"', shown)
    assert again

    status, _, _ = post(store, "/wiki/pages/editpage.action", **form | {"version": again[1]})

    assert status == 303
    assert ">mine</p>" in store.page("720899").body


REFUSED = [
    ({"body": "<p>typed"}, 400),
    ({"body": "a & b"}, 400),
    ({"title": "할 일"}, 400),
    ({"title": "옛 계획"}, 400),
    ({"title": "  "}, 400),
    ({"title": "x" * 256}, 400),
    ({"version": "1"}, 409),
    ({"version": ""}, 409),
]


@pytest.mark.parametrize(("change", "status"), REFUSED, ids=[str(r[0])[:40] for r in REFUSED])
def test_a_save_that_is_refused_keeps_what_was_typed(
    store: Store, change: dict[str, str], status: int
) -> None:
    form = edit_form(store, "720899") | {"body": "<p>typed</p>"} | change

    answer = post(store, "/wiki/pages/editpage.action", **form)

    assert answer[0] == status
    assert store.page("720899").version.number == 2
    assert form["body"] in unescape(text(answer))


def test_after_a_mistake_a_conflict_is_still_found(store: Store) -> None:
    form = edit_form(store, "720899") | {"body": "<p>typed"}
    shown = text(post(store, "/wiki/pages/editpage.action", **form))
    store.save("720899", by="누군가", body="<p>theirs</p>")

    assert 'name="version" value="2"' in shown
    assert post(store, "/wiki/pages/editpage.action", **form | {"body": "<p>x</p>"})[0] == 409


def test_an_archived_page_is_not_edited(store: Store) -> None:
    form = edit_form(store, "720899")
    store.set_status("720899", "archived")

    assert post(store, "/wiki/pages/editpage.action", **form)[0] == 409
    assert store.page("720899").version.number == 2


def test_a_new_page_stands_below_its_parent(store: Store) -> None:
    form = {"title": "새 문서", "body": "글", "by": "김영수", "parentPageId": "720899"}

    status, headers, _ = post(store, "/wiki/pages/createpage.action", **form)

    page = store.find("새 문서")
    assert page is not None
    assert status == 303
    assert f"/pages/{page.id}/" in headers["Location"]
    assert (page.parent_id, page.author) == ("720899", "김영수")
    assert re.fullmatch(r'<p local-id="\w{12}">글</p>', page.body)


@pytest.mark.parametrize(
    "change", [{"title": "play db"}, {"title": ""}, {"body": "<p>"}, {"parentPageId": "999"}]
)
def test_a_new_page_that_is_refused_keeps_what_was_typed(
    store: Store, change: dict[str, str]
) -> None:
    form = {"title": "새 문서", "body": "<p>typed</p>", "by": "x", "parentPageId": "720899"}
    before = len(store.pages())

    answer = post(store, "/wiki/pages/createpage.action", **form | change)

    assert answer[0] == 400
    assert (form | change)["body"] in unescape(text(answer))
    assert len(store.pages()) == before


def test_a_checkbox_ticks_its_task_and_back(store: Store) -> None:
    task = {"pageId": "720932", "taskId": "3"}
    post(store, "/wiki/pages/ticktask.action", **task, status="complete")
    assert "<ac:task-status>complete</ac:task-status>" in store.page("720932").body

    post(store, "/wiki/pages/ticktask.action", **task, status="incomplete")

    assert store.page("720932").body == TASK
    assert store.page("720932").version.number == 3


@pytest.mark.parametrize(("task", "status"), [("99", "complete"), ("3", "incomplete")])
def test_ticking_nothing_makes_no_version(store: Store, task: str, status: str) -> None:
    form = {"pageId": "720932", "taskId": task, "status": status}

    assert post(store, "/wiki/pages/ticktask.action", **form)[0] == 303
    assert store.page("720932").version.number == 1


@pytest.mark.parametrize("status", ["archived", "trashed"])
def test_a_page_goes_away_and_comes_back(store: Store, status: str) -> None:
    post(store, "/wiki/pages/setstatus.action", pageId="720899", status=status)
    away = text(get(store, "/wiki/pages/viewpage.action?pageId=720899"))
    listed = text(get(store, "/wiki/spaces/AX/pages"))
    post(store, "/wiki/pages/setstatus.action", pageId="720899", status="current")

    assert 'value="current">복원' in away
    assert f'data-status="{status}"' in listed
    assert store.page("720899").status == "current"


def test_a_page_whose_title_was_taken_meanwhile_stays_in_the_trash(store: Store) -> None:
    store.set_status("720899", "trashed")
    store.create("Play DB", "", by="x")

    answer = post(store, "/wiki/pages/setstatus.action", pageId="720899", status="current")

    assert answer[0] == 400
    assert "A page with this title already exists" in text(answer)
    assert store.page("720899").status == "trashed"


def test_only_trashed_pages_are_deleted_for_good(store: Store) -> None:
    assert post(store, "/wiki/pages/purgepage.action", pageId="720932")[0] == 400
    store.set_status("720932", "trashed")

    assert post(store, "/wiki/pages/purgepage.action", pageId="720932")[0] == 303
    assert get(store, "/wiki/pages/viewpage.action?pageId=720932")[0] == 404


def test_the_history_tells_who_saved_what_and_why(store: Store) -> None:
    html = text(get(store, "/wiki/pages/viewpreviousversions.action?pageId=720899"))

    rows = re.findall(r"<tr><td>.*?</tr>", html, re.DOTALL)
    assert ["이영희" in rows[0], "둘째" in rows[0], "김철수" in rows[1]] == [True] * 3
    assert len(rows) == 2


def test_an_old_version_shows_what_stood_then(store: Store) -> None:
    html = text(get(store, "/wiki/pages/viewpage.action?pageId=720899&pageVersion=1"))

    assert '<p class="paragraph">one</p>' in html
    assert "김철수 님이 저장한 버전 1" in html


def test_checkboxes_of_an_old_version_do_nothing(store: Store) -> None:
    store.save("720932", by="x", body="<p>later</p>")

    html = text(get(store, "/wiki/pages/viewpage.action?pageId=720932&pageVersion=1"))

    assert 'role="checkbox"' in html
    assert "ticktask" not in html


@pytest.mark.parametrize(
    "chosen",
    [
        "selectedPageVersions=1&selectedPageVersions=2",
        "selectedPageVersions=2,1",
        "selectedPageVersions=2",
        "selectedPageVersions=x,%C2%B2,99",
        "",
    ],
)
def test_two_versions_are_compared_oldest_first(store: Store, chosen: str) -> None:
    html = text(get(store, f"/wiki/pages/diffpagesbyversion.action?pageId=720899&{chosen}"))

    assert "<del>one</del>" in html
    assert "<ins>two</ins>" in html


def test_an_old_version_can_be_restored_as_a_new_one(store: Store) -> None:
    post(store, "/wiki/pages/revertpage.action", pageId="720899", version="1")

    version = store.page("720899").version
    assert (version.number, version.body) == (3, "<p>one</p>")


SEARCHES = [
    ("play", True), ("TWO", True), ("720899", True), ("one", False), ("secret", False),
    ("colour", False), ("Ready", True), ("twothree", False), ("", False),
]  # fmt: skip


@pytest.mark.parametrize(("words", "is_found"), SEARCHES)
def test_search_finds_titles_text_and_ids(store: Store, words: str, is_found: bool) -> None:
    store.save(
        "720899",
        by="x",
        body='<p>two</p><p>three</p><ac:structured-macro ac:name="status"><ac:parameter '
        'ac:name="title">Ready</ac:parameter><ac:parameter ac:name="x">secret</ac:parameter>'
        "</ac:structured-macro>",
    )

    html = text(get(store, f"/wiki/search?text={words}"))

    assert ('<code class="copy">720899</code>' in html) == is_found


def test_search_finds_decomposed_korean_and_archived_pages(store: Store) -> None:
    decomposed = "\u110b\u1168\u11ba"

    html = text(get(store, f"/wiki/search?text={decomposed}"))

    assert "옛 계획" in html
    assert "보관됨" in html


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/wiki/spaces/AX/pages/1/x", 404),
        ("GET", "/wiki/spaces/NOPE/overview", 404),
        ("GET", "/wiki/x/!!", 404),
        ("GET", "/wiki/x/A", 404),
        ("GET", "/wiki/nothing\nhere", 404),
        ("GET", "/wiki/pages/viewpage.action?pageId=%C2%B2", 404),
        ("GET", "/wiki/pages/bogus.action?pageId=7", 404),
        ("GET", "/wiki/pages/setstatus.action?pageId=7&status=trashed", 405),
        ("POST", "/wiki/spaces/AX/overview", 405),
        ("POST", "/wiki/pages/viewpage.action?pageId=7", 405),
        ("DELETE", "/wiki/spaces/AX/pages/7", 405),
    ],
)
def test_what_is_not_there_is_said_so(store: Store, method: str, address: str, status: int) -> None:
    path, _, query = address.partition("?")

    answer = respond(store, method, path, parse_qs(query), {})

    assert answer[0] == status
    assert '<a class="button" href="/wiki">' in text(answer)


FOREIGN = [
    {"Host": "127.0.0.1:8900", "Origin": "https://evil.example"},
    {"Host": "127.0.0.1:8900", "Origin": "null"},
    {"Host": "127.0.0.1:8900", "Origin": "http://127.0.0.1:8901"},
    {"Host": "127.0.0.1:8900", "origin": "http://["},
    {"Origin": "http://127.0.0.1:8900"},
    {"Host": "evil.example", "Origin": "http://evil.example"},
    {"Host": "evil.example"},
    {"host": "[::1"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_what_another_site_sent_changes_nothing(store: Store, headers: dict[str, str]) -> None:
    form = {"pageId": "720899", "status": "trashed"}

    answer = post(store, "/wiki/pages/setstatus.action", headers, **form)

    assert answer[0] == 403
    assert store.page("720899").status == "current"


@pytest.mark.parametrize("host", ["127.0.0.1:8900", "localhost:1", "[::1]:80", "box.test:9"])
def test_our_own_forms_are_taken(store: Store, host: str) -> None:
    store.base_url = "http://box.test:9/wiki"
    headers = {"Host": host, "Origin": f"http://{host}"}
    form = {"pageId": "720899", "status": "trashed"}

    answer = post(store, "/wiki/pages/setstatus.action", headers, **form)

    assert answer[0] == 303


def test_the_screens_stand_beside_rest_on_the_same_port() -> None:
    with Sandbox() as sandbox, requests.Session() as browser:
        page_id = sandbox.add_page("Play DB", "<p>one</p>")
        style = browser.get(f"{sandbox.url}/_static/sandbox.css", timeout=5)
        home = browser.get(sandbox.url, timeout=5, headers={"Accept-Language": "en"})
        form = {"pageId": page_id, "version": "1", "title": "Play DB", "body": "글", "by": "김영수"}
        saved = browser.post(
            f"{sandbox.url}/pages/editpage.action",
            data=form,
            headers={"Origin": sandbox.url.removesuffix("/wiki")},
            timeout=5,
        )

        assert style.headers["Content-Type"].startswith("text/css")
        assert home.url == f"{sandbox.url}/spaces/AX/overview"
        assert "Recently updated" in home.text
        assert (saved.status_code, sandbox.version(page_id)) == (200, 2)
        assert sandbox.history(page_id)[-1].author == "김영수"
