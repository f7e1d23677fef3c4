"""Page mappings: what is missing or wrong is said, and an admin puts it right, looked up live."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from plays.models import AuditEntry, Page, PageMapping, PageMappingChange, Pause, Play, SyncJob
from plays.rules.planner import Part
from plays.sync.mappings.assign import assign
from plays.sync.mappings.page_looks import examine
from tests.factories import NOW, make_job, make_mapping, make_page, make_play
from tests.views.conftest import EN
from tests.world import LIVE_DOC, PEOPLE_TABLE

pytestmark = pytest.mark.django_db

TWO_TABLES = PEOPLE_TABLE + PEOPLE_TABLE.replace("Play ID", "플레이 ID")  # else parts of one


@pytest.fixture
def desk(client, admin_user, confluence_settings):
    """An admin's browser, with Confluence there: reads and posts addresses, gives what is said."""
    client.force_login(admin_user)
    confluence_settings.CONFLUENCE_TIMEOUT = 2.0
    return Desk(client)


class Desk:
    def __init__(self, client):
        self.client = client

    def read(self, address, **query):
        return words(self.client.get(address, query, headers=EN))

    def post(self, address, **fields):
        return words(self.client.post(address, fields, headers=EN, follow=True))


def words(response):
    assert response.status_code == 200
    text = re.sub(r"<[^>]+>", " ", response.text.partition("<main")[2])
    return re.sub(r"\s+", " ", text)


def address_of(mapping):
    return mapping.get_absolute_url()


def page_of(mapping):
    found = PageMapping.objects.get(pk=mapping.pk).page
    return found.page_id if found else ""


# --- The list ------------------------------------------------------------------------------------


def test_every_part_and_play_is_listed_mapped_or_not(seen):
    log = make_page(page_id="40100003", title="Our log", state="missing", state_reason="gone")
    make_mapping(Part.ACTION_LOG, page=log)
    play = make_play(name="Alpha")
    make_mapping(Part.LIVE_DOC, play=play, page=make_page(title="Alpha doc"))
    make_job(play=play, mapping=make_mapping(Part.PLAY_TODO, play=play))
    Play.objects.filter(name__startswith="데스크").delete()

    text = seen("mappings")

    assert "Project TODO ◇ not mapped yet" in text
    assert "Our log ✕ missing 40100003 · version 3 · Details : Action Log" in text
    assert "The page is missing, or hidden from us." in text
    assert "or map another page. gone" in text
    assert re.search(
        r"Alpha EXT_\S+ · \S+ Alpha doc ✓ fine .* ◇ not mapped yet Details .* 1 edit waits", text
    )


def test_what_is_wrong_is_said_in_the_words_of_the_last_edit(seen):
    play = make_play()
    page = make_page(state="wrong_shape", state_reason="two tables at line 3")
    mapping = make_mapping(Part.LIVE_DOC, play=play, page=page)
    make_job(mapping=mapping, play=play, state="failed", last_error="AmbiguousTable")

    text = seen("mappings")

    assert "Two tables on the page fit. Leave only one of them on the page, then retry." in text


def test_what_a_page_was_said_to_be_is_told_in_the_readers_language(client, pm):
    client.force_login(pm)
    play = make_play()
    kept = "2 rows have the key EXT_1. (line 3, column 5, table 1, row 2)"
    page = make_page(state="wrong_shape", state_reason=kept)
    mapping = make_mapping(Part.LIVE_DOC, play=play, page=page)

    for address in (reverse("plays:mappings"), address_of(mapping), play.get_absolute_url()):
        text = client.get(address).text
        assert "키가 EXT_1인 행이 2개 있습니다. (표 1, 2행)" in text
        assert "rows have the key" not in text


def test_an_empty_list_says_whether_there_is_nothing_or_nothing_that_fits(seen):
    assert "There is no Play yet." in seen("mappings")
    assert "No Play matches." in seen("mappings", query="?show=problem")


