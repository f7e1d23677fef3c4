"""Mappings as a CSV file: what goes out comes in, differences are seen first, all or nothing."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from plays.models import AuditEntry, Page, PageMapping, PageMappingChange
from plays.models.mapping import PartChoice
from plays.rules.planner import Part
from plays.sync.mappings.assign import assign
from plays.sync.mappings.sheet import looked_up, preview_sheet
from tests.factories import make_mapping, make_page, make_play, make_user
from tests.views.conftest import EN
from tests.world import LIVE_DOC

pytestmark = pytest.mark.django_db

SHEET = "/mappings/csv/"


@pytest.fixture
def desk(client, admin_user):
    client.force_login(admin_user)
    return client


@pytest.fixture
def two_plays():
    for play_id, page_id in (("EXT_1", "11"), ("EXT_2", "")):
        page = make_page(page_id=page_id, title="=HYPERLINK(1)") if page_id else None
        make_mapping(Part.LIVE_DOC, play=make_play(play_id=play_id, name="발굴"), page=page)


def text_of(response):
    assert response.status_code == 200
    plain = re.sub(r"<[^>]+>", " ", response.text.partition("<main")[2])
    return re.sub(r"\s+", " ", plain)


def upload(desk, text, encoding="utf-8"):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    file = SimpleUploadedFile("mappings.csv", content)
    return desk.post(SHEET, {"file": file}, headers=EN)


def apply(desk, previewed, **fields):
    signed = re.search(r'name="preview" value="([^"]+)"', previewed.text).group(1)
    fields = {"preview": signed, **fields}
    return text_of(desk.post(SHEET, fields, headers=EN, follow=True))


def mapped():
    found = PageMapping.objects.select_related("play", "page")
    return {(m.part, m.play.play_id if m.play else ""): m.page.page_id for m in found if m.page}


def lines(*rows):
    return "\n".join(["part,play_id,page_id", *rows])


def test_what_is_downloaded_and_uploaded_again_changes_nothing(desk, two_plays):
    make_mapping(Part.PLAY_DB, page=make_page(page_id="7"))
    file = desk.get(reverse("plays:mapping_csv"))
    content = file.getvalue()

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 3 + 2 * 2
    assert rows[1] | {"page_url": ""} == {
        "part": "play_db", "play_id": "", "play_name": "", "page_id": "7",
        "page_title": rows[1]["page_title"], "page_url": "", "page_state": "ok",
    }  # fmt: skip
    assert rows[3]["page_title"] == "'=HYPERLINK(1)"
    assert file.headers["Content-Disposition"] == 'attachment; filename="mappings.csv"'

    text = text_of(upload(desk, content))

    assert "Differences 0 7 lines say what is so already." in text
    assert 'name="preview"' not in text


def test_differences_are_seen_before_anything_changes(desk, two_plays):
    make_mapping(Part.PLAY_DB, page=make_page(page_id="7"))
    sheet = lines(
        "live_doc,EXT_1,TBD",
        "Live doc,EXT_2,https://wiki.example/spaces/AX/pages/22/x",
        "action_log,,33",
        "play_db,,7",
    )

    response = upload(desk, sheet)

    text = text_of(response)
    assert "Differences 3" in text
    assert "1 page is taken away." in text
    assert "Live doc EXT_1 11 ◇ no page 2" in text
    assert "Live doc EXT_2 – 22 not looked up 3" in text
    assert "2 pages could not be looked up now." in text  # Confluence is not set up
    assert mapped() == {("live_doc", "EXT_1"): "11", ("play_db", ""): "7"}

    assert "3 mappings are changed." in apply(desk, response, reason="move")

    assert mapped() == {
        ("live_doc", "EXT_2"): "22",
        ("action_log", ""): "33",
        ("play_db", ""): "7",
    }
    assert set(PageMappingChange.objects.values_list("reason", flat=True)) == {"move"}
    act, *each = AuditEntry.objects.filter(verb="map").order_by("pk")
    assert (act.count, len(each)) == (3, 3)


def test_a_page_that_would_play_two_parts_is_warned_of(desk, two_plays):
    text = text_of(upload(desk, lines("live_doc,EXT_2,11")))

    assert "The same page plays another part too: Live doc · EXT_1" in text


def test_two_plays_may_swap_their_pages(desk, two_plays):
    response = upload(desk, lines("live_doc,EXT_1,", "live_doc,EXT_2,11"))
    assert "plays another part" not in text_of(response)

    apply(desk, response)

    assert mapped() == {("live_doc", "EXT_2"): "11"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_files_of_every_spreadsheet_are_read(desk, two_plays, encoding):
    sheet = "파트;플레이 ID;이름;페이지 ID\r\nlive_doc;EXT_2;발굴;22\r\n"

    assert "Live doc EXT_2 – 22 not looked up 2" in text_of(upload(desk, sheet, encoding))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_part_may_be_called_what_the_screens_call_it(desk, two_plays, language):
    with translation.override(language):
        label = str(PartChoice.LIVE_DOC.label)

    assert "Live doc EXT_2 – 22 not looked up 2" in text_of(
        upload(desk, lines(f"{label},EXT_2,22"))
    )


def test_all_problems_are_told_by_line_and_nothing_is_changed(desk, two_plays):
    sheet = lines(
        "live_doc,EXT_9,1",
        "nonsense,EXT_1,1",
        "play_db,EXT_1,1",
        "live_doc,,1",
        "live_doc,EXT_1,my page",
        "live_doc,EXT_2,5",
        "live_doc,EXT_2,6",
    )

    text = text_of(upload(desk, sheet))

    assert "6 problems; nothing is changed." in text
    for said in (
        "line 2, play_id: is no Play here",
        "line 3, part: is no part: write one of project_todo,",
        "line 4, play_id: must be empty: this page is for all Plays",
        "line 5, play_id: must not be empty",
        "line 6, page_id: This is neither a page ID",
        "line 8: says again what line 7 says",
    ):
        assert said in text
    assert not PageMappingChange.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"part,play_id\nlive_doc,EXT_1\n", "page_id: is missing"),
        (b"part,play_id,page_id,page_id\n", "stands there twice"),
        (b"PK\x03\x04 a workbook", "This is no Excel workbook"),
        (b"\xff\xff\xff", "neither UTF-8, UTF-16 nor CP949"),
    ],
)
def test_what_is_no_such_file_is_refused(desk, two_plays, content, said):
    assert said in text_of(upload(desk, content))


def test_without_a_file_the_form_asks_for_one(desk):
    assert "This field is required." in text_of(desk.post(SHEET, {}, headers=EN))


def test_a_preview_is_not_applied_once_somebody_changed_a_mapping(desk, two_plays):
    response = upload(desk, lines("live_doc,EXT_1,99", "live_doc,EXT_2,98"))
    assign(PageMapping.objects.get(play__play_id="EXT_2"), "55")

    assert "Something was changed since the preview. Nothing was applied" in apply(desk, response)

    assert mapped() == {("live_doc", "EXT_1"): "11", ("live_doc", "EXT_2"): "55"}


def test_only_what_was_previewed_is_applied(desk, two_plays):
    text = text_of(desk.post(SHEET, {"preview": "made-up"}, headers=EN, follow=True))

    assert "The preview has expired." in text
    assert mapped() == {("live_doc", "EXT_1"): "11"}


def test_pages_are_looked_up_live_before_anything_is_mapped(
    desk, two_plays, confluence_settings, sandbox
):
    good = sandbox.add_page("Live of two", LIVE_DOC)
    sheet = lines(f"live_doc,EXT_2,{good}", "live_doc,EXT_1,99999999")

    previewed = upload(desk, sheet)

    text = text_of(previewed)
    assert f"Live doc EXT_2 – Live of two {good} Entries go below the heading" in text
    assert "=HYPERLINK(1)" in text or "&#x27;" in text
    assert "99999999 There is no such page" in text or "Check the page id" in text
    assert "Some of these pages cannot play their part as they are." in text
    assert 'class="button">' in previewed.text.partition("Apply 2 changes")[0][-200:]

    apply(desk, previewed)

    states = dict(Page.objects.values_list("page_id", "state"))
    assert (states[good], states["99999999"]) == ("ok", "missing")
    assert Page.objects.get(page_id=good).title == "Live of two"


def test_what_takes_too_long_to_look_at_is_told(two_plays, confluence_settings, sandbox):
    preview = preview_sheet(lines(f"live_doc,EXT_2,{sandbox.add_page('A')}").encode())

    assert looked_up(preview, seconds=-1).not_looked_at == 1
    assert looked_up(preview).not_looked_at == 0


def test_a_preview_is_applied_only_by_who_saw_it(desk, two_plays):
    previewed = upload(desk, lines("live_doc,EXT_1,"))
    desk.force_login(make_user("Admin"))

    assert "The preview has expired." in apply(desk, previewed)
    assert mapped() == {("live_doc", "EXT_1"): "11"}
