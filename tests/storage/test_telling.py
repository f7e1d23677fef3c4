"""An id belongs to one event: an entry that tells of another one is somebody's record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.storage import ForeignEntry, InsertEntry, Strong, Telling, Text, apply_edits

KINDS = ("Activity", "Signal", "Scorecard", "Brief", "S2", "S3")
OURS = Telling(title="콜센터 개선", kind="Signal", time="2026-11-20 10:00", kinds=KINDS)


def entry(title: str = "콜센터 개선", kind: str = "Signal") -> InsertEntry:
    dot, when = Text(" · "), "2026-11-20 10:00"
    parts = (Text(when), dot, Strong(kind), dot, Text(title), dot, Text("김철수"))
    tells = Telling(title=title, kind=kind, time=when, kinds=KINDS)
    return InsertEntry("LOG-1", parts, tells=tells)


@pytest.mark.parametrize(
    "line",
    [
        "<code>LOG-1</code> 2026-11-20 10:00 · <strong>Signal</strong> · 콜센터 개선 · 김철수",
        "LOG-1 · 2026-11-20 10:00 · Signal · 콜센터 개선",
        "✅ LOG-1 Signal 콜센터 개선",
        "LOG-1: 2026-11-20 10:00 – 콜센터 개선",
        "LOG-1<br/>Signal · <a href='https://e.example'>콜센터  개선</a>",
        "LOG-1 - signal - 콜센터 개선 - 2차 검토",
    ],
)
def test_an_entry_that_tells_of_the_event_is_left_alone_however_it_is_written(line):
    body = f"<h2>활동 로그</h2><p>{line}</p>"

    result = apply_edits(body, [entry()])

    assert (result.changed, result.outcomes[0].problem) == (False, None)


def test_a_row_tells_of_the_event_in_its_cells():
    row = "".join(f"<td>{c}</td>" for c in ("LOG-1", "2026-11-20", "Signal", "콜센터 개선"))

    assert not apply_edits(f"<table><tr>{row}</tr></table>", [entry()]).changed


@pytest.mark.parametrize(
    "line",
    [
        "<code>LOG-1</code> 2026-11-20 10:00 · <strong>Activity</strong> · 세미나",
        "LOG-1 · Signal · 다른 시그널",
        "LOG-1 · Signal · 콜센터 개선 후속",
        "LOG-1 2025-01-02 고객 방문",
    ],
)
def test_an_entry_of_another_event_is_a_person_s_to_sort_out(line):
    body = f"<p>앞</p><p>{line}</p>"

    result = apply_edits(body, [entry()])

    problem = result.outcomes[0].problem
    assert isinstance(problem, ForeignEntry)
    assert (problem.key, result.body) == ("LOG-1", body)
    assert problem.found.startswith("LOG-1")
    assert problem.place.offset >= body.index(f"<p>{line}")


def test_the_error_shows_how_a_long_record_begins():
    line = f"LOG-1 2025-01-02 {'가' * 200}"

    problem = apply_edits(f"<p>{line}</p>", [entry()]).outcomes[0].problem

    assert f": {line[:120]} (line 1, " in str(problem)


@pytest.mark.parametrize(
    "line", ["<code>LOG-1</code>", "LOG-1 참고", "→ LOG-1 을 먼저 보세요", "- LOG-1, LOG-2"]
)
def test_a_line_that_only_mentions_the_id_is_neither(line):
    body = f"<ul><li>{line}</li></ul>"

    result = apply_edits(body, [entry()])

    assert result.body.startswith(body + "<p><code>LOG-1</code>")


def test_both_may_stand_on_the_page():
    body = apply_edits("<p>LOG-1 · Activity · 세미나</p>", [entry("세미나", "Activity")])

    assert not body.changed
    cited = "<p>LOG-1 · 2026-01-01 회의록</p>" + apply_edits("", [entry()]).body
    assert not apply_edits(cited, [entry()]).changed


TITLES = st.text(alphabet=st.characters(categories=["L", "Nd", "Po", "Zs", "So"]), max_size=20)


@given(title=TITLES, kind=st.sampled_from(KINDS))
def test_what_we_write_tells_of_its_own_event_and_of_no_other(title, kind):
    body = apply_edits("", [entry(title, kind)]).body

    again = apply_edits(body, [entry(title, kind)])
    assert (again.changed, again.outcomes[0].problem) == (False, None)
    other = entry("전혀 다른 제목 42", "Signal" if kind == "Activity" else "Activity")
    assert isinstance(apply_edits(body, [other]).outcomes[0].problem, ForeignEntry)


def test_a_scorecard_goes_below_the_line_that_tells_of_its_signal():
    signal = apply_edits("", [entry()]).body
    body = f"<p>LOG-1 참고</p>{signal}<p>끝</p>"

    result = apply_edits(body, [InsertEntry("LOG-2", (), after="LOG-1", after_tells=OURS)]).body

    assert result == f"<p>LOG-1 참고</p>{signal}<p><code>LOG-2</code></p><p>끝</p>"