def test_a_page_that_plays_two_parts_is_pointed_out(seen):
    page = make_page(title="Shared doc")
    for name in ("EXT_1", "EXT_2"):
        make_mapping(Part.LIVE_DOC, play=make_play(play_id=name), page=page)

    text = seen("mappings", query="?show=problem")

    assert "The same page plays another part too: Live doc · EXT_2" in text
    assert "The same page plays another part too: Live doc · EXT_1" in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"Alpha", "Beta"}),
        ("?show=unmapped", {"Beta"}),
        ("?show=no_todo", set()),
        ("?show=problem", {"Alpha"}),
        ("?show=nonsense", {"Alpha", "Beta"}),
        ("?q=alp", {"Alpha"}),
        ("?q=4711", {"Alpha"}),
        ("?q=einmalig", {"Alpha"}),
        ("?q=alpha+einmalig", {"Alpha"}),
        ("?q=nothing", set()),
        ("?active=all", {"Alpha", "Beta", "Gamma"}),
    ],
)
def test_the_list_is_narrowed_by_the_address(seen, query, shown):
    alpha, beta = make_play(name="Alpha"), make_play(name="Beta")
    page = make_page(page_id="4711", title="Einmalig", state="forbidden")
    make_mapping(Part.LIVE_DOC, play=alpha, page=page)
    for play in (alpha, beta):
        make_mapping(Part.PLAY_TODO, play=play, page=make_page())
    make_play(name="Gamma", is_active=False)

    text = seen("mappings", query=query)

    assert {name for name in ("Alpha", "Beta", "Gamma") if f" {name} " in text} == shown


def test_each_view_says_how_many_plays_are_in_it(seen):
    alpha = make_play()
    make_mapping(Part.LIVE_DOC, play=alpha, page=make_page(state="forbidden"))
    make_play()

    assert "All 2 Something is wrong 1 No live doc mapped 1 No ToDo page 2" in seen("mappings")


# --- Looking a page up ---------------------------------------------------------------------------


def test_a_page_is_seen_as_it_is_before_it_is_mapped(desk, sandbox):
    mapping = make_mapping(Part.LIVE_DOC, play=make_play(play_id="EXT_1"))
    page_id = sandbox.add_page("EXT_1 Live", LIVE_DOC)

    text = desk.read(address_of(mapping), page=page_id)

    assert "EXT_1 Live" in text
    assert "Space AX" in text
    assert "· version 1" in text
    assert "May we edit it ✓ yes" in text
    assert "Where we would write Entries go below the heading “활동 로그”." in text
    assert page_of(mapping) == ""


def test_an_address_from_the_browser_will_do(desk, sandbox):
    mapping = make_mapping(Part.LIVE_DOC)
    page_id = sandbox.add_page("Live", LIVE_DOC)

    assert "Entries go below" in desk.read(
        address_of(mapping), page=f"{sandbox.url}/spaces/AX/pages/{page_id}/Live"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "This field is required."),
        ("TBD", "Give the ID or the address of a page."),
        ("/wiki/x/AYBkAg", "This is a short link"),
        ("https://elsewhere.example/pages/1", "This address is of another Confluence"),
        ("my page", "This is neither a page ID (digits) nor the address of a page."),
    ],
)
def test_what_names_no_page_is_answered_with_what_to_do(desk, given, said):
    assert said in desk.read(address_of(make_mapping(Part.LIVE_DOC)), page=given)


def test_the_table_that_would_be_used_is_shown_with_its_columns(desk, sandbox):
    page_id = sandbox.add_page("Play DB", PEOPLE_TABLE)

    text = desk.read(address_of(make_mapping(Part.PLAY_DB)), page=page_id)

    assert "Table 1, with 0 rows." in text
    assert "Our columns: Play ID, Status" in text
    assert "Columns of people, left alone: 이름, 메모" in text


@pytest.mark.parametrize(
    ("part", "body", "change", "said"),
    [
        (Part.PLAY_DB, TWO_TABLES, None, "Choose the table on the mapping screen"),
        (Part.LIVE_DOC, LIVE_DOC, ("archived",), "The page is archived."),
        (Part.LIVE_DOC, LIVE_DOC, ("trashed",), "The page is in the trash."),
        (Part.LIVE_DOC, LIVE_DOC, "edit", "Our account may not edit this page."),
        (Part.LIVE_DOC, LIVE_DOC, "view", "Check the page id"),
    ],
    ids=["two tables", "archived", "trashed", "no edit right", "hidden"],
)
def test_what_is_wrong_with_a_page_is_said_before_it_is_mapped(
    desk, sandbox, part, body, change, said
):
    page_id = sandbox.add_page("A page", body)
    if isinstance(change, tuple):
        sandbox.set_status(page_id, *change)
    elif change:
        sandbox.restrict(page_id, **{change: True})

    text = desk.read(address_of(make_mapping(part)), page=page_id)

    assert said in text
    assert "Save anyway" in text


