"""What an error said of a page reads in the reader's language, whenever it was kept."""

import ast
from pathlib import Path

import pytest
from django.utils import translation

from plays import confluence, storage
from plays.confluence import PageNotCurrent, PageNotFound
from plays.rules.pages import PLAY_DB
from plays.storage import EditError, UpsertRow
from plays.sync.site.own_words import own_words
from plays.sync.site.remedies import ImplausibleRead
from tests.views.test_words import kinds_of

STORAGE = Path(storage.__file__).parent
TWICE = "<table><tbody><tr><th>Play ID</th><th>Status</th></tr>%s</tbody></table>" % (
    "<tr><td>A_1</td><td>G</td></tr>" * 2
)


@pytest.fixture
def korean():
    with translation.override("ko"):
        yield


def sentences_of_the_editor():
    """Each message that an `EditError` is raised with, with "x" for what it speaks of."""
    names = {kind.__name__ for kind in kinds_of(EditError)}
    for file in sorted(STORAGE.rglob("*.py")):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                yield from _raised_in(function, names)


def _raised_in(function, names):
    nodes = list(ast.walk(function))
    for call in nodes:
        if isinstance(call, ast.Call) and ast.unparse(call.func) in names:
            name = ast.unparse(call.args[0])
            kept = [
                node.value
                for node in nodes
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
            ]
            for said in kept or [call.args[0]]:
                for text in (said.body, said.orelse) if isinstance(said, ast.IfExp) else (said,):
                    if isinstance(text, ast.Constant | ast.JoinedStr):
                        yield _filled(text)


def _filled(text):
    parts = [text] if isinstance(text, ast.Constant) else text.values
    return "".join(part.value if isinstance(part, ast.Constant) else "x" for part in parts)


@pytest.mark.usefixtures("korean")
def test_no_sentence_of_the_editor_is_left_in_english():
    found = set(sentences_of_the_editor())

    assert len(found) > 12
    assert [
        said for said in found if own_words(f"{said} (line 1, column 2)").startswith(said)
    ] == []


@pytest.mark.usefixtures("korean")
def test_a_fault_of_the_page_is_told_with_its_headings_and_its_place():
    edit = UpsertRow(PLAY_DB, "A_1", {"signal_qtd": 3})
    problem = storage.apply_edits(TWICE, [edit]).outcomes[0].problem

    assert own_words(str(problem)) == "키가 A_1인 행이 2개 있습니다. (표 1, 2행; 표 1, 3행)"
    kept = "The table has no column for signal_qtd. (line 3, column 5, table 2)"
    assert own_words(kept) == "표에 Signal QTD 열이 없습니다. (표 2)"
    assert own_words("The page holds half a surrogate pair. (line 1, column 9)").endswith(
        "(페이지 원본 1번째 줄 9번째 글자)"
    )


@pytest.mark.usefixtures("korean")
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            PageNotFound("No page 7", status=404, method="GET", path="/x"),
            "HTTP 404 · No page 7 · GET /x",
        ),
        (confluence.NotAllowed(), ""),
        (
            PageNotCurrent("“Live” is trashed", page_status="trashed"),
            "“Live” 페이지의 상태: 휴지통",
        ),
        (
            ImplausibleRead("version 3 reads empty; 1,200 characters were known"),
            "버전 3이 빈 페이지로 읽힙니다. 이전에는 1,200자가 있었습니다.",
        ),
    ],
)
def test_what_confluence_said_stays_without_what_the_errors_name_means(error, told):
    assert own_words(str(error)) == told


@pytest.mark.usefixtures("korean")
@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (
            "The cell holds more than text: table, ac:task-list, jira.",
            "셀에 텍스트가 아닌 내용이 있습니다: 표, 작업 목록, jira",
        ),
        (
            "The edit would take td away from the page.",
            "이 수정을 하면 페이지에서 셀이 없어집니다.",
        ),
        (
            "The edit would take ac:structured-macro info away from the page.",
            "이 수정을 하면 페이지에서 info가 없어집니다.",
        ),
    ],
)
def test_parts_of_a_page_are_named_as_people_know_them(sentence, told):
    assert own_words(sentence) == told or own_words(f"{sentence} (line 1, column 2)").startswith(
        told
    )


@pytest.mark.parametrize("text", ["", "gone", "two tables at line 3", "a · b", "x (line 1)"])
def test_other_words_stay_as_they_are(text):
    assert own_words(text) == text


@pytest.mark.usefixtures("korean")
def test_what_several_jobs_said_is_told_line_by_line():
    said = own_words(
        "A row consists of merged cells only. (line 1, column 1, table 1, row 4)\ngone"
    )

    assert said == "병합된 셀로만 이루어진 행이 있습니다. (표 1, 4행)\ngone"
