"""Tables that teams made themselves: recognised, written in their own form, never doubled."""

from __future__ import annotations

import pytest

from plays.rules.pages import ACTION_LOG, PLAY_DB
from plays.storage import (
    AmbiguousPart,
    AmbiguousTable,
    Chosen,
    Guidance,
    Insert,
    KeyColumnMissing,
    TableGone,
    TableUnsure,
    read_rows,
    recognise,
)
from tests.storage.team_pages import (
    D01,
    D02,
    D07,
    FULL,
    KNOWN,
    LOG,
    LOG_ID,
    NEW,
    PLAYS,
    S01,
    empty,
    log_row,
    play_row,
    row,
    table,
    write,
    written,
)


def cells_of(body: str, key: str = D01, shape=PLAY_DB, guidance: Guidance = PLAYS) -> dict:
    return {r.key: dict(r.cells) for r in read_rows(body, shape, guidance)}[key]


def question(body: str, *edits, plays: Guidance = PLAYS, log: Guidance = LOG):
    result = write(body, *edits, plays=plays, log=log)
    assert result.body == body
    return result.outcomes[0].problem


# --- Play DB ---------------------------------------------------------------------------------


CHANNEL_HEADINGS = (
    *("Play ID", "Play 이름", "원천", "담당", "주기", "P"),
    *("Act", "Sig", "Brf", "S2", "RAG", "Next Action"),
)


def channel_row(key: str, act: str = "0/12", rag: str = "🟢") -> str:
    rest = ("가", "대외", "운영", "주간", "P0", act, "0/24", "0/4", "0/2", rag, "다음 일")
    return f"<tr><td><code>{key}</code></td>{''.join(f'<td>{cell}</td>' for cell in rest)}</tr>\n"


def channel_table(*rows: str) -> str:
    head = "".join(f"<th>{heading}</th>" for heading in CHANNEL_HEADINGS)
    columns = '<colgroup><col style="width:180px"/></colgroup>'
    return f"<table>\n{columns}\n<tr>{head}</tr>\n{''.join(rows)}</table>\n"


BY_CHANNEL = (
    "<h2>진행 현황</h2>\n<h3>데스크 (3개)</h3>\n"
    + channel_table(channel_row(D01), channel_row(D02), channel_row(D07, "0/3", "🟡"))
    + "<h3>자사활동 (1개)</h3>\n"
    + channel_table(channel_row(S01, "0/36"))
    + "<hr/><p><strong>RAG</strong>: 🟢 / 🟡 / 🔴</p>"
)


def test_of_five_tables_the_one_with_the_row_is_written_in_its_own_form():
    body = written(BY_CHANNEL, play_row(D01), play_row(S01, count=1, goal=36, colour="Yellow"))

    before, after = channel_row(D01), channel_row(D01, "3/12")
    after = after.replace("0/24", "2/24").replace("0/4", "1/4")
    other = channel_row(S01, "1/36", "🟡").replace("0/24", "2/24").replace("0/4", "1/4")
    assert body == BY_CHANNEL.replace(before, after).replace(channel_row(S01, "0/36"), other)


def test_a_new_play_goes_into_the_table_of_its_channel():
    body = written(BY_CHANNEL, play_row(NEW))

    desk, own = body.split("<h3>자사활동")
    assert NEW not in desk
    assert f"<td><code>{NEW}</code></td>" in own
    assert "<td>3/12</td><td>2/24</td><td>1/4</td><td>0/2</td><td>🟢</td>" in own


def test_a_new_play_goes_where_the_rows_of_its_channel_are_when_no_heading_says_so():
    unnamed = BY_CHANNEL.replace("데스크 (3개)", "첫째").replace("자사활동 (1개)", "둘째")

    assert NEW in written(unnamed, play_row(NEW)).split("<h3>둘째")[1]