def test_a_page_that_plays_another_part_is_warned_of(desk, sandbox):
    page_id = sandbox.add_page("Live", LIVE_DOC)
    first = make_mapping(Part.LIVE_DOC, play=make_play(play_id="EXT_1"))
    assign(first, page_id)

    text = desk.read(address_of(make_mapping(Part.LIVE_DOC)), page=page_id)

    assert "This page plays another part already: Live doc · EXT_1." in text


def test_a_look_at_a_mapped_page_takes_back_what_is_no_longer_wrong(desk, sandbox):
    mapping = make_mapping(Part.LIVE_DOC)
    assign(mapping, sandbox.add_page("Live", LIVE_DOC))
    Page.objects.update(state="missing", state_reason="gone")

    assert "This page plays the part already." in desk.read(
        address_of(mapping), page=page_of(mapping)
    )

    page = Page.objects.get()
    assert (page.state, page.state_reason, page.title) == ("ok", "", "Live")


def test_what_is_kept_of_a_look_is_in_the_language_of_no_reader(desk, sandbox):
    mapping = make_mapping(Part.LIVE_DOC)
    assign(mapping, sandbox.add_page("Live", LIVE_DOC))
    sandbox.set_status(page_of(mapping), "trashed")

    with translation.override("ko"):
        check = examine(Part.LIVE_DOC, page_of(mapping))

    page = Page.objects.get()
    assert (page.state, check.problem) == ("trashed", "휴지통에 있는 페이지입니다.")
    assert page.state_reason == check.words
    assert "휴지통" not in page.state_reason


def test_without_confluence_the_screen_says_so_and_keeps_what_it_knew(desk, sandbox):
    mapping = make_mapping(Part.LIVE_DOC, page=make_page(page_id="7", state="ok"))
    sandbox.stop()

    assert "Confluence cannot be reached." in desk.read(address_of(mapping), page="7")
    assert "Confluence could not be reached." in desk.read(address_of(mapping), title="x")
    assert Page.objects.get().state == "ok"


def test_without_settings_the_screen_says_what_to_set(desk, settings):
    settings.CONFLUENCE_API_TOKEN = ""
    address = address_of(make_mapping(Part.LIVE_DOC))

    assert "Confluence is not configured." in desk.read(address)
    assert "CONFLUENCE_URL and CONFLUENCE_API_TOKEN must be set" in desk.read(address, page="7")
    assert "CONFLUENCE_URL and CONFLUENCE_API_TOKEN must be set" in desk.read(address, title="x")


def test_pages_are_found_by_their_title(desk, sandbox):
    page_id = sandbox.add_page("EXT_1 Live doc", LIVE_DOC)
    archived = sandbox.add_page("Old live doc", LIVE_DOC)
    sandbox.set_status(archived, "archived")
    sandbox.add_page("Minutes", "<p>see the old live doc</p>")
    address = address_of(make_mapping(Part.LIVE_DOC))

    assert f"EXT_1 Live doc {page_id} Look up" in desk.read(address, title=" ext_1 live DOC ")
    assert f"Old live doc archived {archived}" in desk.read(address, title="Old live doc")
    assert "Minutes" not in desk.read(address, title="Old live doc")
    assert "No page has such a title." in desk.read(address, title="불가능한 제목")


def test_htmx_gets_the_part_that_it_asked_for(desk):
    address = address_of(make_mapping(Part.LIVE_DOC))

    response = desk.client.get(address, {"page": "x"}, headers={**EN, "HX-Request": "true"})

    assert response.text.lstrip().startswith('<section id="look-up"')
    assert "<html" not in response.text


def test_only_admins_look_pages_up(client, staff, confluence_settings, sandbox):
    client.force_login(staff)
    page_id = sandbox.add_page("Secret plan", "<p>x</p>")
    sandbox.reset_calls()

    response = client.get(address_of(make_mapping(Part.LIVE_DOC)), {"page": page_id}, headers=EN)

    assert "Secret plan" not in response.text
    assert "Look up" not in response.text
    assert len(sandbox.calls) == 0


# --- Saving --------------------------------------------------------------------------------------


