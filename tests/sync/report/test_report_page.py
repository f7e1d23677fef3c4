"""The weekly report as a page: one per week, exact edits, what people write stays."""

import pytest

from plays.models import Team, WeeklyReport
from plays.rules.weeks import Week
from plays.sync.report.page import title_of, write_report
from tests.factories import NOW, SEOUL, make_action, make_play

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("confluence_settings")]


@pytest.fixture
def parent(sandbox):
    page_id = sandbox.add_page("Reports", "<p>all weeks</p>")
    Team.objects.update_or_create(pk=1, defaults={"report_parent": page_id})
    return page_id


def test_a_page_is_made_once_a_week_and_peoples_words_stay(sandbox, parent):
    play = make_play(play_id="EXT_A", name="Seminar")
    make_action(play=play, action_type="Signal", occurred_at=NOW)
    first = write_report(now=NOW)
    assert first.error == ""
    assert "EXT_A" in sandbox.body(first.page.page_id)
    written = sandbox.body(first.page.page_id)
    sandbox.edit(first.page.page_id, f"{written}<p>사람의 글</p>")

    make_play(play_id="EXT_B")
    again = write_report(now=NOW)

    body = sandbox.body(again.page.page_id)
    assert again.page == first.page
    assert WeeklyReport.objects.count() == 1
    assert "EXT_B" in body
    assert "사람의 글</p>" in body
    assert body.count("EXT_A") == 1
    assert title_of(Week.of(NOW, SEOUL)).endswith("2026-W48")


def test_the_same_report_again_writes_nothing(sandbox, parent):
    make_play()
    report = write_report(now=NOW)
    before = sandbox.version(report.page.page_id)

    write_report(now=NOW)

    assert sandbox.version(report.page.page_id) == before


def test_without_a_parent_nothing_is_written(sandbox):
    Team.objects.update(report_parent="")

    assert write_report(now=NOW) is None


def test_what_was_wrong_is_kept_and_told(sandbox, parent):
    make_play()
    Team.objects.update(report_parent="99999999")

    report = write_report(now=NOW)

    assert report.error
    assert report.written_at is None
