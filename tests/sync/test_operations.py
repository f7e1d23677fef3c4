"""The seed system's eight operations: safe to repeat, and careful with what people wrote."""

import pytest

from plays.confluence import VersionConflict
from plays.sandbox import Fault
from plays.sync import operations
from plays.sync.site.connection import connect
from plays.sync.site.title_holders import TitleForeign

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

    read = operations.get_page(client, made.id)
    assert "<ac:task-status>incomplete</ac:task-status>" in read.body
    assert [hit.id for hit in operations.search_pages(client, "EXT ToDo List")] == [made.id]


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

    (row,) = operations.db_query(client, page_id, where={"log_id": "LOG-2026-00001"})

    assert row.cells["title"] == "콜센터 <AHT>"
    assert row.links["url"] == (LOG["url"],)


def test_a_row_is_updated_in_place(client, page_id):
    operations.db_upsert_row(client, page_id, row_id="EXT_Desk_D01", data={"signal_qtd": 3})
    operations.db_upsert_row(client, page_id, row_id="EXT_Desk_D01", data={"signal_qtd": 4})

    (row,) = operations.db_query(client, page_id)

    assert row.cells["signal_qtd"] == "4"


def test_any_table_can_be_written_by_its_headings(client, sandbox):
    page = sandbox.add_page(
        "Contacts",
        "<table><tbody><tr><th>이메일</th><th>이름</th></tr>"
        "<tr><td>a@b.kr</td><td>가</td></tr></tbody></table>",
    )

    operations.db_upsert_row(client, page, key="이메일", row_id="a@b.kr", data={"이름": "나"})

    assert "<td>나</td>" in sandbox.body(page)
