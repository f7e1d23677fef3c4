"""The seed system's eight operations: safe to repeat, and careful with what people wrote."""

import pytest

from plays.confluence import VersionConflict
from plays.models import Page, PageAppend, PageMapping
from plays.sandbox import Fault
from plays.sync import operations
from plays.sync.mappings.assign import assign
from plays.sync.operations import saving
from plays.sync.operations.refusals import (
    KeyReused,
    NoKey,
    NoPage,
    NoSuchTable,
    OursAlone,
    PageBusy,
    Refusal,
    SeveralTables,
    TakesContent,
    refusal_of,
)
from plays.sync.site.connection import connect
from plays.sync.site.title_holders import TitleForeign
from plays.sync.writing.claims import page_claim

LOG = {
    "log_id": "LOG-2026-00001",
    "play_id": "EXT_Desk_D01",
    "action_type": "Signal",
    "title": "콜센터 <AHT>",
    "url": "https://portal.example/s?a=1&b=2",
    "actor": "김철수",
    "created_at": "2026-01-18 10:30",
}


@pytest.fixture
def client(db, confluence_settings):
    return connect()


@pytest.fixture
def page_id(sandbox):
    return sandbox.add_page("Notes", "<p>사람의 글</p>")


def test_a_page_is_found_made_and_read(client, sandbox):
    made = operations.create_page(
        client, title="EXT ToDo List", body_md="- [ ] 고객 인터뷰", parent_id=sandbox.homepage_id
    )

    read = operations.get_page(client, made.page_id)
    assert "<ac:task-status>incomplete</ac:task-status>" in read.body
    assert [hit.id for hit in operations.search_pages(client, "EXT ToDo List").pages] == [
        made.page_id
    ]


def test_a_page_whose_making_was_not_answered_is_made_once(client, sandbox):
    sandbox.faults.script("lost_reply", match="POST /pages")

    made = operations.create_page(client, title="Once", body_md="x", parent_id=sandbox.homepage_id)

    assert made.title == "Once"
    with pytest.raises(TitleForeign):
        operations.create_page(client, title="once", body_md="y", parent_id=sandbox.homepage_id)


def test_an_update_names_the_version_it_was_made_for(client, sandbox, page_id):
    operations.update_page(client, page_id, body_md="# 새 글", version=1)

    with pytest.raises(VersionConflict):
        operations.update_page(client, page_id, body_md="# 늦은 글", version=1)
    assert "새 글" in sandbox.body(page_id)


@pytest.mark.parametrize("fault", ["lost_reply", "error_after", "error_before", "conflict"])
def test_an_append_is_made_once_and_loses_nothing(client, sandbox, page_id, fault):
    sandbox.faults.script(fault, match="PUT")

    operations.append_to_page(client, page_id, append_md="- 한 줄")

    assert sandbox.body(page_id).count("한 줄") == 1
    assert "사람의 글" in sandbox.body(page_id)


def test_a_colleague_who_saves_during_an_append_is_not_overwritten(client, sandbox, page_id):
    sandbox.faults.script(
        Fault("colleague_edit", edit=lambda body: body + "<p>동료</p>"), match="PUT"
    )

    operations.append_to_page(client, page_id, append_md="끝")

    assert "동료" in sandbox.body(page_id)


def test_too_many_saves_of_others_are_told(client, sandbox, page_id):
    sandbox.faults.script("conflict", match="PUT", times=9)

    with pytest.raises(operations.NotMade):
        operations.append_to_page(client, page_id, append_md="끝")


def test_rows_are_inserted_once_and_found_again(client, page_id):
    operations.db_insert_row(client, page_id, data=LOG)
    operations.db_insert_row(client, page_id, data={**LOG, "title": "다른 제목"})

    (row,) = operations.db_query(client, page_id, where={"log_id": "LOG-2026-00001"}).rows

    assert row.cells["title"] == "콜센터 <AHT>"
    assert row.links["url"] == (LOG["url"],)