def test_a_new_play_of_no_known_channel_asks_and_an_admin_can_say():
    stranger = play_row("COM_Other_X1_새것")

    problem = question(BY_CHANNEL, stranger)
    assert isinstance(problem, AmbiguousPart)
    assert problem.params["parts"] == ("데스크 (3개)", "자사활동 (1개)")

    chosen = Guidance(known=KNOWN, chosen=Chosen(new_rows={"": "데스크 (3개)"}))
    body = written(BY_CHANNEL, stranger, plays=chosen)
    assert "COM_Other_X1_새것" in body.split("<h3>자사활동")[0]


def test_what_has_no_column_is_left_out_and_named():
    found = recognise(BY_CHANNEL, PLAY_DB, PLAYS).layout

    assert found.missing == ("s3_qtd", "last_updated")
    assert {one.name: str(one.form) for one in found.fields if not one.is_people} == {
        "play_id": "code",
        "status": "signs:🟢|🟡|🔴",
        "activity_qtd": "count:{done}/{goal}",
        "signal_qtd": "count:{done}/{goal}",
        "brief_qtd": "count:{done}/{goal}",
        "s2_qtd": "count:{done}/{goal}",
    }
    assert [(part.number, part.label, part.rows) for part in found.parts] == [
        (1, "데스크 (3개)", 3),
        (2, "자사활동 (1개)", 1),
    ]


def test_a_column_that_is_not_there_is_left_out_and_dates_keep_their_form():
    headings = ("play_id", "status", "activity_qtd", "signal_qtd", "brief_qtd", "last_updated")
    body = table(headings, (D01, "G", "0", "0", "0", "2026-11-01"))

    assert cells_of(written(body, play_row(colour="Yellow"))) == {
        "play_id": D01,
        "status": "Y",
        "activity_qtd": "3",
        "signal_qtd": "2",
        "brief_qtd": "1",
        "last_updated": "2026-11-20",
    }


SHORT = ("플레이 아이디", "상태", "활동", "시그널", "브리프", "S2", "S3", "최종 갱신")
TITLE = '<tr><td colspan="8"><p>2026 4분기</p></td></tr>'
BLANK = row([""] * 8)


@pytest.mark.parametrize(
    ("headings", "style"),
    [
        (FULL, {"top": TITLE}),
        (FULL, {"top": BLANK}),
        (FULL, {"top": BLANK + TITLE}),
        (FULL[:-1], {"bold": True}),
        (SHORT, {}),
        (SHORT, {"bold": True}),
        (("Play 번호", "상태", "활동", "시그널", "브리프", "검증", "파일럿", "갱신 일시"), {}),
        (("Play ID *", "Status (RAG)", "Activity QTD ↑", *FULL[3:]), {}),
        (("🔑 Play ID:", "🚦상태", "① 활동 (건)", "② 시그널 (건)", *FULL[4:]), {}),
    ],
)  # fmt: skip
def test_the_same_table_however_its_headings_are_dressed(headings, style):
    body = written(table(headings, empty(D01, len(headings)), **style), play_row())

    assert cells_of(body)["activity_qtd"] == "3"
    assert cells_of(body)["status"] == "G"


def test_a_heading_of_two_storeys_is_read_with_the_one_above():
    head = (
        '<tr><th rowspan="2">Play ID</th><th rowspan="2">상태</th><th colspan="2">활동</th>'
        '<th colspan="2">시그널</th></tr>'
        "<tr><th>목표</th><th>실적</th><th>목표</th><th>실적</th></tr>"
    )
    body = f"<table><tbody>{head}{row((D01, '', '12', '0', '24', '0'))}</tbody></table>"

    after = written(body, play_row())

    assert row((D01, "", "12", "3", "24", "2")).split("<p>12")[1] in after


