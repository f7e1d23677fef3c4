"""The Action Log as teams keep it: newest on top, words and dates of their own, columns missing."""

import re

from django.utils import timezone

from plays.models import Finding, PageLayout
from tests.cases import pages
from tests.cases.conftest import run
from tests.cases.pages import D01
from tests.events import activity, signal


def test_a_log_without_a_url_column_is_written_without_and_the_command_says_so(team):
    page = team.page("action_log", pages.LOG_WITHOUT_URL)
    team.ingest(signal(play_id="EXT_Desk_D01", title="콜센터 개선", owner="김철수"))
    _, row = team.tables(page)[0]
    assert row[1:5] == (D01, "Signal", "콜센터 개선", "김철수")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", row[5])
    code, said = run("columns", "action_log")
    assert code == 0
    assert re.search(r"URL\s+–.*no column: left out", said)


def test_new_rows_go_on_top_of_a_log_that_is_kept_so_until_an_admin_says_otherwise(team):
    page = team.page("action_log", pages.LOG_NEWEST_FIRST)
    team.ingest(activity(play_id=D01, title="셋째"))
    assert [row[3] for row in team.tables(page)[0][1:]] == ["셋째", "둘째", "첫째"]
    assert run("columns", "action_log", "--insert", "bottom")[0] == 0
    team.ingest(activity(play_id=D01, title="넷째"))
    assert [row[3] for row in team.tables(page)[0][1:]] == ["셋째", "둘째", "첫째", "넷째"]
    assert PageLayout.objects.of_part("action_log").chosen
    assert run("columns", "action_log", "--auto")[0] == 0
    assert not PageLayout.objects.of_part("action_log").chosen


def test_a_log_of_own_headings_asks_for_its_key_and_then_speaks_the_teams_words(team):
    page = team.page("action_log", pages.LOG_OWN_HEADINGS)
    before = team.body(page)
    team.ingest(activity(play_id=D01, title="설명회", owner="김"))
    assert team.body(page) == before
    assert team.failed() == ["KeyColumnMissing"]
    code, said = run("columns", "action_log")
    assert code == 1
    assert "log_id=번호" in said

    assert run("columns", "action_log", "--set", "log_id=번호")[0] == 0
    assert team.drain() == 0
    assert len(team.tables(page)) == 1
    by_hand, ours = team.tables(page)[0][1:]
    assert by_hand == ("2026.11.19", "", D01, "활동", "손으로 쓴 기록", "김")
    assert ours[0] == f"{timezone.localtime():%Y.%m.%d}"
    assert ours[2:] == (D01, "활동", "설명회", "김")
    layout = PageLayout.objects.of_part("action_log").layout
    assert layout.missing == ("url",)


def test_a_log_id_that_is_nobodys_is_named_and_rows_under_own_words_are_people_s(team):
    rows = [
        ["LOG-2031-00009", D01, "Activity", "어디서?", "", "김", "2031-01-02 10:00"],
        ["수기-1", D01, "Activity", "손으로", "", "김", "2026-11-19 10:00"],
    ]
    page = team.page("action_log", pages.table(pages.LOG, *rows))
    before = team.tables(page)
    assert team.weekly() == 1  # the database may be older than its pages: a person is asked
    named = Finding.objects.filter(kind="unknown").values_list("key", flat=True)
    assert list(named) == ["LOG-2031-00009"]
    assert team.tables(page) == before
