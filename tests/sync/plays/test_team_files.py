"""Files of Plays as teams keep them: other names, a title, totals, goals of another quarter."""

import io
import json
from datetime import date

import openpyxl
import pytest
import time_machine
from django.utils import translation

from plays.models import Play, SyncJob
from plays.rules.quarter import Quarter
from plays.rules.status import Goals
from plays.sync.intake.receiving import ReceiptStatus, record
from plays.sync.naming import play_called
from plays.sync.plays.goals import goals_at
from plays.sync.plays.importer.applying import import_plays
from plays.sync.plays.importer.choices import Choices
from plays.sync.plays.importer.matching import How
from plays.sync.plays.importer.preview import compare
from plays.sync.plays.importer.rows import look_at, read_file
from plays.sync.sheets.problems import ImportRefused
from plays.sync.sheets.reading import decode
from tests.events import signal
from tests.factories import NOW, make_play

pytestmark = pytest.mark.django_db
Q3, Q4, Q1 = Quarter(2026, 3), Quarter(2026, 4), Quarter(2027, 1)

SEMINAR = {
    "id": "EXT_Desk_D01_세미나수집",
    "name": "외부 세미나 수집",
    "source": "대외",
    "channel": "데스크",
    "owner": "담당: 운영 (협업: 리서치)",
    "cycle": "주간",
    "quarter": "2026Q4",
    "priority": "P0",
    "act_goal": 12,
    "sig_goal": 24,
    "brf_goal": 4,
    "s2_goal": 2,
    "lead_time": "A→S0≤1d / S0→S1≤7d",
    "act_qtd": 0,
    "sig_qtd": 0,
    "brf_qtd": 0,
    "s2_qtd": 0,
    "rag": "G",
    "next_action": "키워드 20개 정리",
    "due": "2026-12-04",
    "blocker": "데이터 권한",
}
TEAM = json.dumps(
    [SEMINAR, SEMINAR | {"id": "KT_Self_S01_상담", "due": "미정"}], ensure_ascii=False
)
NEXT = json.dumps(
    [{"id": SEMINAR["id"], "name": SEMINAR["name"], "quarter": "2027Q1", "act_goal": 15}],
    ensure_ascii=False,
)


@pytest.fixture(autouse=True)
def _at_that_time():
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        yield


def goals(play_id, quarter):
    play = play_called(play_id)
    return goals_at([play], quarter)[play.pk]


def test_the_teams_own_file_is_taken_as_it_is():
    (note,) = compare(read_file(TEAM)).notes
    assert note.startswith("Left out, as the product counts and judges it itself: ")
    assert note.endswith(": act_qtd, sig_qtd, brf_qtd, s2_qtd, rag")

    assert import_plays(TEAM).created == 2

    play = Play.objects.get(play_id=SEMINAR["id"])
    assert (play.name, play.blocker, play.due_date) == (
        "외부 세미나 수집",
        "데이터 권한",
        date(2026, 12, 4),
    )
    assert play.override_status == ""
    held = goals(SEMINAR["id"], Q4)
    assert held.goals == Goals(activity=12, signal=24, brief=4, s2=2)
    assert held.lead_time == "A→S0≤1d / S0→S1≤7d"
    assert Play.objects.get(play_id="KT_Self_S01_상담").due_date is None
    assert import_plays(TEAM).unchanged == 2


def test_an_event_may_name_an_imported_play_by_the_front_of_its_id():
    record(signal(play_id="EXT_Desk_D01"))
    assert import_plays(TEAM).accepted_events == 1
    again = record(signal(id="evt-2", signal_id="SIG-2", play_id="EXT_Desk_D01"))
    assert again.status is ReceiptStatus.ACCEPTED


def test_goals_of_the_next_quarter_leave_this_one_and_come_on_their_first_day():
    import_plays(TEAM)

    preview = compare(read_file(NEXT))
    (change,) = preview.plays
    assert [(c.name, c.old, c.new) for c in change.changes] == [
        ("activity_goal 2027Q1", "12", "15")
    ]
    import_plays(NEXT)

    assert goals(SEMINAR["id"], Q4).activity == 12
    assert goals(SEMINAR["id"], Q1).goals == Goals(activity=15, signal=24, brief=4, s2=2)
    assert not SyncJob.objects.exists()  # the Play DB says what it said


def test_new_goals_of_this_quarter_owe_the_play_db_its_row():
    import_plays(TEAM)
    import_plays("id;act_goal\nEXT_Desk_D01;13")
    assert [job.key for job in SyncJob.objects.all()] == [SEMINAR["id"]]