def test_a_row_is_updated_in_place(client, page_id):
    operations.db_upsert_row(client, page_id, row_id="EXT_Desk_D01", data={"signal_qtd": 3})
    operations.db_upsert_row(client, page_id, row_id="EXT_Desk_D01", data={"signal_qtd": 4})

    (row,) = operations.db_query(client, page_id).rows

    assert row.cells["signal_qtd"] == "4"


def test_any_table_can_be_written_by_its_headings(client, sandbox):
    page = sandbox.add_page(
        "Contacts",
        "<table><tbody><tr><th>이메일</th><th>이름</th></tr>"
        "<tr><td>a@b.kr</td><td>가</td></tr></tbody></table>",
    )

    operations.db_upsert_row(
        client, page, key_column="이메일", row_id="a@b.kr", data={"이름": "나"}
    )

    assert "<td>나</td>" in sandbox.body(page)


# --- With a caller's key -------------------------------------------------------------------------


def test_an_append_with_a_key_is_made_once_however_often_it_is_asked_for(client, sandbox, page_id):
    first = operations.append_to_page(client, page_id, append_md="- 한 줄", key="k1")
    again = operations.append_to_page(client, page_id, append_md="- 한 줄", key="k1")

    assert (first.changed, again.changed) == (True, False)
    assert first.difference == ("+ • 한 줄",)
    assert sandbox.body(page_id).count("한 줄") == 1


def test_a_key_whose_write_nobody_heard_of_is_found_on_the_page(client, sandbox, page_id):
    operations.append_to_page(client, page_id, append_md="- 한 줄", key="k1")
    PageAppend.objects.update(version=None)  # as if the process had died before it was noted

    again = operations.append_to_page(client, page_id, append_md="- 한 줄", key="k1")

    assert not again.changed
    assert sandbox.body(page_id).count("한 줄") == 1
    assert PageAppend.objects.get().version == again.version


def test_a_key_is_for_one_text_on_one_page(client, sandbox, page_id):
    other = sandbox.add_page("Other", "<p>x</p>")
    operations.append_to_page(client, page_id, append_md="하나", key="k1")

    with pytest.raises(KeyReused):
        operations.append_to_page(client, page_id, append_md="둘", key="k1")
    assert operations.append_to_page(client, other, append_md="둘", key="k1").changed


def test_a_page_that_the_same_call_made_before_is_found_again(client, sandbox):
    call = {"title": "Once", "body_md": "# 글", "parent_id": sandbox.homepage_id}
    made = operations.create_page(client, **call)

    again = operations.create_page(client, **call)

    assert (made.how, again.how, again.page_id) == ("made", "there", made.page_id)


def test_an_update_asked_for_twice_is_made_once(client, sandbox, page_id):
    operations.update_page(client, page_id, body_md="# 새 글", version=1)

    again = operations.update_page(client, page_id, body_md="# 새 글", version=1)

    assert (again.changed, again.version) == (False, 2)


# --- A dry run -----------------------------------------------------------------------------------


def test_a_dry_run_tells_the_difference_and_writes_nothing(client, sandbox, page_id):
    before = sandbox.body(page_id)

    told = [
        operations.append_to_page(client, page_id, append_md="끝", key="k", dry_run=True),
        operations.update_page(client, page_id, body_md="새 글", version=1, dry_run=True),
        operations.db_insert_row(client, page_id, data=LOG, dry_run=True),
        operations.create_page(
            client, title="New", body_md="x", parent_id=sandbox.homepage_id, dry_run=True
        ),
    ]

    assert all(one.dry_run and one.difference for one in told)
    assert sandbox.body(page_id) == before
    assert not PageAppend.objects.exists()
    assert operations.append_to_page(client, page_id, append_md="끝", key="k").changed


# --- Any table, by its headings ------------------------------------------------------------------

TWO_TABLES = (
    "<table><tbody><tr><th>No</th><th>과제</th><th>상태</th></tr>"
    "<tr><td>1</td><td>A-1</td><td>진행</td></tr>"
    "<tr><td>2</td><td>A-10</td><td>대기</td></tr></tbody></table><p>사이</p>"
    "<table><tbody><tr><th>이름</th><th>전화</th></tr>"
    "<tr><td>가</td><td>1</td></tr></tbody></table>"
)