def test_a_saved_page_takes_the_waiting_edits_along(desk, sandbox, admin_user):
    mapping = make_mapping(Part.LIVE_DOC, play=make_play(play_id="EXT_1"))
    for _ in range(2):
        make_job(mapping=mapping, play=mapping.play)
    page_id = sandbox.add_page("EXT_1 Live", LIVE_DOC)

    text = desk.post(address_of(mapping), do="save", page=page_id, expected="", reason="new page")

    assert f"Page {page_id} plays this part now. 2 edits that waited move along" in text
    assert "EXT_1 Live ✓ fine" in text
    change = PageMappingChange.objects.get()
    assert (change.by, change.reason) == (admin_user, "new page")
    assert AuditEntry.objects.get().verb == "map"


def test_a_page_is_mapped_though_confluence_is_away(desk, sandbox):
    mapping = make_mapping(Part.LIVE_DOC)
    sandbox.stop()

    desk.post(address_of(mapping), do="save", page="4711", expected="")

    assert page_of(mapping) == "4711"
    assert Page.objects.get().state == "unseen"


def test_who_was_overtaken_is_told_and_changes_nothing(desk, staff):
    mapping = make_mapping(Part.LIVE_DOC, page=make_page(page_id="1"))
    assign(mapping, "2", by=staff)

    text = desk.post(address_of(mapping), do="save", page="3", expected="1")

    assert "Somebody else changed this mapping in the meantime. Nothing was changed" in text
    assert page_of(mapping) == "2"


def test_a_page_is_taken_away(desk):
    mapping = make_mapping(Part.LIVE_DOC, page=make_page(page_id="1"))
    make_job(mapping=mapping, play=mapping.play)

    text = desk.post(address_of(mapping), do="clear", expected="1", reason="wrong one")

    assert "No page plays this part now. 1 edit waits for one." in text
    assert page_of(mapping) == ""
    assert SyncJob.objects.get().stage == "unmapped"


@pytest.mark.parametrize("fields", [{}, {"do": "save"}, {"do": "save", "page": "x y"}])
def test_a_form_without_a_page_changes_nothing(desk, fields):
    mapping = make_mapping(Part.LIVE_DOC, page=make_page(page_id="1"))

    desk.post(address_of(mapping), expected="1", **fields)

    assert page_of(mapping) == "1"
    assert not PageMappingChange.objects.exists()


def test_a_part_that_was_never_mapped_can_be(desk, sandbox):
    play = make_play(play_id="EXT_1")
    page_id = sandbox.add_page("Live", LIVE_DOC)
    address = reverse("plays:play_mapping", args=["live_doc", "EXT_1"])

    desk.post(address, do="save", page=page_id, expected="")

    assert page_of(play.mappings.get()) == page_id


@pytest.mark.parametrize("args", [["live_doc", "NONE"], ["play_todo", "NONE"]])
def test_a_play_that_is_not_there_has_no_parts(desk, args):
    assert desk.client.get(reverse("plays:play_mapping", args=args)).status_code == 404


# --- A live doc from here ------------------------------------------------------------------------


def test_a_live_doc_is_created_and_mapped(desk, sandbox):
    play = make_play(play_id="EXT_1", name="세미나 <발굴>")
    mapping = make_mapping(Part.LIVE_DOC, play=play)

    text = desk.post(address_of(mapping), do="create", expected="")

    assert "“EXT_1 Live doc” is created." in text
    body = sandbox.body(page_of(mapping))
    assert "<h2>활동 로그</h2>" in body
    assert "세미나 &lt;발굴&gt;" in body
    assert sorted(AuditEntry.objects.values_list("verb", flat=True)) == ["create_page", "map"]


def test_a_page_with_the_title_is_used_as_it_is(desk, sandbox):
    mapping = make_mapping(Part.LIVE_DOC, play=make_play(play_id="EXT_1"))
    page_id = sandbox.add_page("ext_1 live doc", LIVE_DOC)

    text = desk.post(address_of(mapping), do="create", expected="")

    assert "“ext_1 live doc” was there: it is used." in text
    assert page_of(mapping) == page_id
    assert sandbox.body(page_id) == LIVE_DOC


