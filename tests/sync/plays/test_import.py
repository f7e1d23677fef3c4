"""Plays from a file: in every encoding and manner that people's programs save."""

import codecs
import json
from datetime import date

import pytest
from django.utils import timezone, translation

from plays.models import AuditEntry, Event, Page, PageMapping, Play, SyncJob
from plays.rules.status import Goals
from plays.sync.intake.receiving import record
from plays.sync.plays.goals import goals_at, quarter_of
from plays.sync.plays.importer.applying import DiffersFromPreview, import_plays
from plays.sync.plays.importer.exporting import plays_as_csv
from plays.sync.plays.importer.preview import compare
from plays.sync.plays.importer.rows import read_file
from plays.sync.sheets.problems import ImportRefused
from plays.sync.sheets.reading import MAX_BYTES
from tests.events import signal
from tests.factories import make_play

pytestmark = pytest.mark.django_db

ENGLISH = (
    "play_id,name,owner,source,channel,priority,cycle,activity_goal,signal_goal,brief_goal,"
    "s2_goal,next_action,due_date,is_active,live_doc_page_id,todo_page_id\r\n"
    'EXT_Desk_D01,세미나 발굴,김철수,EXT,Desk,P1,주간,20,10,4,2,"연사 섭외, 일정 확정",2026-01-18,'
    "true,40108041,TBD\r\n"
)
KOREAN = (
    "플레이 ID,이름,담당자,소스,채널,우선순위,주기,활동 목표,시그널 목표,브리프 목표,"
    "S2 목표,다음 액션,마감일,활성,라이브독 페이지 ID,ToDo 페이지 ID\r\n"
    'EXT_Desk_D01,세미나 발굴,김철수,EXT,Desk,P1,주간,20,10,4,2,"연사 섭외, 일정 확정",'
    "2026. 1. 18.,예,40108041,\r\n"
)
WANTED = {
    "name": "세미나 발굴",
    "owner": "김철수",
    "source": "EXT",
    "channel": "Desk",
    "priority": "P1",
    "cycle": "주간",
    "next_action": "연사 섭외, 일정 확정",
    "due_date": date(2026, 1, 18),
    "is_active": True,
}
JSON = json.dumps(
    [{"play_id": "EXT_Desk_D01", "live_doc_page_id": 40108041}
     | {"activity_goal": 20, "signal_goal": 10, "brief_goal": 4, "s2_goal": 2}
     | WANTED | {"due_date": "2026-01-18", "todo_page_id": None}],
    ensure_ascii=False,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def this_quarter():
    return quarter_of(timezone.now())


def goals_in(play, quarter):
    return goals_at([play], quarter)[play.pk].goals


def semicolons(text):
    return text.replace(",", ";").replace("섭외;", "섭외,")


def tabs(text):
    return text.replace(",", "\t").replace("섭외\t", "섭외,")


FILES = {
    "UTF-8": ENGLISH.encode(),
    "UTF-8 with a mark": codecs.BOM_UTF8 + ENGLISH.encode(),
    "CP949": ENGLISH.encode("cp949"),
    "UTF-16 as Excel saves it": tabs(ENGLISH).encode("utf-16"),
    "UTF-16 big end first": codecs.BOM_UTF16_BE + ENGLISH.encode("utf-16-be"),
    "UTF-16 without a mark": ENGLISH.encode("utf-16-le"),
    "semicolons": semicolons(ENGLISH).encode(),
    "tabs": tabs(ENGLISH).encode(),
    "a line that names the separator": b"sep=;\r\n" + semicolons(ENGLISH).encode(),
    "Unix lines": ENGLISH.replace("\r\n", "\n").encode(),
    "old Mac lines": ENGLISH.replace("\r\n", "\r").encode(),
    "no end of the last line": ENGLISH.rstrip().encode(),
    "blank lines": ("\r\n" + ENGLISH + ",,,\r\n\r\n").encode(),
    "Korean headings": KOREAN.encode(),
    "Korean headings in CP949": KOREAN.encode("cp949"),
    "headings in another case": ENGLISH.replace("play_id,", "PLAY-Id,", 1).encode(),
    "headings with spaces": ENGLISH.replace("due_date", " Due Date ", 1).encode(),
    "an address instead of an id": ENGLISH.replace(
        "40108041", "https://wiki.example/wiki/spaces/AX/pages/40108041/Live"
    ).encode(),
    "an old address": ENGLISH.replace(
        "40108041", "https://wiki.example/pages/viewpage.action?pageId=40108041"
    ).encode(),
    "goals as a spreadsheet writes numbers": ENGLISH.replace(",20,10,", ',"20.0",10.00,').encode(),
    "columns that we count": ENGLISH.replace("play_id,", "Status,play_id,", 1)
    .replace("EXT_Desk_D01,", "R,EXT_Desk_D01,")
    .encode(),
    "JSON": JSON.encode(),
    "JSON with a mark": codecs.BOM_UTF8 + JSON.encode(),
    "JSON in UTF-16": JSON.encode("utf-16"),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_whatever_a_file_looks_like_the_play_is_the_same(content):
    done = import_plays(content)

    play = Play.objects.get(play_id="EXT_Desk_D01")
    assert {name: getattr(play, name) for name in WANTED} == WANTED
    assert goals_in(play, this_quarter()) == Goals(activity=20, signal=10, brief=4, s2=2)
    assert (done.created, done.changed, done.unchanged) == (1, 0, 0)
    assert play.mappings.get(part="live_doc").page.page_id == "40108041"
    assert play.mappings.get(part="play_todo").page is None


HEAD = "play_id,name,owner,activity_goal,due_date,is_active,live_doc_page_id\n"
BAD = {
    "an unknown column": ("play_id,colour\nA,red\n", [(1, "colour", "is unknown")]),
    "a column twice": ("play_id,name,이름\n", [(1, "name", "twice"), (1, "이름", "twice")]),
    "no play_id": ("name\nx\n", [(1, "Play ID", "is missing")]),
    "an empty file": ("\n", [(1, "", "is empty")]),
    "an empty list": ("[]", [(1, "", "is empty")]),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), [(3, "", "neither UTF-8")]),
    "a NUL in a cell": (b"play_id,name\nA,x\0\n", [(2, "", "neither UTF-8")]),
    "a heading left out": ("play_id,\nA,red\n", [(1, "", "column 2 has no heading")]),
    "a Play twice": (HEAD + "A\nB\nA\n", [(4, "play_id", "A stands on line 2 already")]),
    "a Play twice but for case": (HEAD + "A\na\n", [(3, "play_id", "A stands on line 2")]),
    "everything wrong": (
        HEAD + ' ,x,,many,18.1.2026,vielleicht,Live doc\n"A B",x,,-1,2026-02-30,,\n',
        [
            (2, "play_id", "must not be empty"),
            (2, "activity_goal", "a whole number from 0"),
            (2, "due_date", "a date like 2026-01-18"),
            (2, "is_active", "yes or no"),
            (2, "live_doc_page_id", "neither a page ID"),
            (3, "activity_goal", "a whole number from 0"),
            (3, "due_date", "a date like 2026-01-18"),
            (3, "play_id", "spaces or slashes"),
        ],
    ),
    "a goal beyond reason": (HEAD + "A,,,100001,,,\n", [(2, "activity_goal", "whole number")]),
    "a long name": (HEAD + f"A,{'x' * 301},\n", [(2, "name", "301 characters, 300")]),
    "a short link": (
        HEAD + "A,,,,,,https://wiki.example/wiki/x/AbCd\n",
        [(2, "live_doc_page_id", "short link")],
    ),
    "lines counted where cells have several": (
        HEAD + 'A,"a\nb\nc"\nB,,,x\n',
        [(5, "activity_goal", "whole number")],
    ),
    "an id that is an address": (
        "play_id\nimport\n..\n",
        [(2, "play_id", "could not be opened"), (3, "play_id", "could not be opened")],
    ),
    "a quarter without its year": ("id,quarter,act_goal\nA,Q4,1\n", [(2, "quarter", "its year")]),
    "a quarter twice": (
        "id,quarter,act_goal\nA,2027Q1,1\nA,2027-Q1,2\n",
        [(3, "id", "A stands on line 2 already")],
    ),
    "two lines that contradict each other": (
        "id,quarter,owner\nA,2027Q1,Kim\nA,2027Q2,Lee\n",
        [(3, "owner", "line 2 says “Kim” of the same Play")],
    ),
    "an alias of two": (
        "id,aliases\nA,X\nB,X\nC,A\n",
        [
            (3, "aliases", "X already names the Play A"),
            (4, "aliases", "A already names the Play A"),
        ],
    ),
    "too many cells": (HEAD + "A,,,,,,,surplus\n", [(2, "", "more cells")]),
    "an open quote": (HEAD + 'A,"x\n', [(2, "", "cannot be read as CSV: a quotation mark")]),
    "cut off within a letter": ("play_id,name\nA,가나다".encode()[:-1], [(2, "", "was cut off")]),
    "broken JSON": ('[{"play_id": "A"},\n {]', [(2, "", "is not JSON")]),
    "JSON that breaks off": ('[{"play_id": "A"}', [(1, "", "is not JSON")]),
    "JSON with more behind it": ('[{"play_id": "A"}]\nx', [(2, "", "is not JSON")]),
    "JSON that is no list": ('{"plays": []}', [(1, "", "must be a list")]),
    "JSON of numbers": ('[{"play_id": "A"},\n\n1]', [(3, "", "must be an object")]),
    "a list in JSON": ('[\n{"play_id": "A", "name": ["x"]}]', [(2, "name", "a text or a number")]),
    "a name twice in JSON": ('[{"play_id": "A", "play_id": "B"}]', [(1, "play_id", "twice")]),
    "NaN": ('[{"play_id": "A", "activity_goal": NaN}]', [(1, "", "NaN is no number")]),
    "a deep nest": ("[" * 100_000, [(1, "", "nested too deeply")]),
    "JSON without a play_id": ('[{"play_id": "A"},\n{"name": "x"}]', [(2, "play_id", "be empty")]),
    "a huge number": (f'[{{"play_id": "A", "s2_goal": {"9" * 5000}}}]', [(1, "s2_goal", "whole")]),
    "a broken workbook": (b"PK\x03\x04rest", [(1, "", "no Excel workbook that can be read")]),
    "an old workbook": (b"\xd0\xcf\x11\xe0rest", [(1, "", "old Excel workbook")]),
    "no text": (b"play_id\nA\n\xff\xfa\n", [(3, "", "neither UTF-8, UTF-16 nor CP949")]),
    "too large": (b"x" * (MAX_BYTES + 1), [(1, "", "larger than 5 MB")]),
    "too many lines": (
        "play_id\n" + "".join(f"P{n}\n" for n in range(5001)),
        [(5002, "", "more than 5,000")],
    ),
}


