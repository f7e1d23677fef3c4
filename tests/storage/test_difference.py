"""What a write would change, for people to read: lines, gaps, and the words that differ."""

from hypothesis import given
from hypothesis import strategies as st

from plays.storage import Gap, Line, difference, source_lines, text_lines

ROW = "<tr><td><p>{}</p></td><td>{}</td></tr>"


def told(before, after):
    """The difference in one string a line; changed words in brackets."""
    return [
        f"({item.lines})"
        if isinstance(item, Gap)
        else f"{item.mark or ' '}"
        + "".join(f"⟦{s.text}⟧" if s.changed else s.text for s in item.segments)
        for item in difference(before, after)
    ]


# --- Lines ---------------------------------------------------------------------------------------


def test_a_page_reads_as_people_see_it():
    body = (
        "<h2>활동 로그</h2><p>아래에 <strong>쌓입니다</strong>.</p>"
        '<ul><li>하나</li><li><p>둘 <a href="https://x.example/1">링크</a></p></li></ul>'
        "<table><tbody><tr><th>Play</th><th>Status</th></tr>"
        "<tr><td><p>EXT_D01</p><p>메모</p></td><td>"
        '<ac:structured-macro ac:name="status"><ac:parameter ac:name="colour">Green</ac:parameter>'
        '<ac:parameter ac:name="title">G</ac:parameter></ac:structured-macro></td></tr></tbody>'
        "</table>"
        '<ac:structured-macro ac:name="toc"><ac:parameter ac:name="x">1</ac:parameter>'
        "</ac:structured-macro>"
        "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status>"
        "<ac:task-body>끝난 일</ac:task-body></ac:task></ac:task-list>"
    )

    assert text_lines(body) == [
        "## 활동 로그",
        "아래에 쌓입니다.",
        "• 하나",
        "• 둘 링크 ‹https://x.example/1›",
        "Play | Status",
        "EXT_D01 메모 | [G · Green]",
        "{toc}",
        "☑ 끝난 일",
    ]


def test_entities_are_read_and_empty_blocks_are_no_lines():
    assert text_lines("<p>a&nbsp;&amp; b</p><p> </p><p />") == ["a & b"]


def test_a_deep_page_is_read_too():
    deep = "<div>" * 3_000 + "x" + "</div>" * 3_000

    assert text_lines(deep) == ["x"]


def test_source_is_cut_at_its_blocks_and_nothing_is_lost():
    body = "<p>a</p>\n<table><tbody>" + ROW.format("1", "2") + "</tbody></table>"

    lines = source_lines(body)

    assert lines == [
        "<p>a</p>",
        "<table>",
        "<tbody>",
        ROW.format("1", "2"),
        "</tbody></table>",
    ]
    assert "".join(lines) == body.replace("\n", "")


# --- Differences ---------------------------------------------------------------------------------


def test_nothing_differs():
    assert difference(["a", "b"], ["a", "b"]) == ()
    assert difference([], []) == ()


def test_a_new_line_at_the_end_stands_below_its_neighbours():
    lines = [f"row {n}" for n in range(9)]

    assert told(lines, [*lines, "new row"]) == ["(7)", " row 7", " row 8", "+new row"]


def test_a_changed_number_is_marked_in_its_line():
    before, after = "EXT_D01 | 콜센터 | 7 | 3", "EXT_D01 | 콜센터 | 8 | 3"

    assert told([before], [after]) == ["-EXT_D01 | 콜센터 | ⟦7⟧ | 3", "+EXT_D01 | 콜센터 | ⟦8⟧ | 3"]


def test_a_row_is_compared_cell_by_cell():
    before, after = "EXT_D01 | G | 3 | 1 | | 메모", "EXT_D01 | R | 20 | 19 | 2026-11-23 | 메모"

    assert told([before], [after]) == [
        "-EXT_D01 | ⟦G⟧ | ⟦3⟧ | ⟦1⟧ | | 메모",
        "+EXT_D01 | ⟦R⟧ | ⟦20⟧ | ⟦19⟧ | ⟦2026-11-23⟧ | 메모",
    ]
    rows = [ROW.format("EXT_D01", n) for n in (3, 20)]
    assert told(rows[:1], rows[1:]) == [
        "-<tr><td><p>EXT_D01</p></td>⟦<td>3</td></tr>⟧",
        "+<tr><td><p>EXT_D01</p></td>⟦<td>20</td></tr>⟧",
    ]


def test_lines_with_little_in_common_are_told_whole():
    assert told(["안녕하세요"], ["완전히 다른 문장 | 1 | 2 | 3"]) == [
        "-안녕하세요",
        "+완전히 다른 문장 | 1 | 2 | 3",
    ]


def test_one_line_left_out_is_shown_instead_of_a_gap():
    lines = ["a", "b", "c", "d", "e"]

    assert told(["0", *lines, "9"], ["1", *lines, "8"])[2:-2] == [" a", " b", " c", " d", " e"]


def test_far_apart_changes_have_a_gap_between():
    middle = [f"line {n}" for n in range(10)]

    found = told(["x", *middle, "y"], ["X!", *middle, "Y!"])

    assert "(6)" in found


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_what_stays_and_goes_is_before_and_what_stays_and_comes_is_after(before, after):
    found = difference(before, after)

    lines = [item for item in found if isinstance(item, Line)]
    hidden = sum(item.lines for item in found if isinstance(item, Gap))
    assert bool(found) == (before != after)
    if found:
        assert len([line for line in lines if line.mark != "+"]) + hidden == len(before)
        assert len([line for line in lines if line.mark != "-"]) + hidden == len(after)
        gone = [line.text for line in lines if line.mark == "-"]
        assert all(text in before for text in gone)