def test_a_play_may_stand_on_several_lines_one_for_each_quarter():
    done = import_plays(
        "id,name,quarter,act_goal\nA,세미나,2026Q3,1\nA,,2026Q4,2\nA,,27년 1분기,3\n"
    )
    assert (done.created, Play.objects.get().name) == (1, "세미나")
    assert [goals("A", quarter).activity for quarter in (Q3, Q4, Q1)] == [1, 2, 3]


def test_each_quarter_gets_what_its_line_says_whatever_it_would_take_over():
    make_play(play_id="A", activity_goal=5)
    content = "id,quarter,act_goal\nA,2026Q4,7\nA,2027Q1,5\nA,2027Q2,5\n"

    import_plays(content)

    assert [goals("A", quarter).activity for quarter in (Q3, Q4, Q1, Q1.next)] == [5, 7, 5, 5]
    assert import_plays(content).unchanged == 1


SHEET = (
    "2026년 4분기 Play 목록,,,\n\n"
    "No.,Play ID,*이름,마감일\n"
    "1,A,세미나,2026-12-24 오전 12:00:00\n"
    "2,B,리포트,-\n"
    ",합계,2,\n"
)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_title_running_numbers_and_totals_are_read_past_and_said(separator):
    content = SHEET.replace(",", separator)

    notes = compare(read_file(content)).notes
    import_plays(content)

    assert list(Play.objects.values_list("play_id", "name", "due_date")) == [
        ("A", "세미나", date(2026, 12, 24)),
        ("B", "리포트", None),
    ]
    assert notes == (
        "Left out, as running numbers say nothing of a Play: No.",
        "Above the headings, and left out: 2026년 4분기 Play 목록",
        "No Plays, as they sum up others: line 6",
    )


def test_headings_that_stand_again_before_each_part_are_no_play():
    import_plays("id,name\nA,x\nid,name\nB,y\n")
    assert Play.objects.count() == 2


def test_an_excel_workbook_reads_like_the_same_lines_as_text():
    book = openpyxl.Workbook()
    for row in (
        ["2026 Plays", None, None, None],
        ["Play ID", "이름", "활동 목표", "마감일"],
        ["A", "=not a formula", 12.0, date(2026, 12, 24)],
        ["합계", None, 12, None],
    ):
        book.active.append(row)
    book.active["B3"].data_type = "s"
    file = io.BytesIO()
    book.save(file)

    import_plays(decode(file.getvalue()))

    play = Play.objects.get()
    assert (play.name, play.due_date) == ("=not a formula", date(2026, 12, 24))
    assert goals("A", Q4).activity == 12


def test_cells_merged_downwards_in_a_workbook_count_for_each_of_their_rows():
    book = openpyxl.Workbook()
    for row in (
        ["2026 Plays", None, None],
        ["채널", "Play ID", "이름"],
        ["외부", "A", "세미나"],
        [None, "B", "컨퍼런스"],
        [None, None, None],
        ["내부", "C", "공모전"],
    ):
        book.active.append(row)
    book.active.merge_cells("A1:C1")
    book.active.merge_cells("A3:A5")
    file = io.BytesIO()
    book.save(file)

    import_plays(decode(file.getvalue()))

    found = list(Play.objects.values_list("play_id", "channel"))
    assert found == [("A", "외부"), ("B", "외부"), ("C", "내부")]