@pytest.mark.parametrize(("content", "wanted"), BAD.values(), ids=BAD)
def test_every_problem_is_told_by_line_and_column_and_nothing_is_imported(content, wanted):
    with pytest.raises(ImportRefused) as refused:
        import_plays(content)

    problems = refused.value.problems
    assert [(p.line, p.column) for p in problems] == [(line, column) for line, column, _ in wanted]
    for problem, (_, _, words) in zip(problems, wanted, strict=True):
        assert words in problem.message
        assert f"line {problem.line}" in str(problem)
    assert not Play.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_preview_tells_each_field_old_and_new_and_changes_nothing():
    make_play(play_id="A", name="before", owner="김철수", activity_goal=5)
    make_play(play_id="B", name="same")

    preview = compare(read_file("play_id,name,activity_goal\nA,after,5\nB,same,20\nC,new,1\n"))

    told = {p.play_id: [(c.name, c.old, c.new) for c in p.changes] for p in preview.plays}
    assert told == {
        "A": [("name", "before", "after")],
        "B": [],
        "C": [("name", "", "new"), (f"activity_goal {this_quarter()}", "0", "1")],
    }
    assert (preview.created, preview.changed, preview.unchanged) == (1, 1, 1)
    assert not Play.objects.filter(play_id="C").exists()
    assert Play.objects.get(play_id="A").name == "before"