def test_a_renamed_key_asks_and_is_known_again_by_itself():
    body = table(("번호", *FULL[1:]), empty(D01))

    problem = question(body, play_row())
    assert isinstance(problem, KeyColumnMissing)
    assert str(problem).startswith(
        "The table has 7 of our 8 headings but none for Play ID; which column is it?"
    )
    assert problem.params["proposals"] == ("번호",)
    assert (problem.code, problem.params["field"]) == ("key_column_missing", "play_id")

    chosen = Guidance(known=KNOWN, chosen=Chosen(headings={"play_id": "번호"}))
    assert cells_of(written(body, play_row(), plays=chosen), guidance=chosen)["signal_qtd"] == "2"
    assert cells_of(written(body.replace("번호", "Play ID"), play_row(), plays=chosen))


def test_five_tables_whose_key_was_renamed_ask_once_and_are_all_named():
    problem = question(BY_CHANNEL.replace("Play ID", "과제"), play_row())

    assert isinstance(problem, KeyColumnMissing)
    assert [place.table for place in problem.places] == [1, 2]
    assert problem.params["proposals"][0] == "과제"


def test_a_small_table_beside_the_real_one_is_left_alone():
    issues = table(("Play ID", "상태", "이슈"), (D01, "검토", "일정 지연"))
    plays = table(FULL, empty(D01))

    for body in (plays + "<h3>이슈</h3>" + issues, issues + plays):
        after = written_beside(body)
        assert issues in after
        assert cells_of(after)["activity_qtd"] == "3"


def written_beside(body: str) -> str:
    result = write(body, play_row())
    assert result.outcomes[0].problem is None
    return result.body


def test_an_issue_table_alone_on_the_page_is_never_written_over():
    body = table(("Play ID", "상태", "이슈"), (D01, "검토", "일정 지연"))

    assert isinstance(question(body, play_row()), TableUnsure)


def test_a_renamed_key_does_not_send_the_rows_to_a_smaller_table():
    body = table(("번호", *FULL[1:]), empty(D01)) + table(("Play ID", "상태"), (D01, ""))

    assert isinstance(question(body, play_row()), KeyColumnMissing)


def test_two_tables_that_fit_as_well_ask():
    body = table(FULL, empty(D01)) + table(("플레이 ID", "상태", *FULL[2:]), empty(D01))

    problem = question(body, play_row())
    assert isinstance(problem, AmbiguousTable)
    assert [place.table for place in problem.places] == [1, 2]

    chosen = Guidance(known=KNOWN, chosen=Chosen(tables=("2",)))
    result = write(body, play_row(), plays=chosen)
    assert result.body.startswith(table(FULL, empty(D01)))
    assert result.changed


TOTAL = ["<strong>합계</strong>", "", "0", "0", "0", "0", "0", ""]


def test_new_rows_go_above_the_total_and_the_total_is_no_play():
    body = written(table(FULL, empty(D01), TOTAL), play_row(D02))

    assert body.index(D01) < body.index(D02) < body.index("합계")
    assert [r.key for r in read_rows(body, PLAY_DB, PLAYS)] == [D01, D02]


@pytest.mark.parametrize("word", ["총계", "Total", "소계 (데스크)", "TOTAL:", "계", "합계 (2건)"])
def test_total_rows_are_known_in_many_words(word):
    body = written(table(FULL, empty(D01), [word, *[""] * 7]), play_row(D02))

    assert body.index(D02) < body.index(word)
    assert len(read_rows(body, PLAY_DB, PLAYS)) == 2


CARD = "https://your-site.atlassian.net/wiki/spaces/AX/pages/{}"


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        (f"{D01}\u200e", D01),
        (f"\u2068{D01}\u2069", D01),
        (f"{D02}</p><p>매주 보는 동향", D02),
        (f'<a href="{CARD.format("1004/KT_Desk_D07")}" data-card-appearance="inline">x</a>', D07),
        (f'<a href="{CARD.format("2002/다른+제목")}" data-card-appearance="inline">x</a>', D02),
        (f"<code>{D01}</code> 설명회", D01),
        (f"✅ {D01}", D01),
        (D01.lower(), D01),
        ("EXT_Desk_D01", D01),
        ("EXT_Desk_D01 설명회 수집", D01),
        (f"{D01}<br/>설명회", D01),
    ],
)  # fmt: skip
def test_a_row_is_found_by_whatever_its_key_cell_calls_it(cell, key):
    body = table(FULL, empty(cell))

    after = written(body, play_row(key))

    assert after.count("<tr") == 2
    assert cells_of(after, key)["activity_qtd"] == "3"


