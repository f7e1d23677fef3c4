"""What the columns of the Play DB and the Action Log may be called on a team's own pages.

An alias is known: its column is taken. A hint is only proposed to a person. What may be in doubt
beside another of our columns is a hint.
"""

from __future__ import annotations

from plays.rules.headings import WORDS
from plays.storage import Column, Kind
from plays.storage.text import header_name

# What an action is called, in one order: the first family is the events' own.
ACTION_WORDS = (
    ("Activity", "Signal", "Scorecard", "Brief", "S2", "S3"),
    ("활동", "시그널", "스코어카드", "브리프", "검증", "파일럿"),
    ("액티비티", "신호", "평가", "요약", "S2 검증", "S3 파일럿"),
    ("Act", "Sig", "Score", "Brf", "Validation", "Pilot"),
)

# In a log an "ID" alone may be the row's own.
_PLAY_ID = tuple(word for word in WORDS["play_id"] if word not in ("id", "아이디"))

LOG_COLUMNS = (
    Column(
        name="log_id",
        label="Log ID",
        aliases=(
            *("로그 ID", "로그 아이디", "로그 번호", "Log No", "Log Key", "이력 ID", "이력 번호"),
            *("기록 ID", "기록 번호", "활동 ID"),
        ),
        hints=("ID", "아이디", "번호", "No", "관리 번호", "Key", "식별자", "코드", "#"),
        width=140,
        kind=Kind.TEXT,
    ),
    Column(
        name="play_id",
        label="Play ID",
        aliases=(*_PLAY_ID, "Play", "플레이", "Plays"),
        hints=("과제", "대상", "프로그램", "Play명"),
        width=200,
        kind=Kind.TEXT,
    ),
    Column(
        name="action_type",
        label="Action Type",
        aliases=(
            *(
                "유형",
                "작업 유형",
                "구분",
                "종류",
                "Type",
                "활동 유형",
                "이벤트 유형",
                "Event Type",
            ),
            *("액션 유형", "활동 구분", "단계"),
        ),
        hints=("분류", "Category", "액션", "Stage", "Action"),
        width=110,
        kind=Kind.WORD,
        words=ACTION_WORDS,
    ),
    Column(
        name="title",
        label="Title",
        aliases=("제목", "내용", "활동 내용", "주요 내용", "작업 내용", "건명", "Subject", "요약"),
        hints=("설명", "Description", "세부 내용", "상세", "이름", "Name"),
        width=320,
        kind=Kind.TEXT,
    ),
    Column(
        name="url",
        label="URL",
        aliases=("링크", "Link", "바로가기", "주소", "원문", "관련 링크", "Links", "포털 링크"),
        hints=("참고", "문서", "첨부", "근거", "Ref", "Reference"),
        width=200,
        kind=Kind.LINK,
    ),
    Column(
        name="actor",
        label="Actor",
        aliases=("담당자", "작업자", "담당", "수행자", "등록자", "작성자", "Owner", "By", "오너"),
        hints=("이름", "PM", "Who", "성명"),
        width=110,
        kind=Kind.TEXT,
    ),
    Column(
        name="created_at",
        label="Created At",
        aliases=(
            *("일시", "작성 일시", "일자", "날짜", "Date", "시각", "Time", "등록일", "등록 일시"),
            *(
                "생성일",
                "생성 일시",
                "작성일",
                "작성 일자",
                "활동일",
                "활동 일자",
                "발생일",
                "발생 일시",
            ),
            *("Datetime", "Timestamp", "Created", "When"),
        ),
        hints=("시간", "등록", "일", "기준일"),
        width=150,
        kind=Kind.MOMENT,
    ),
)

LOG_PEOPLE = (
    Column(name="notes", label="Notes", aliases=("비고", "메모", "note", "참고 사항", "특이사항")),
)


