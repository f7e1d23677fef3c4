"""The Play DB as teams keep it: one table or five, their headings, their forms, their marks."""

import re

import pytest
from django.utils import timezone

from plays.models import Finding, Page, PageLayout, PageMapping, Play
from plays.sandbox.content.entities import account_id
from plays.sync.layouts.choosing import Changes, choose
from plays.sync.writing.revisit import revisit
from tests.cases import pages
from tests.cases.conftest import run
from tests.cases.pages import D01, D02, D07, S01
from tests.events import activity, brief, validation

TODAY = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")


def test_of_five_tables_the_plays_own_is_written_in_its_own_form(team):
    page = team.page("play_db", pages.BY_CHANNEL)
    before = team.tables(page)
    team.ingest(activity("EXT_Desk_D01"), activity("EXT_Desk_D01"), brief(play_id="EXT_Desk_D01"))
    after = team.tables(page)
    row = team.row(page, D01)
    assert row[6:10] == ("2/12", "0/24", "1/4", "0/2")
    assert row[10] in ("🟢", "🟡", "🔴")
    assert [[r for r in rows if r[0] != D01] for rows in after] == [
        [r for r in rows if r[0] != D01] for rows in before
    ]
    assert team.failed() == []
    layout = PageLayout.objects.of_part("play_db").layout
    assert layout.missing == ("s3_qtd", "last_updated")
    assert len(layout.parts) == 5


def test_what_has_no_column_is_told_once_and_is_no_failure(team):
    team.page("play_db", pages.BY_CHANNEL)
    team.ingest(brief(play_id=D01))
    assert team.weekly() == 0
    assert team.weekly() == 0
    told = Finding.objects.filter(kind="no_column").values_list("column", flat=True)
    assert sorted(told) == ["last_updated", "s3_qtd"]
    said = run("doctor")[1]
    assert "S3 QTD" in said


def test_a_new_plays_row_goes_into_the_table_of_its_channel(team):
    page = team.page("play_db", pages.BY_CHANNEL)
    Play.objects.create(play_id="KT_Self_S09_모임", name="모임", channel="자사활동")
    team.ingest(brief(play_id="KT_Self_S09"))
    desk, own, *others = team.tables(page)
    assert [row[0] for row in own] == ["Play ID", S01, "KT_Self_S09_모임"]
    assert len(desk) == 4
    assert [len(rows) for rows in others] == [2, 2, 2]


def test_a_new_play_of_no_known_channel_asks_once_and_an_answer_finishes_it(team):
    page = team.page("play_db", pages.BY_CHANNEL)
    Play.objects.create(play_id="NEW_X01_새것", name="새것", channel="")
    team.ingest(brief(play_id="NEW_X01"), brief(play_id=D01))
    assert team.failed() == ["AmbiguousPart"]
    assert team.row(page, D01)[8] == "1/4"  # the others go on
    layout = PageLayout.objects.of_part("play_db")
    assert (layout.state, layout.code) == ("asks", "ambiguous_part")
    inbound = layout.layout.parts[3].label
    choose(layout.mapping, Changes(new_rows={"": inbound}), by=None)
    team.drain()
    assert team.row(page, "NEW_X01_새것")[8] == "1/0"
    assert PageLayout.objects.of_part("play_db").state == "ok"


@pytest.mark.parametrize(
    "body",
    [
        pages.TITLE_ROW,
        pages.BLANK_ROW,
        pages.BOLD_WITHOUT_UPDATED,
        pages.SHORT_KOREAN,
        pages.MARKED,
        pages.TOTAL_ROW,
        pages.BESIDE_ISSUES,
    ],
    ids=["title row", "blank row", "bold td", "short", "marked", "total", "issues"],
)
def test_it_is_the_same_table_however_it_is_dressed(team, body):
    page = team.page("play_db", body)
    before = [len(rows) for rows in team.tables(page)]
    team.ingest(brief(play_id="EXT_Desk_D01"), validation(play_id=D01))
    assert [len(rows) for rows in team.tables(page)] == before
    row = next(row for row in team.tables(page)[0] if row[0] == D01)
    assert row[1] in ("G", "Y", "R")
    assert row[2:7] == ("0", "0", "1", "1", "0")
    assert all(TODAY.fullmatch(cell) for cell in row[7:])
    assert team.failed() == []


def test_a_table_without_a_column_is_written_without_it_and_in_its_own_form_of_dates(team):
    page = team.page("play_db", pages.WITHOUT_S3)
    team.ingest(brief(play_id=D01))
    row = team.row(page, D01)
    assert row[2:6] == ("0", "0", "1", "0")
    assert row[6] == f"{timezone.localtime():%Y-%m-%d}"
    code, said = run("columns", "play_db")
    assert code == 0
    assert re.search(r"S3 QTD\s+–.*no column: left out", said)