def test_a_link_to_the_plays_page_by_title_is_its_row():
    cell = f'<ac:link><ri:page ri:content-title="{D01}" /></ac:link>'

    assert written(table(FULL, empty(cell)), play_row()).count("<tr") == 2


def test_a_status_that_people_keep_is_read_and_never_written():
    body = table(FULL, empty(D01)).replace("<td><p></p></td>", "<td><p>R</p></td>", 1)
    by_hand = Guidance(known=KNOWN, chosen=Chosen(people=frozenset({"status"})))

    after = written(body, play_row(), plays=by_hand)

    [found] = read_rows(after, PLAY_DB, by_hand)
    assert found.people["status"] == "R"
    assert found.cells["activity_qtd"] == "3"
    assert recognise(after, PLAY_DB, by_hand).layout.field("status").is_people


def test_a_field_that_was_left_alone_stays_alone():
    alone = Guidance(known=KNOWN, chosen=Chosen(headings={"signal_qtd": ""}))

    after = written(table(FULL, empty(D01)), play_row(), plays=alone)

    layout = recognise(after, PLAY_DB, alone).layout
    assert "signal_qtd" not in cells_of(after, guidance=alone)
    assert (layout.left_alone, layout.missing) == (("signal_qtd",), ())


def test_a_table_that_is_gone_is_never_made_anew_in_silence():
    assert isinstance(question("<p>다른 글</p>", play_row()), TableGone)

    fresh = Guidance(known=KNOWN, may_make_table=True)
    assert "<table" in write("<p>다른 글</p>", play_row(), plays=fresh).body


def test_no_second_table_is_made_beside_one_that_holds_plays():
    fresh = Guidance(known=KNOWN, may_make_table=True)
    body = table(("무엇", "누구"), (D01, "김"), (D02, "이"))

    assert isinstance(question(body, play_row(), plays=fresh), TableUnsure)
    headless = f"<table><tbody>{row((D01, '김'))}{row((D02, '이'))}</tbody></table>"
    assert isinstance(question(headless, play_row(), plays=fresh), TableUnsure)

    asked = Guidance(known=KNOWN, may_make_table=True, chosen=Chosen(makes_table=True))
    assert write(body, play_row(), plays=asked).body.count("<table") == 2


def test_a_likely_column_is_proposed_and_not_written():
    headings = ("Play ID", "Status", "Activty QTD", *FULL[3:])
    body = table(headings, empty(D01))

    layout = recognise(written(body, play_row()), PLAY_DB, PLAYS).layout

    [proposal] = layout.proposals
    assert (proposal.name, proposal.heading, proposal.reason.code) == (
        "activity_qtd",
        "Activty QTD",
        "alike",
    )
    assert not proposal.is_people
    assert layout.missing == ("activity_qtd",)


def test_a_column_whose_cells_are_of_another_kind_is_proposed_and_not_written():
    headings = ("Play ID", "상태", "활동", *FULL[3:])
    body = table(headings, (D01, "", "매주 세미나에 간다", *[""] * 5))

    after = written(body, play_row())

    assert "매주 세미나에 간다" in after
    layout = recognise(after, PLAY_DB, PLAYS).layout
    assert [(p.name, p.reason.code) for p in layout.proposals] == [("activity_qtd", "cells_differ")]