def _counter(name: str, label: str, words: tuple[str, ...], hints: tuple[str, ...]) -> Column:
    """A counter, by its words and with what people add to them for "done this quarter"."""
    added = (
        "QTD",
        "수",
        "건수",
        "실적",
        "누적",
        "현황",
        "실적/목표",
        "done",
        "actual",
        "count",
        "건",
    )
    return Column(
        name=name,
        label=label,
        aliases=(*words, *(f"{word} {more}" for word in words for more in added)),
        hints=hints,
        width=90 if name in ("s2_qtd", "s3_qtd") else 110,
        kind=Kind.COUNT,
    )


PLAY_COLUMNS = (
    Column(
        name="play_id",
        label="Play ID",
        aliases=WORDS["play_id"],
        hints=("번호", "No", "Play", "플레이", "코드", "Code", "Key", "식별자", "고유번호", "과제"),
        width=220,
        kind=Kind.TEXT,
    ),
    Column(
        name="status",
        label="Status",
        aliases=(
            *("상태", "RAG", "R/A/G", "RAG Status", "Status RAG", "신호등", "진행 상태", "Health"),
            *("RAG 상태", "상태 RAG", "건강도"),
        ),
        hints=("현황", "진행", "진행 현황", "State", "신호", "등급", "판정"),
        width=90,
        kind=Kind.STATUS,
    ),
    _counter(
        "activity_qtd",
        "Activity QTD",
        ("Activity", "활동", "Act", "액티비티", "Activities"),
        ("활동량",),
    ),
    _counter("signal_qtd", "Signal QTD", ("Signal", "시그널", "Sig"), ("신호",)),
    _counter("brief_qtd", "Brief QTD", ("Brief", "브리프", "Brf"), ("요약",)),
    _counter(
        "s2_qtd",
        "S2 QTD",
        ("S2", "검증", "Validation", "S2 검증", "검증 S2", "Val"),
        ("밸리데이션",),
    ),
    _counter(
        "s3_qtd", "S3 QTD", ("S3", "파일럿", "Pilot", "S3 파일럿", "파일럿 S3"), ("PoC", "시범")
    ),
    Column(
        name="last_updated",
        label="Last Updated",
        aliases=(
            *("최종 갱신", "최종 업데이트", "최종 수정", "최종 갱신일", "최종 수정일", "갱신일"),
            *(
                "갱신 일시",
                "수정일",
                "수정 일시",
                "업데이트 일시",
                "업데이트일",
            ),
            *("마지막 갱신", "마지막 업데이트", "최근 업데이트", "최근 갱신", "최종 갱신 일시"),
            *("Updated", "Updated At", "Last Update", "Last Modified"),
        ),
        hints=(
            "업데이트",
            "갱신",
            "Update",
            "기준일",
            "날짜",
            "일자",
            "Date",
            "일시",
            "최근 활동일",
        ),
        width=150,
        kind=Kind.MOMENT,
    ),
    Column(
        name="owner_word",
        label="Owner's Word",
        aliases=(
            *("담당자 의견", "담당자 한마디", "오너 의견", "오너 한마디", "책임자 의견"),
            *("Owner Word", "Word of the Owner"),
        ),
        hints=(
            *("의견", "한마디", "담당자 코멘트", "오너 코멘트", "주간 의견", "주간 코멘트"),
            *("Owner Comment", "Owner's Comment", "Weekly Comment"),
        ),
        width=320,
        kind=Kind.TEXT,
        is_optional=True,
    ),
)


PLAY_PEOPLE = tuple(
    Column(name=name, label=name.replace("_", " ").title(), aliases=words)
    for name, words in WORDS.items()
    if name != "play_id"
)

# What the product counts and judges itself, folded: a file's own of these is left out.
IS_COUNTED = frozenset(
    name for column in PLAY_COLUMNS if column.name != "play_id" for name in column.header_names
) | frozenset(map(header_name, ("진척도", "달성률", "last action", "briefs", "signals")))
