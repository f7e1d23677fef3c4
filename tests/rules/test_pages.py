"""What our rows, entries and links say on a page."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from plays.rules import report_page
from plays.rules.page_columns import PLAY_COLUMNS
from plays.rules.pages import (
    ActionFacts,
    PlayFacts,
    live_entry,
    log_row,
    play_row,
    said_word,
    volume_body,
    volume_title,
)
from plays.rules.planner import counter_of
from plays.rules.quarter import Quarter
from plays.rules.status import Counts, Goals, Status
from plays.storage import Kind, Link, Moment, Number, Strong, Text
from plays.storage import Status as Lozenge

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YEAR = datetime(2026, 12, 31, 15, 0, 59, 7, tzinfo=UTC)  # midnight in Seoul, and a bit


def action(**changes):
    values = {
        "log_id": "LOG-2027-00001",
        "play_id": "EXT_D01",
        "action_type": "Signal",
        "title": "AHT",
        "url": "",
        "actor": "",
        "occurred_at": NEW_YEAR,
        "details": {},
    }
    return ActionFacts(**values | changes)


def said(**changes):
    """An entry's words: texts joined, strong and linked ones marked."""
    entry = live_entry(action(**changes), above=None, zone=SEOUL)
    marks = {Text: "{0.text}", Strong: "*{0.text}*", Link: "[{0.text}]({0.url})"}
    return "".join(marks[type(part)].format(part) for part in entry.parts)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "2027-01-01 00:00 · *Signal* · AHT"),
        ({"actor": "kim"}, "2027-01-01 00:00 · *Signal* · AHT · kim"),
        (
            {"url": "https://x.example/1"},
            "2027-01-01 00:00 · *Signal* · [AHT](https://x.example/1)",
        ),
        ({"details": {"total_score": 0}}, "2027-01-01 00:00 · *Signal* · AHT · 0/100"),
        (
            {
                "details": {
                    "total_score": 72.5,
                    "decision": "GO",
                    "method": "poc",
                    "rationale": "ok",
                }
            },
            "2027-01-01 00:00 · *Signal* · AHT · 72.5/100 · GO · poc · ok",
        ),
        (
            {"details": {"decision": None, "method": "", "rationale": "ok"}},
            "2027-01-01 00:00 · *Signal* · AHT · ok",
        ),
    ],
)
def test_an_entry_says_what_its_action_has_with_a_dot_between(changes, words):
    assert said(**changes) == words


def test_an_entry_stands_below_the_one_it_belongs_to_and_knows_it():
    above = action(log_id="LOG-2026-00009", title="Before")
    entry = live_entry(action(), above=above, zone=SEOUL)
    alone = live_entry(action(), above=None, zone=SEOUL)

    assert (entry.after, entry.after_tells.title) == ("LOG-2026-00009", "Before")
    assert (alone.after, alone.after_tells) == (None, None)
    assert alone.tells.time == "2027-01-01 00:00"


def test_a_log_row_has_the_time_to_the_minute_and_goes_to_its_quarter():
    row = log_row(action(url="https://x.example/1"), zone=SEOUL)

    assert row.cells["created_at"] == Moment(datetime(2027, 1, 1))  # noqa: DTZ001 - as a page says
    assert row.cells["url"] == Link("https://x.example/1", "https://x.example/1")
    assert log_row(action(), zone=SEOUL).cells["url"] == Text("")
    assert {"2027Q1", "Q1 2027", "2027년 1분기"} <= set(row.groups)


def test_a_play_s_row_has_done_and_goal_and_the_owner_s_word_only_where_there_is_one():
    play = PlayFacts(
        play_id="EXT_D01",
        status=Status.YELLOW,
        counts=Counts(activity=1, signal=2, brief=3, s2=4, s3=5),
        goals=Goals(activity=10, signal=20, brief=30, s2=40),
    )
    row = play_row(play, now=NEW_YEAR, zone=SEOUL)

    assert row.cells == {
        "status": Lozenge("Y", "Yellow"),
        "activity_qtd": Number(1, 10),
        "signal_qtd": Number(2, 20),
        "brief_qtd": Number(3, 30),
        "s2_qtd": Number(4, 40),
        "s3_qtd": Number(5),
    }
    assert row.groups == ()


@pytest.mark.parametrize(
    ("seen_as", "by", "words"),
    [
        (Status.YELLOW, "", "Y: waits (2026-11-27)"),
        (None, "lee", "waits (lee, 2026-11-27)"),
    ],
)
def test_an_owner_s_word_says_its_colour_and_who_said_it_for_them(seen_as, by, words):
    assert said_word("waits", seen_as=seen_as, by=by, on=date(2026, 11, 27)) == words


@pytest.mark.parametrize(
    ("number", "title"), [(None, "Action Log 2027 Q1"), (2, "Action Log 2027 Q1 (2)")]
)
def test_a_further_page_of_the_log_is_named_by_its_quarter(number, title):
    assert volume_title(Quarter(2027, 1), number) == title


def test_a_further_page_of_the_log_leads_back():
    assert "이전 기록 · Previous: Action Log" in volume_body("Action Log", "https://x.example/1")


@pytest.mark.parametrize(
    ("action_type", "decision", "counter"),
    [
        ("Activity", "", "activity"),
        ("Signal", "", "signal"),
        ("Scorecard", "GO", None),
        ("Brief", "", "brief"),
        ("S2", "GO", "s2"),
        ("S2", "NO_GO", None),
        ("S3", "", "s3"),
    ],
)
def test_what_an_action_counts_as(action_type, decision, counter):
    assert counter_of(action_type, decision) == counter


def test_the_weekly_report_s_rows_have_their_numbers_where_they_belong():
    counter = report_page.CounterRow(label="활동", week=1, target=2, before=3, quarter=4, then=5)
    play = report_page.PlayRow(
        play_id="EXT_D01",
        name="Desk",
        owner="kim",
        status=Status.RED,
        counts=Counts(activity=1, signal=2, brief=3, s2=4),
        goals=Goals(activity=10, signal=20, brief=30, s2=40),
        word="waits",
    )
    counters, plays = report_page.report_edits([counter], [play])

    assert (counters.key, plays.key) == ("활동", "EXT_D01")
    assert counters.cells == {
        "week": Number(1, 2),
        "before": Number(3),
        "quarter": Number(4),
        "then": Number(5),
    }
    assert [plays.cells[name] for name in ("activity", "signal", "brief", "s2")] == [
        *(Number(1, 10), Number(2, 20), Number(3, 30), Number(4, 40))
    ]
    assert plays.cells["status"] == Lozenge("R", "Red")


def test_a_counter_s_column_is_known_by_what_people_call_it():
    signal = next(column for column in PLAY_COLUMNS if column.name == "signal_qtd")

    assert signal.kind is Kind.COUNT
    assert {"Sig", "Sig done", "시그널 실적/목표"} <= set(signal.aliases)
