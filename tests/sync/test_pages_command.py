"""`manage.py pages`: the operations for people and scripts, JSON out."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db
TABLE = (
    "<table><tbody><tr><th>과제</th><th>상태</th></tr>"
    "<tr><td>A-1</td><td>진행</td></tr></tbody></table>"
)


@pytest.fixture
def page_id(sandbox, confluence_settings):
    return sandbox.add_page("Notes", TABLE)


def pages(*words):
    out = io.StringIO()
    call_command("pages", *words, stdout=out)
    return json.loads(out.getvalue())


def refused(*words):
    out = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("pages", *words, stdout=out)
    assert end.value.code == 1
    return json.loads(out.getvalue())


def test_a_page_is_read_with_its_text_its_source_and_its_tables(page_id):
    page = pages("get", page_id)

    assert (page["version"], page["body"]) == (1, TABLE)
    assert page["tables"] == [["과제", "상태"]]


def test_pages_are_found(page_id):
    assert [hit["id"] for hit in pages("search", "Notes")["pages"]] == [page_id]


def test_an_append_with_a_key_is_made_once(page_id, sandbox, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("한 줄"))

    assert pages("append", page_id, "--key", "k", "--text", "-", "--dry-run")["changed"]
    assert pages("append", page_id, "--key", "k", "--text", "한 줄")["changed"]
    assert not pages("append", page_id, "--key", "k", "--text", "한 줄")["changed"]
    assert sandbox.body(page_id).count("한 줄") == 1


def test_a_row_is_made_true_and_shown(page_id):
    written = pages("upsert-row", page_id, "A-1", "상태=완료=확인")

    assert written["difference"] == ["- A-1 | 진행", "+ A-1 | 완료=확인"]
    assert pages("rows", page_id)["rows"][0]["cells"] == {"과제": "A-1", "상태": "완료=확인"}


def test_a_refusal_says_why_and_what_to_do_next(page_id):
    told = refused("upsert-row", page_id, "A-1", "없음=x")

    assert told["error"] == "NoSuchTable"
    assert "과제 | 상태" in told["message"]
    assert told["next"]


def test_a_page_that_is_not_there_is_refused(page_id):
    assert refused("get", "999999")["error"] == "PageNotFound"


def test_without_settings_it_says_what_is_missing(db, settings):
    settings.CONFLUENCE_URL = ""

    assert "CONFLUENCE_URL" in refused("get", "1")["message"]


def test_a_cell_without_a_value_is_told(page_id):
    with pytest.raises(CommandError, match="HEADING=VALUE"):
        call_command("pages", "upsert-row", page_id, "A-1", "상태")
