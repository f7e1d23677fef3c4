"""What people call the columns of Plays, in files and on pages: one list of words for both."""

from __future__ import annotations

from plays.storage.text import header_name

# By the Play's field. The folded forms of one field's words are no other field's.
WORDS: dict[str, tuple[str, ...]] = {
    "play_id": (
        *("id", "Play ID", "플레이 ID", "Play 아이디", "플레이 아이디", "아이디"),
        *("Play 코드", "플레이 코드", "Play code", "Play 번호", "플레이 번호"),
        *("Play No", "Play Key", "과제 ID"),
    ),
    "name": (
        *("이름", "Play 이름", "플레이 이름", "플레이명", "Play 명", "Play name", "Play title"),
        *("명칭", "제목", "title"),
    ),
    "owner": ("담당자", "담당", "오너", "책임자", "주담당", "owners", "assignee", "PM"),
    "source": ("소스", "출처", "원천"),
    "channel": ("채널", "경로"),
    "priority": ("우선순위", "중요도", "우선 순위", "prio", "P"),
    "cycle": ("주기", "수행 주기", "반복 주기", "cadence", "frequency"),
    "quarter": ("분기", "대상 분기", "목표 분기"),
    "activity_goal": (
        *("act_goal", "act goal", "활동 목표", "액티비티 목표", "활동 목표 건수", "분기 활동 목표"),
        *("activity target", "act target"),
    ),
    "signal_goal": (
        *("sig_goal", "시그널 목표", "신호 목표", "시그널 목표 건수", "분기 시그널 목표"),
        *("signal target", "sig target"),
    ),
    "brief_goal": (
        *("brf_goal", "브리프 목표", "브리프 목표 건수", "분기 브리프 목표"),
        *("brief target", "brf target"),
    ),
    "s2_goal": ("S2 목표", "검증 목표", "S2 목표 건수", "분기 S2 목표", "S2 target"),
    "lead_time": (
        *("lead time", "lead time target", "리드타임", "리드 타임", "소요 기간", "소요기간 목표"),
        *("리드타임 목표", "목표 리드타임", "처리 기한"),
    ),
    "next_action": (
        *("다음 액션", "다음 할 일", "다음 작업", "넥스트 액션", "다음 단계", "향후 계획"),
        *("next step", "next steps", "next actions"),
    ),
    "due_date": ("due", "마감일", "마감", "기한", "기한일", "완료 예정일", "due by", "deadline"),
    "blocker": ("블로커", "장애 요인", "blockers", "이슈", "막힌 점", "걸림돌", "리스크"),
    "notes": ("메모", "비고", "note", "참고", "특이사항", "memo", "remarks", "comment"),
    "is_active": ("활성", "활성 여부", "사용", "사용 여부", "active", "진행 여부"),
    "aliases": ("alias", "별칭", "다른 이름", "짧은 ID", "약칭", "short id"),
    "live_doc_page_id": (
        *("라이브독 페이지 ID", "라이브독", "라이브 문서 페이지 ID", "라이브 문서", "live doc"),
        "Live doc 페이지",
    ),
    "todo_page_id": (
        *("ToDo 페이지 ID", "ToDo 페이지", "할 일 페이지 ID", "할 일 페이지", "todo"),
        "play todo",
    ),
}

# People's columns of the Play DB page that are taken over from there.
ON_THE_PAGE = ("name", "owner", "next_action", "due_date", "notes")

# A running number says nothing of the Play.
NUMBERING = ("no", "no.", "#", "번호", "순번", "연번", "순서", "일련번호", "row")

FIELD_OF = {header_name(w): field for field, words in WORDS.items() for w in (field, *words)}
IS_NUMBERING = frozenset(map(header_name, NUMBERING))
