"""Whose a row or an entry with our id is: one rule, as a table."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from plays.rules.pages import ACTION_LOG, ActionFacts, log_row
from plays.storage import (
    ForeignEntry,
    ForeignRow,
    Guidance,
    InsertEntry,
    Telling,
    Text,
    apply_edits,
)
from plays.storage.scan.entry_lines import Verdict
from plays.storage.whose import Fact, is_foreign
from tests.storage.test_telling import KINDS

OURS, FOREIGN, MENTION = Verdict.OURS, Verdict.FOREIGN, Verdict.MENTION


@pytest.mark.parametrize("facts", list(product(Fact, repeat=4)))
def test_one_fact_may_differ_where_we_wrote_it_and_none_where_we_did_not(facts):
    differing = facts.count(Fact.OTHER)

    assert is_foreign(facts, was_written=False) == (differing > 0)
    assert is_foreign(facts, was_written=True) == (differing > 1)


@pytest.mark.parametrize(
    ("line", "never_written", "written"),
    [
        ("2026-11-20 10:00 · Signal · 콜센터 개선 · 김철수", OURS, OURS),
        ("콜센터 개선", OURS, OURS),
        ("콜센터 개선 · 끝남", OURS, OURS),
        ("Signal · 콜센터 개선", OURS, OURS),
        ("11/20 · 콜센터 개선", OURS, OURS),
        ("2026-11-20 · 콜센터 개선", OURS, OURS),
        ("2026-11-20 10:00 · Signal · 콜센터 개편", FOREIGN, OURS),
        ("2026-11-20 10:00 · Brief · 콜센터 개선", FOREIGN, OURS),
        ("2026-11-27 10:00 · Signal · 콜센터 개선", FOREIGN, OURS),
        ("2026-11-20 10:30 · Signal · 콜센터 개선", FOREIGN, OURS),
        ("2026-11-20 10:00 · Activity · 세미나", FOREIGN, FOREIGN),
        ("2026-11-27 10:00 · Signal · 세미나", FOREIGN, FOREIGN),
        ("2026-11-27 10:00 · Brief · 콜센터 개선", FOREIGN, FOREIGN),
        ("참고", MENTION, MENTION),
        ("을 먼저 보세요", MENTION, MENTION),
        ("", MENTION, MENTION),
    ],
)
def test_an_entry_is_ours_by_what_it_says_of_the_event(line, never_written, written):
    for was_written, verdict in ((False, never_written), (True, written)):
        tells = Telling(
            title="콜센터 개선",
            kind="Signal",
            time="2026-11-20 10:00",
            kinds=KINDS,
            was_written=was_written,
        )
        assert tells.verdict(line) is verdict


@pytest.mark.parametrize("title", ["Brief 검토", "2026-11-01 세미나", "S2 · 심사"])
def test_words_of_the_title_are_no_other_kind_and_no_other_day(title):
    tells = Telling(title=title, kind="Activity", time="2026-11-20 10:00", kinds=KINDS)

    assert tells.verdict(f"활동 · {title} · 김철수") is OURS


def test_an_entry_reworded_since_we_wrote_it_is_left_alone_and_one_of_another_event_asks():
    tells = Telling(
        title="콜센터 개선", kind="Signal", time="2026-11-20 10:00", kinds=KINDS, was_written=True
    )
    edit = InsertEntry("LOG-1", (Text("콜센터 개선"),), tells=tells)
    reworded = "<p>LOG-1 · 2026-11-20 10:00 · Signal · 콜센터 전면 개편</p>"
    other = "<p>LOG-1 · 2026-11-27 10:00 · Signal · 세미나</p>"

    assert apply_edits(reworded, [edit]).outcomes[0].problem is None
    assert apply_edits(reworded, [edit]).body == reworded
    assert isinstance(apply_edits(other, [edit]).outcomes[0].problem, ForeignEntry)


def row(play="EXT_Desk_D01", kind="Signal", title="콜센터 개선", when="2026-11-20 10:00"):
    cells = "".join(f"<td><p>{text}</p></td>" for text in ("LOG-1", play, kind, title, when, "?"))
    heads = ("log_id", "play_id", "action_type", "title", "created_at", "메모")
    head = "".join(f"<th><p>{text}</p></th>" for text in heads)
    return f"<table><tbody><tr>{head}</tr><tr>{cells}</tr></tbody></table>"


def log_edit(*, was_written):
    facts = ActionFacts(
        log_id="LOG-1",
        play_id="EXT_Desk_D01",
        action_type="Signal",
        title="콜센터 개선",
        url="",
        actor="",
        occurred_at=datetime(2026, 11, 20, 1, 0, tzinfo=UTC),
        details={},
        was_written=was_written,
        play_names=("D01",),
    )
    return log_row(facts, zone=ZoneInfo("Asia/Seoul"))


@pytest.mark.parametrize(
    ("body", "never_written", "written"),
    [
        (row(), OURS, OURS),
        (row(play="D01"), OURS, OURS),
        (row(title="콜센터  개선", when="2026-11-20 10:00"), OURS, OURS),
        (row(play="", kind="-", when=""), OURS, OURS),
        (row(title="콜센터 개편"), FOREIGN, OURS),
        (row(play="EXT_Desk_D02"), FOREIGN, OURS),
        (row(kind="Brief"), FOREIGN, OURS),
        (row(when="2026-11-27 10:00"), FOREIGN, OURS),
        (row(title="세미나", when="2026-11-27 10:00"), FOREIGN, FOREIGN),
        (row(play="EXT_Desk_D02", title="세미나"), FOREIGN, FOREIGN),
        (row(kind="Brief", title="예산"), FOREIGN, FOREIGN),
    ],
)
def test_a_row_is_ours_by_what_its_cells_say_of_the_event(body, never_written, written):
    guidance = {ACTION_LOG: Guidance()}
    for was_written, verdict in ((False, never_written), (True, written)):
        result = apply_edits(body, [log_edit(was_written=was_written)], guidance)

        problem = result.outcomes[0].problem
        assert isinstance(problem, ForeignRow) == (verdict is FOREIGN)
        assert result.body == body or verdict is OURS
        if verdict is FOREIGN:
            assert (problem.key, problem.place.row) == ("LOG-1", 2)
