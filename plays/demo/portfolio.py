"""The demo's 43 Plays: who looks for opportunities where, and the goals of two quarters."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from plays.rules.quarter import Quarter
from plays.rules.status import Goals

OWNERS = (
    "김철수", "이영희", "박지민", "최서연", "정민준", "강하은",
    "조현우", "윤지우", "장도윤", "임수아", "한예준", "오세라",
)  # fmt: skip

# By priority: what was agreed for this quarter, and for the one before, in which the team began.
GOALS = {
    "P1": Goals(activity=4, signal=2, brief=1, s2=1),
    "P2": Goals(activity=3, signal=1, brief=1),
    "P3": Goals(activity=2, signal=1),
}
GOALS_BEFORE = {
    "P1": Goals(activity=2, signal=1),
    "P2": Goals(activity=1),
    "P3": Goals(activity=1),
}

# play_id, name, priority, cycle
_ROWS = """
EXT_Desk_D01_Seminar|세미나 파이프라인|P1|매주
EXT_Desk_D02_Report|산업 리포트 분석|P2|격주
EXT_Desk_D03_Tender|공공 입찰 공고 모니터링|P1|매주
EXT_Desk_D04_News|뉴스 시그널 스캔|P3|매주
EXT_Desk_D05_Patent|특허 동향 조사|P3|매월
EXT_Desk_D06_Startup|스타트업 스캔|P2|격주
EXT_Desk_D07_Policy|정책·규제 브리핑|P2|매월
EXT_Desk_D08_Earnings|실적 발표 분석|P3|분기
EXT_Net_N01_Alumni|동문 네트워크|P3|매월
EXT_Net_N02_Partner|파트너 정례 미팅|P1|격주
EXT_Net_N03_VC|벤처캐피탈 교류|P2|매월
EXT_Net_N04_Association|협회·학회 네트워크|P2|매월
EXT_Net_N05_Expo|전시회 상담|P2|분기
EXT_Net_N06_Advisory|외부 자문단|P3|매월
EXT_Net_N07_Community|실무자 커뮤니티|P3|격주
EXT_Lab_L01_University|산학 공동연구|P2|매월
EXT_Lab_L02_Hackathon|해커톤|P3|분기
EXT_Lab_L03_OpenData|공공데이터 탐색|P3|격주
KT_Desk_V01_VoC|VoC 분석|P1|매주
KT_Desk_V02_CallLog|콜센터 상담 로그 분석|P1|매주
KT_Desk_V03_Churn|해지 사유 분석|P2|격주
KT_Desk_V04_NPS|NPS 서술 응답 분석|P2|매월
KT_Desk_V05_Billing|청구 문의 분석|P3|매월
KT_Desk_V06_Field|현장 출동 기록 분석|P2|격주
KT_Net_M01_Branch|지사 순회 인터뷰|P1|격주
KT_Net_M02_Expert|사내 전문가 인터뷰|P2|격주
KT_Net_M03_Ops|운영부서 정례회의|P2|매주
KT_Net_M04_Idea|사내 아이디어 공모|P3|분기
KT_Net_M05_Security|보안관제 협의체|P3|매월
KT_Data_A01_Usage|이용량 이상 패턴|P2|매주
KT_Data_A02_Network|네트워크 품질 데이터|P2|격주
KT_Data_A03_Location|유동인구 데이터|P3|매월
GRP_Sales_S01_Finance|금융 영업 발굴|P1|매주
GRP_Sales_S02_Retail|유통 영업 발굴|P1|매주
GRP_Sales_S03_Public|공공 영업 발굴|P1|매주
GRP_Sales_S04_Manufacturing|제조 영업 발굴|P2|격주
GRP_Sales_S05_Healthcare|의료 영업 발굴|P2|격주
GRP_Sales_S06_Logistics|물류 영업 발굴|P2|격주
GRP_Sales_S07_Education|교육 영업 발굴|P3|매월
GRP_Net_G01_Affiliate|계열사 협의체|P2|매월
GRP_Net_G02_Media|미디어 계열 공동기획|P3|매월
GRP_Net_G03_RealEstate|부동산 계열 공동기획|P3|분기
GRP_Net_G04_Payment|카드·결제 계열 공동기획|P2|매월
"""

NEXT_ACTIONS = (
    "후보 고객사 3곳에 인터뷰 요청",
    "스코어카드 기준 재검토",
    "브리프 초안을 담당 임원에게 공유",
    "파일럿 범위와 예산 합의",
    "",
    "지난달 시그널 중 보류 건 재평가",
    "데이터 반출 승인 신청",
    "",
)


@dataclass(frozen=True, kw_only=True)
class DemoPlay:
    """A Play as the team planned it."""

    number: int
    play_id: str
    name: str
    owner: str
    source: str
    channel: str
    priority: str
    cycle: str

    @property
    def goals(self) -> Goals:
        return GOALS[self.priority]

    @property
    def goals_before(self) -> Goals:
        """Those of the quarter before this one."""
        return GOALS_BEFORE[self.priority]

    @property
    def next_action(self) -> str:
        return NEXT_ACTIONS[self.number % len(NEXT_ACTIONS)]

    def due_date(self, today: date) -> date | None:
        """Some are late, some lie ahead, some have none."""
        if not self.next_action:
            return None
        return today + timedelta(days=self.number * 5 % 33 - 7)


def portfolio() -> list[DemoPlay]:
    return [_play(number, line) for number, line in enumerate(_ROWS.split("\n")[1:-1])]


def as_csv(plays: list[DemoPlay], live_docs: Mapping[str, str], *, today: date) -> str:
    """The file that `import_plays` reads; `live_docs` has each Play's page id.

    A Play has two lines: one with its goals before, and one with everything that holds now.
    """
    this = Quarter.on(today)
    rows = [
        row
        for play in plays
        for row in (
            {"play_id": play.play_id} | _goals(this.previous, play.goals_before),
            _row(play, live_docs[play.play_id], today) | _goals(this, play.goals),
        )
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[1]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _play(number: int, line: str) -> DemoPlay:
    play_id, name, priority, cycle = line.split("|")
    source, channel, *_ = play_id.split("_")
    owner = OWNERS[number * 5 % len(OWNERS)]
    return DemoPlay(
        number=number,
        play_id=play_id,
        name=name,
        owner=owner,
        source=source,
        channel=channel,
        priority=priority,
        cycle=cycle,
    )


def _row(play: DemoPlay, live_doc: str, today: date) -> dict[str, object]:
    return {
        "play_id": play.play_id,
        "name": play.name,
        "owner": play.owner,
        "source": play.source,
        "channel": play.channel,
        "priority": play.priority,
        "cycle": play.cycle,
        "next_action": play.next_action,
        "due_date": play.due_date(today) or "",
        "live_doc_page_id": live_doc,
    }


def _goals(quarter: Quarter, goals: Goals) -> dict[str, object]:
    named = {f"{name}_goal": goal for name, goal in asdict(goals).items()}
    return {"quarter": quarter, **named}