def test_what_was_previewed_is_what_is_applied():
    play = make_play(play_id="A", name="before")
    content = "play_id,name\nA,after\n"
    digest = compare(read_file(content)).digest
    play.name = "changed by somebody"
    play.save()

    with pytest.raises(DiffersFromPreview) as stale:
        import_plays(content, digest=digest)

    assert Play.objects.get().name == "changed by somebody"
    import_plays(content, digest=stale.value.preview.digest)
    assert Play.objects.get().name == "after"


def test_another_file_than_the_previewed_one_is_refused():
    digest = compare(read_file("play_id,name\nA,x\n")).digest
    with pytest.raises(DiffersFromPreview):
        import_plays("play_id,name\nA,y\n", digest=digest)
    assert not Play.objects.exists()


def test_an_import_is_in_the_audit_trail_and_one_that_changes_nothing_is_not(admin_user):
    import_plays("play_id,name\nA,x\n", by=admin_user)
    import_plays("play_id,name\nA,x\n", by=admin_user)

    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.count) == ("import", admin_user, 1)
    assert entry.details["plays"] == {"A": {"name": ["", "x"]}}


def test_columns_that_are_not_there_and_empty_pages_stay_as_they_are():
    import_plays(ENGLISH)
    import_plays("play_id,is_active,live_doc_page_id\nEXT_Desk_D01,,\n")
    import_plays("play_id,is_active,live_doc_page_id\nEXT_Desk_D01,,TBD\n")

    play = Play.objects.get()
    assert play.name == "세미나 발굴"
    assert play.is_active
    assert play.mappings.get(part="live_doc").page.page_id == "40108041"