def test_a_number_merged_downwards_is_not_multiplied():
    """It may be what the rows have together."""
    book = openpyxl.Workbook()
    for row in (["Play ID", "활동 목표", "담당자"], ["A", 12, "김철수"], ["B", None, None]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.active.merge_cells("C2:C3")
    file = io.BytesIO()
    book.save(file)

    import_plays(decode(file.getvalue()))

    assert [goals(name, Q4).activity for name in ("A", "B")] == [12, 0]
    assert set(Play.objects.values_list("owner", flat=True)) == {"김철수"}


@pytest.mark.parametrize(
    ("end", "notes"),
    [
        ("C,박", ("Line 4, the last one, breaks off before its last cells: perhaps the file",)),
        ("C,박\n", ()),  # short, but whole
        ("C,박민수,3", ()),
    ],
)
def test_a_last_line_that_breaks_off_is_told(end, notes):
    found = compare(read_file("play_id,owner,act_goal\nA,김철수,1\nB,이영희,2\n" + end)).notes

    assert len(found) == len(notes)
    assert all(one.startswith(start) for one, start in zip(found, notes, strict=True))


ODD = "id,제목명칭,담당자(정),색,활동목표치\nA,세미나,김철수,red,12\n"


def test_unknown_columns_are_proposed_by_likeness_and_values_and_never_taken_by_themselves():
    file = look_at(ODD)

    assert file.must_be_matched
    assert {one.heading: one.likely and one.likely.name for one in file.columns} == {
        "id": None,
        "제목명칭": "name",
        "담당자(정)": "owner",
        "색": None,
        "활동목표치": "activity_goal",
    }
    with pytest.raises(ImportRefused, match="is unknown"):
        import_plays(ODD)
    assert not Play.objects.exists()


def test_what_is_proposed_fits_the_values():
    file = look_at("id,활동목표치\nA,많이\n")
    assert file.columns[1].likely is None


CHOSEN = {"제목명칭": "name", "담당자(정)": "owner", "색": "", "활동목표치": "activity_goal"}


def test_what_a_person_said_of_columns_is_remembered_by_the_files_headings(admin_user):
    import_plays(ODD, choices=Choices(columns=CHOSEN), by=admin_user)
    play = Play.objects.get()
    assert (play.name, play.owner, goals("A", Q4).activity) == ("세미나", "김철수", 12)

    again = look_at("색,id,활동목표치,담당자(정),제목명칭\nblue,B,1,,\n")
    assert not again.must_be_matched
    assert {one.how for one in again.columns} == {How.REMEMBERED, How.NAMED}
    assert look_at("id,색\nB,blue\n").must_be_matched  # another file


def test_two_columns_that_mean_the_same_are_asked_for():
    file = look_at("id,이름,name\nA,x,y\n")
    assert file.must_be_matched
    chosen = Choices(columns={"name": ""})
    import_plays("id,이름,name\nA,x,y\n", choices=chosen)
    assert Play.objects.get().name == "x"


BAD = "id,act_goal,due\nA,many,2026-12-01\nB,3,soon\nC,4,\n"


def test_cells_are_mended_or_left_out_and_all_else_is_taken():
    make_play(play_id="B", due_date=date(2026, 1, 1), goals_from=Q3, activity_goal=1)
    choices = Choices(mended={(2, 1): "7"}, cells=frozenset([(3, 2)]), lines=frozenset([4]))

    import_plays(BAD, choices=choices)

    assert set(Play.objects.values_list("play_id", flat=True)) == {"A", "B"}
    assert goals("A", Q4).activity == 7
    assert goals("B", Q4).activity == 3
    assert Play.objects.get(play_id="B").due_date == date(2026, 1, 1)


def test_a_mended_cell_is_checked_like_any_other():
    file = look_at(BAD, Choices(mended={(2, 1): "still many"}, lines=frozenset([3])))
    assert [(p.line, p.column) for p in file.problems] == [(2, "act_goal")]


def test_choices_travel_as_json_and_later_ones_win():
    first = Choices(columns={"a": "name"}, mended={(2, 1): "x", (3, 1): "y"})
    later = Choices(columns={"a": ""}, cells=frozenset([(2, 1)]), lines=frozenset([4]))
    both = first.with_more(later)
    assert both == Choices(
        columns={"a": ""},
        mended={(3, 1): "y"},
        cells=frozenset([(2, 1)]),
        lines=frozenset([4]),
    )
    assert Choices.of_json(json.loads(json.dumps(both.as_json()))) == both


def test_a_file_may_say_the_front_of_an_id_and_that_is_told():
    make_play(play_id="EXT_Desk_D01_세미나")
    preview = compare(read_file("id,name\nEXT_Desk_D01,새 이름\n"))
    assert preview.plays[0].play_id == "EXT_Desk_D01_세미나"
    assert preview.notes == ("EXT_Desk_D01 is the Play EXT_Desk_D01_세미나.",)


def test_a_new_play_that_begins_like_another_is_remarked_upon():
    make_play(play_id="EXT_Desk_D01")
    (note,) = compare(read_file("id\nEXT_Desk_D01_세미나\n")).notes
    assert note.startswith("EXT_Desk_D01_세미나 begins like the Play EXT_Desk_D01.")


def test_aliases_are_imported_as_text_or_list():
    import_plays(
        json.dumps([{"id": "A", "aliases": ["SEM", "세미나"]}, {"id": "B", "aliases": "X; Y"}])
    )
    assert [play_called(name).play_id for name in ("SEM", "세미나", "Y")] == ["A", "A", "B"]