def test_an_archived_page_with_the_title_is_named_with_what_to_do(desk, sandbox):
    mapping = make_mapping(Part.LIVE_DOC, play=make_play(play_id="EXT_1"))
    sandbox.set_status(sandbox.add_page("EXT_1 Live doc"), "archived")

    text = desk.post(address_of(mapping), do="create", expected="")

    assert "An archived page has this title (“EXT_1 Live doc”" in text
    assert "Restore it from the archive or rename it" in text
    assert page_of(mapping) == ""


def test_a_live_doc_is_not_taken_from_another_part(desk, sandbox):
    mapping = make_mapping(Part.LIVE_DOC, play=make_play(play_id="EXT_1"))
    assign(make_mapping(Part.PLAY_DB), sandbox.add_page("EXT_1 Live doc"))

    text = desk.post(address_of(mapping), do="create", expected="")

    assert "plays another part already: Play DB." in text
    assert page_of(mapping) == ""


def test_a_live_doc_whose_answer_was_lost_is_there_once(desk, sandbox):
    mapping = make_mapping(Part.LIVE_DOC, play=make_play(play_id="EXT_1"))
    sandbox.faults.script("lost_reply", match="POST /pages")

    desk.post(address_of(mapping), do="create", expected="")

    assert sandbox.store.page(page_of(mapping)).title == "EXT_1 Live doc"


def test_confluences_refusal_is_shown_in_its_words(desk, sandbox):
    mapping = make_mapping(Part.LIVE_DOC, play=make_play(play_id="EXT_1"))
    sandbox.revoke_token()

    text = desk.post(address_of(mapping), do="create", expected="")

    assert "credentials not accepted" in text or "no access" in text
    assert page_of(mapping) == ""


# --- History -------------------------------------------------------------------------------------


def test_every_change_is_listed_and_the_newest_can_be_undone(desk, admin_user):
    mapping = make_mapping(Part.LIVE_DOC, play=make_play(play_id="EXT_1"))
    assign(mapping, "1", by=admin_user, reason="first")
    assign(mapping, "2", by=admin_user, reason="second")
    newest = PageMappingChange.objects.first()

    text = desk.read(reverse("plays:mapping_history"))
    assert re.search(r"Live doc EXT_1 1 1 2 2 admin second Undo", text)
    assert text.count(" Undo Live doc") == 1

    undone = desk.post(reverse("plays:mapping_undo", args=[newest.pk]))

    assert "Undone." in undone
    assert page_of(mapping) == "1"


def test_what_was_changed_since_is_not_undone(desk, admin_user):
    mapping = make_mapping(Part.LIVE_DOC)
    assign(mapping, "1", by=admin_user)
    change = PageMappingChange.objects.get()
    assign(mapping, "2", by=admin_user)

    text = desk.post(reverse("plays:mapping_undo", args=[change.pk]))

    assert "Somebody else changed this mapping" in text
    assert page_of(mapping) == "2"


def test_readers_see_a_parts_history_and_no_buttons(seen, admin_user):
    mapping = make_mapping(Part.LIVE_DOC, play=make_play(play_id="EXT_1"))
    assign(mapping, "1", by=admin_user, reason="first")

    text = seen("play_mapping", "live_doc", "EXT_1")

    assert "no page 1 1 admin first" in text
    assert not re.search(r"Undo|Look up|Take the page away|Pause this page", text)


def test_a_paused_page_says_so(seen, staff):
    mapping = make_mapping(Part.LIVE_DOC, play=make_play(play_id="EXT_1"), page=make_page())
    Pause.objects.create(scope="page", page=mapping.page, reason="개편", by=staff, at=NOW)

    assert "‖ paused" in seen("mappings")
    text = seen("play_mapping", "live_doc", "EXT_1")
    assert re.search(r"Paused by staff since 2026-11-23 \(Mon\) 14:05 ?: 개편", text)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("{id}", "Entries go below the heading"),
        ("{url}", "Entries go below the heading"),
        ("Live of one", "Entries go below the heading"),
        ("LIVE of one", "Pages with such a title"),
        ("/wiki/x/AYBkAg", "This is a short link"),
        ("TBD", "Give the ID or the address of a page."),
    ],
)
def test_one_box_takes_an_id_an_address_or_a_title(desk, sandbox, said, answer):
    page_id = sandbox.add_page("Live of one", LIVE_DOC)
    url = f"{sandbox.url}/spaces/AX/pages/{page_id}/Live"

    found = desk.read(address_of(make_mapping(Part.LIVE_DOC)), q=said.format(id=page_id, url=url))

    assert answer in found