@pytest.mark.parametrize("words", ["2026Q{}", "{}Q 2026", "2026년 {}분기", "2026 Q{} 현황"])
def test_of_a_table_per_quarter_the_running_one_is_written(words):
    old, new = (f"<h2>{words.format(n)}</h2>" + table(FULL, empty(D01)) for n in (3, 4))
    now = Guidance(known=KNOWN, quarter=(2026, 4))

    after = written(old + new, play_row(), play_row(D02), plays=now)

    assert after.startswith(old)
    assert [r.key for r in read_rows(after, PLAY_DB, now)] == [D01, D02]


def test_a_divider_is_no_row_though_an_alias_reads_like_it():
    divider = '<tr><td colspan="8"><p>KT_Desk_D07</p></td></tr>'
    body = table(FULL, empty(D01)).replace("</tbody>", f"{divider}</tbody>")

    assert written(body, play_row(D07)).count(D07) == 1


# --- Action Log ------------------------------------------------------------------------------


LOG_HEADINGS = ("Log ID", "Play ID", "Action Type", "Title", "URL", "Actor", "Created At")


def log_cells(body: str, key: str = LOG_ID, guidance: Guidance = LOG) -> dict:
    return cells_of(body, key, ACTION_LOG, guidance)


def by_hand(number: int) -> tuple[str, ...]:
    return (f"수기-{number}", D01, "Activity", "글", "", "김", f"2026-11-{18 + number} 10:00")


def test_new_rows_go_on_top_of_a_log_that_is_kept_so():
    body = table(LOG_HEADINGS, by_hand(2), by_hand(1))

    after = written(body, log_row(), log_row("LOG-2026-00008"))

    assert [r.key for r in read_rows(after, ACTION_LOG, LOG)] == [
        "LOG-2026-00008",
        LOG_ID,
        "수기-2",
        "수기-1",
    ]
    assert recognise(after, ACTION_LOG, LOG).layout.insert is Insert.TOP


def test_new_rows_go_to_the_end_of_a_log_that_grows_downwards_or_where_an_admin_said_so():
    ascending = table(LOG_HEADINGS, by_hand(1), by_hand(2))
    assert read_rows(written(ascending, log_row()), ACTION_LOG, LOG)[-1].key == LOG_ID

    top = Guidance(known=LOG.known, chosen=Chosen(insert=Insert.TOP))
    assert read_rows(written(ascending, log_row(), log=top), ACTION_LOG, top)[0].key == LOG_ID


def test_a_log_with_headings_of_its_own_asks_for_its_key_and_writes_in_its_own_words():
    headings = ("일자", "번호", "Play", "구분", "내용", "담당")
    body = table(headings, ("2026.11.19", "", D01, "활동", "수기 기록", "김"))

    problem = question(body, log_row())
    assert isinstance(problem, KeyColumnMissing)
    assert problem.params["proposals"] == ("번호",)

    chosen = Guidance(known=LOG.known, chosen=Chosen(headings={"log_id": "번호"}))
    after = written(body, log_row(), log=chosen)
    assert log_cells(after, guidance=chosen) == {
        "log_id": LOG_ID,
        "play_id": D01,
        "action_type": "시그널",
        "title": "상담 개선",
        "actor": "김영희",
        "created_at": "2026.11.20",
    }


def test_a_log_without_a_url_column_is_written_without():
    headings = [heading for heading in LOG_HEADINGS if heading != "URL"]

    after = written(table(headings), log_row())

    assert log_cells(after)["title"] == "상담 개선"
    assert recognise(after, ACTION_LOG, LOG).layout.missing == ("url",)


def test_a_log_id_with_a_sign_beside_it_is_there():
    body = written(table(LOG_HEADINGS), log_row()).replace(LOG_ID, f"{LOG_ID} ✅")

    assert written(body, log_row()) == body


def test_a_log_in_parts_gets_its_rows_where_their_quarter_is():
    body = "".join(f"<h2>2026년 {n}분기</h2>" + table(LOG_HEADINGS, by_hand(n)) for n in (3, 4))

    after = written(body, log_row())

    assert LOG_ID in after.split("2026년 4분기")[1]
    assert after.count("<table") == 2