def test_a_renamed_key_asks_in_one_sentence_everywhere_and_an_answer_finishes_everything(team):
    page = team.page("play_db", pages.KEY_RENAMED)
    log = team.page("action_log", pages.table(pages.LOG))
    before = team.body(page)
    team.ingest(brief(play_id="EXT_Desk_D01"))
    assert team.body(page) == before
    assert len(team.tables(log)[0]) == 2  # other pages go on
    sentence = "7 of our 8 headings but none for Play ID; which column is it?"
    code, said = run("columns", "play_db")
    assert code == 1
    assert sentence in said
    assert "play_id=번호" in said
    code, told = run("doctor")
    assert code == 1
    assert sentence in told
    layout = PageLayout.objects.of_part("play_db")
    assert (layout.code, layout.params["found"]) == ("key_column_missing", 7)
    assert team.failed() == ["KeyColumnMissing"]

    assert run("columns", "play_db", "--set", "play_id=번호")[0] == 0
    assert team.failed() == []  # no press of retry
    assert team.drain() == 0
    assert team.row(page, D01)[4] == "1"
    assert len(team.tables(page)) == 1


def test_a_key_that_gets_its_old_heading_back_is_known_again_by_itself(team):
    page = team.page("play_db", pages.KEY_RENAMED)
    team.ingest(brief(play_id=D01))
    assert team.failed() == ["KeyColumnMissing"]
    team.sandbox.edit_with(page, lambda body: body.replace("번호", "Play ID"), by="박지훈")
    heal()
    assert team.drain() == 0
    assert team.row(page, D01)[4] == "1"
    assert PageLayout.objects.of_part("play_db").state == "ok"


def test_a_chosen_heading_that_is_renamed_back_needs_no_second_answer(team):
    page = team.page("play_db", pages.KEY_RENAMED)
    assert run("columns", "play_db", "--set", "play_id=번호")[0] == 0
    team.sandbox.edit_with(page, lambda body: body.replace("번호", "Play ID"), by="박지훈")
    team.ingest(brief(play_id=D01))
    assert team.row(page, D01)[4] == "1"
    assert team.failed() == []


def test_a_small_table_beside_the_real_one_is_left_alone_and_the_command_says_which(team):
    page = team.page("play_db", pages.BESIDE_ISSUES)
    team.ingest(brief(play_id=D01))
    assert team.tables(page)[1][1] == (D01, "검토", "일정이 밀림")
    assert "table 1: 1 rows" in run("columns", "play_db")[1]


def test_new_rows_go_above_the_total_and_the_total_is_no_play(team):
    page = team.page("play_db", pages.TOTAL_ROW)
    team.ingest(brief(play_id="KT_Desk_D07"))
    assert [row[0] for row in team.tables(page)[0]] == ["Play ID", D01, D07, "합계"]
    assert "합계" not in run("import_plays", "--from-confluence", "--dry-run")[1]


def key_cells(team) -> str:
    """Ids with a mark that nobody sees, with the name below, as a smart link to the Play's page."""
    live = PageMapping.objects.get(part="live_doc", play__play_id=D07).page
    address = f"{team.sandbox.url}/spaces/AX/pages/{live.page_id}/X"
    card = f'<a href="{address}" data-card-appearance="inline">{address}</a>'
    return pages.table(
        pages.FULL,
        pages.blank(D01 + "\u200e"),
        pages.blank(f"{D02}</p><p>주간 동향"),
        pages.blank(card),
        pages.blank("누구의_것도_아님_X99"),
    )


def test_an_id_is_known_in_whatever_the_cell_holds_and_what_is_nobodys_is_named(team):
    page = team.page("play_db", key_cells(team))
    team.page("action_log", pages.table(pages.LOG))
    team.ingest(*(brief(play_id=play) for play in (D01, D02, D07)))
    assert [row[4] for row in team.tables(page)[0]] == ["Brief QTD", "1", "1", "1", ""]
    team.weekly()
    named = Finding.objects.filter(kind="no_play").values_list("key", flat=True)
    assert list(named) == ["누구의_것도_아님_X99"]


def test_people_s_cells_are_read_as_a_person_reads_them(team):
    team.sandbox.add_page("메모", by="김영희")
    mention = f'<ac:link><ri:user ri:account-id="{account_id("김영희")}" /></ac:link>'
    issue = (
        '<ac:structured-macro ac:name="jira"><ac:parameter ac:name="key">AX-101</ac:parameter>'
        "</ac:structured-macro>"
    )
    headings = ("Play ID", "이름", "담당자", "다음 액션", "마감일", *pages.FULL[1:])
    row = [D01, "설명회", mention, issue, '<time datetime="2026-12-04" />', *[""] * 7]
    team.page("play_db", pages.table(headings, row))
    team.weekly()
    play = Play.objects.get(play_id=D01)
    assert (play.owner, play.next_action) == ("김영희", "AX-101")
    assert play.due_date.isoformat() == "2026-12-04"


def heal() -> None:
    """What the sweep does, once the next look is due."""
    revisit()
    Page.objects.filter(look_after__isnull=False).update(look_after=timezone.now())
    assert revisit() > 0