@pytest.fixture
def tables(sandbox):
    return sandbox.add_page("Tables", TWO_TABLES)


def test_the_table_is_the_one_that_has_the_headings(client, sandbox, tables):
    operations.db_upsert_row(client, tables, row_id="가", data={"전화": "2"})
    operations.db_upsert_row(client, tables, row_id="A-1", data={"상태": "완료"}, key_column="과제")

    changed = TWO_TABLES.replace("<td>가</td><td>1</td>", "<td>가</td><td>2</td>")
    assert sandbox.body(tables) == changed.replace("진행", "완료")


def test_rows_of_any_table_are_found_by_their_cells(client, tables):
    found = operations.db_query(client, tables, where={"상태": "대기"}, key_column="과제")

    assert [(row.key, row.cells["No"]) for row in found.rows] == [("A-10", "2")]


def test_rows_come_in_pages(client, tables):
    first = operations.db_query(client, tables, key_column="과제", limit=1)
    second = operations.db_query(
        client, tables, key_column="과제", limit=1, cursor=first.next_cursor
    )

    assert [row.key for row in (*first.rows, *second.rows)] == ["A-1", "A-10"]
    assert (first.total, second.next_cursor) == (2, "")


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        ({"row_id": "A-1", "data": {"상태": "완료"}}, NoKey),  # it stands in another column
        ({"row_id": "A-1", "data": {"없음": "x"}}, NoSuchTable),
        ({"row_id": "A-1", "data": {}}, SeveralTables),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_do(client, sandbox, tables, call, refusal):
    with pytest.raises(refusal) as refused:
        operations.db_upsert_row(client, tables, **call)

    assert refused.value.advice
    assert sandbox.body(tables) == TWO_TABLES


def test_a_database_that_is_no_page_is_refused(client):
    with pytest.raises(NoPage):
        operations.db_query(client, "play_db")


# --- Pages that the product writes ---------------------------------------------------------------


def test_the_play_db_takes_our_columns_and_peoples_at_once(client, world):
    call = {"row_id": "P1", "data": {"signal_qtd": 3, "이름": "세미나", "status": "G"}}
    operations.db_upsert_row(client, "play_db", **call)
    again = operations.db_upsert_row(client, "play_db", **call)

    (row,) = operations.db_query(client, "play_db").rows

    assert not again.changed
    assert (row.key, row.cells["signal_qtd"], row.cells["이름"]) == ("P1", "3", "세미나")
    assert 'ac:name="colour">Green' in world.sandbox.body(world.play_db)


def test_a_page_that_our_writer_has_is_not_written(client, world, monkeypatch):
    monkeypatch.setattr(saving, "CLAIM_SECONDS", 0.0)
    page = Page.objects.get(page_id=world.action_log)

    with page_claim(page.pk), pytest.raises(PageBusy):
        operations.append_to_page(client, world.action_log, append_md="끝")

    assert operations.append_to_page(client, world.action_log, append_md="끝").changed
    assert Page.objects.get(pk=page.pk).lease_until is None


def test_a_page_that_the_product_writes_is_not_replaced(client, world):
    with pytest.raises(OursAlone):
        operations.update_page(client, world.action_log, body_md="x", version=1)


def test_a_macro_that_markdown_cannot_say_is_not_taken_away(client, sandbox):
    page = sandbox.add_page(
        "Info",
        '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>a</p></ac:rich-text-body>'
        "</ac:structured-macro>",
    )

    with pytest.raises(TakesContent, match="info"):
        operations.update_page(client, page, body_md="x", version=1)


def test_a_page_may_become_ours_and_is_claimed_from_then_on(client, sandbox, page_id):
    assign(PageMapping.objects.shared("project_todo"), page_id)

    assert operations.append_to_page(client, page_id, append_md="끝").changed


# --- What was refused ----------------------------------------------------------------------------


def test_every_error_of_confluence_says_what_to_do(client, page_id):
    with pytest.raises(VersionConflict) as conflict:
        operations.update_page(client, page_id, body_md="x", version=7)

    told = refusal_of(conflict.value)

    assert isinstance(told, Refusal)
    assert told.code == "VersionConflict"
    assert "get_page" in told.advice
