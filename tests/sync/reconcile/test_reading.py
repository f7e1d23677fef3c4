"""What rows and entries tell, however people have changed them; what is not told stays empty."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from plays import confluence
from plays.sync.reconcile.reading import Told, _further, entries_of, read_time, rows_of, together
from plays.sync.reconcile.report import MOST_TOLD, Report
from plays.sync.weekly.page_reads import PageRead
from tests.factories import NOW, make_page, make_play

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")
AT = datetime(2026, 11, 20, 10, 30, tzinfo=SEOUL)
DAY = datetime(2026, 11, 20, tzinfo=SEOUL)
KEY = "LOG-2026-00007"


def as_read(body):
    version = confluence.Version(number=1, message="")
    read = confluence.Page(id="1", title="Page", status="current", body=body, version=version)
    return PageRead(page=make_page(), read=read, at=NOW)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-11-20 10:30", (AT, True)),
        ("2026-11-20T10:30", (AT, True)),
        ("on 2026. 11. 20. 10:30 · AHT", (AT, True)),
        ("2026년 11월 20일", (DAY, False)),
        ("2026/11/20", (DAY, False)),
        ("2026-11-20 00:00", (DAY, True)),
        ("2026-13-20", (None, False)),
        ("2026-11-20 24:00", (None, False)),
        ("yesterday", (None, False)),
    ],
)
def test_the_first_time_in_a_text_is_read_in_the_team_s_zone(text, told):
    assert read_time(text) == told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "2026-11-20 10:30 · Signal · AHT · 78/100 · GO · kim",
            ("Signal", "AHT", {"total_score": 78, "decision": "GO"}, "kim"),
        ),
        (
            "2026-11-20 10:30 · Scorecard · AHT · 78/100 · GO",
            ("Scorecard", "AHT", {"total_score": 78, "decision": "GO"}, ""),
        ),
        ("2026-11-20 10:30 · S2 · A · GO · kim", ("S2", "A", {"decision": "GO"}, "kim")),
        ("2026-11-20 10:30 · Signal · AHT · kim", ("Signal", "AHT", {}, "kim")),
        ("2026-11-20 10:30 · Signal · AHT", ("Signal", "AHT", {}, "")),
        ("2026-11-20 10:30 · S2 · A · B · HOLD", ("S2", "A · B", {"decision": "HOLD"}, "")),
        (
            "2026-11-20 10:30 · S2 · A · PIVOT · interviews · GO · kim",
            ("S2", "A", {"decision": "PIVOT"}, "kim"),
        ),
        ("2026-11-20 10:30 · something else", ("", "", {}, "")),
    ],
)
def test_an_entry_is_read_part_by_part(line, told):
    (entry,) = entries_of(as_read(f"<ul><li><code>{KEY}</code> {line}</li></ul>"), [make_play()])

    assert (entry.action_type, entry.title, entry.details, entry.actor) == told
    assert (entry.log_id, entry.is_row, entry.moment, entry.has_clock) == (KEY, False, AT, True)


def test_an_entry_is_a_play_s_only_on_a_page_that_one_play_has():
    seen = as_read(f"<p><code>{KEY}</code> 2026-11-20 · Signal · AHT</p>")
    one, other = make_play(), make_play()

    assert [told.play for told in entries_of(seen, [one])] == [one]
    assert [told.play for told in entries_of(seen, [one, other])] == [None]


def test_a_row_is_read_cell_by_cell_and_only_rows_with_an_id_of_ours():
    play = make_play(play_id="EXT_D01")
    heads = ("Log ID", "Play ID", "Type", "Title", "URL", "Owner", "Created")
    rows = [
        (
            KEY,
            "EXT_D01",
            "Signal",
            "AHT",
            '<a href="https://x.example/1">x</a>',
            "kim",
            f"{AT:%F %R}",
        ),
        ("LOG-2026-00008", "nobody", "Nonsense", "", "", "", ""),
        ("their own", "EXT_D01", "Signal", "AHT", "", "", ""),
    ]
    cells = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
    head = "".join(f"<th>{name}</th>" for name in heads)

    told, empty = rows_of(as_read(f"<table><tbody><tr>{head}</tr>{cells}</tbody></table>"))

    assert (told.play, told.action_type, told.title, told.actor) == (play, "Signal", "AHT", "kim")
    assert (told.moment, told.has_clock, told.url) == (AT, True, "https://x.example/1")
    assert told.is_row
    assert told.is_whole
    assert (empty.play, empty.action_type, empty.moment, empty.url) == (None, "", None, "")
    assert not empty.is_whole


class Titles:
    """What a search for pages by their title finds."""

    def __init__(self, *found):
        self.found = found

    def find_page(self, title):
        return [head for head in self.found if head.title == title]


@pytest.mark.parametrize(
    ("status", "is_read", "goes_on"),
    [("current", False, True), ("archived", False, False), ("current", True, False)],
)
def test_a_full_page_goes_on_on_a_page_that_is_there_and_was_not_read(status, is_read, goes_on):
    full = as_read("<p>다음 기록 · Continued: Log 2</p>")
    head = confluence.PageHead(id="4711", title="Log 2", status=status)
    known = replace(full, page=make_page(page_id="4711")) if is_read else full

    further = _further(Titles(head), full, [full, known])

    assert (further.page_id if further else "") == ("4711" if goes_on else "")


def test_a_full_page_may_go_on_nowhere_and_others_say_nothing_of_it():
    full = as_read("<p>다음 기록 · Continued: Log 2</p>")

    assert _further(Titles(), full, [full]) is None
    assert _further(Titles(), as_read("<p>AHT</p>"), [full]) is None


@pytest.mark.parametrize("without", ["play", "action_type", "title", "moment"])
def test_an_event_can_be_made_only_of_what_tells_all_it_needs(without):
    whole = {"play": make_play(), "action_type": "Signal", "title": "AHT", "moment": AT}
    place = {"log_id": KEY, "page": make_page(), "is_row": True, "text": "AHT"}

    assert Told(**place, **whole).is_whole
    assert not Told(**place, **{name: v for name, v in whole.items() if name != without}).is_whole


def test_a_row_is_surer_than_an_entry_and_a_minute_is_better_than_a_day():
    page, play = make_page(), make_play()
    entry = Told(
        log_id=KEY,
        page=page,
        is_row=False,
        text="entry",
        play=play,
        action_type="Brief",
        title="AHT, says Kim",
        moment=AT,
        has_clock=True,
        actor="kim",
        details={"decision": "GO"},
    )
    row = Told(log_id=KEY, page=page, is_row=True, text="row", title="AHT", moment=DAY, url="u")

    both = together([entry, row])

    assert (both.is_row, both.text, both.title, both.url) == (True, "row", "AHT", "u")
    assert (both.play, both.action_type, both.actor) == (play, "Brief", "kim")
    assert (both.moment, both.has_clock, both.details) == (AT, True, {"decision": "GO"})
    alone = together([row])
    assert (alone.moment, alone.has_clock) == (DAY, False)


def test_a_report_counts_all_and_tells_the_first():
    log_ids = [f"LOG-2026-{n:05d}" for n in range(MOST_TOLD + 1)]
    details = Report(adopted=log_ids, raised={2026: (1, 7)}, owed=2).details()

    assert details["counts"]["adopted"] == MOST_TOLD + 1
    assert details["adopted"] == log_ids[:MOST_TOLD]
    assert (details["raised"], details["owed"], details["agrees"]) == ({"2026": [1, 7]}, 2, True)


def test_a_report_of_nothing_says_that_all_agrees():
    details = Report().details()

    assert (details["owed"], details["raised"], details["agrees"]) == (0, {}, True)
    assert set(details["counts"].values()) == {0}


def test_what_is_left_for_a_person_is_no_agreement():
    page = make_page()
    told = Told(log_id=KEY, page=page, is_row=True, text="AHT")

    assert not Report(unknown=[told]).agrees
    assert not Report(conflicts=[told]).agrees
    assert not Report(unreadable=((page, "gone"),)).agrees