def test_empty_cells_of_texts_goals_and_dates_are_emptied():
    import_plays(ENGLISH)
    import_plays("play_id,owner,activity_goal,due_date\nEXT_Desk_D01,,,\n")

    play = Play.objects.get()
    assert (play.owner, play.due_date) == ("", None)
    assert goals_in(play, this_quarter()) == Goals(signal=10, brief=4, s2=2)


def test_a_new_page_takes_the_waiting_jobs_along():
    import_plays(ENGLISH)
    play = Play.objects.get()
    record(signal(play_id=play.play_id))
    import_plays("play_id,live_doc_page_id\nEXT_Desk_D01,555\n")

    job = SyncJob.objects.get(mapping__part="live_doc")
    assert job.mapping.page == Page.objects.get(page_id="555")
    assert PageMapping.objects.get(part="live_doc").changes.count() == 2


def test_events_that_waited_for_a_play_are_accepted():
    record(signal(play_id="EXT_Desk_D01"))
    assert Event.objects.rejected().count() == 1

    assert import_plays(ENGLISH).accepted_events == 1
    assert Event.objects.accepted().count() == 1


def test_an_id_that_exists_in_other_capitals_is_refused():
    make_play(play_id="EXT_Desk_D01")
    with pytest.raises(ImportRefused, match="EXT_Desk_D01 is there already"):
        import_plays("play_id\next_desk_d01\n")


@pytest.mark.parametrize("text", ["=1+1", "+82 2 000", "-5", "@owner", "'=x", "''", "'quoted'"])
def test_what_looks_like_a_formula_is_plain_text(text):
    import_plays(json.dumps([{"play_id": "A", "name": text}]))
    assert Play.objects.get().name == text

    exported = plays_as_csv(Play.objects.all())
    assert "\n=" not in exported
    assert ",=" not in exported
    assert import_plays(exported).unchanged == 1


def test_pages_that_play_two_parts_are_remarked_upon():
    preview = compare(read_file("play_id,live_doc_page_id\nA,7\nB,7\nC,8\n"))
    assert preview.notes == ("Page 7 would play 2 parts at once.",)


def test_a_preview_takes_the_same_number_of_queries_however_many_plays(
    django_assert_max_num_queries,
):
    content = "play_id,live_doc_page_id\n" + "".join(f"P{n},{n + 1}\n" for n in range(300))
    import_plays("play_id\n" + "".join(f"P{n}\n" for n in range(200)))
    file = read_file(content)
    with django_assert_max_num_queries(4):
        assert compare(file).created == 100


def test_five_thousand_plays_are_imported_at_once(django_assert_max_num_queries):
    content = "play_id,name\n" + "".join(f"P{n},이름 {n}\n" for n in range(5_000))
    with django_assert_max_num_queries(200):
        assert import_plays(content).created == 5_000
    assert PageMapping.objects.filter(play__isnull=False).count() == 10_000
