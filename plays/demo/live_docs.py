"""Live docs as people write them: each manner has what makes editing by program hard."""

from __future__ import annotations

from collections.abc import Callable

from plays.demo.portfolio import DemoPlay


def _plain(play: DemoPlay) -> str:
    """Headings, lists, and a section that waits for entries, with another one behind it."""
    return (
        f"<p><strong>{play.name}</strong> Play의 진행 기록입니다. 담당 {play.owner}, "
        f"주기 {play.cycle}.</p>"
        '<ac:structured-macro ac:name="info" ac:schema-version="1"><ac:rich-text-body>'
        "<p>고객사 이름은 머리글자로만 적습니다.</p></ac:rich-text-body></ac:structured-macro>"
        "<h2>목표</h2><ul><li><p>분기마다 검증까지 가는 시그널 확보</p></li>"
        "<li><p>인터뷰는 현업 담당자와 직접</p></li></ul>"
        "<h2>활동 로그</h2><p>아래에 자동으로 기록됩니다.</p>"
        "<h2>참고</h2><p>&ldquo;좋은 시그널은 숫자가 있는 페인이다&rdquo; &mdash; 팀 원칙</p>"
    )


def _columns(play: DemoPlay) -> str:
    """One layout from top to bottom: whatever is added must stay inside its last cell."""
    return (
        '<ac:layout><ac:layout-section ac:type="two_right_sidebar"><ac:layout-cell>'
        f"<h2>{play.name}</h2><p>담당 {play.owner} · 우선순위 {play.priority}</p>"
        "<blockquote><p>데이터가 있는 곳에서 시작한다.</p></blockquote>"
        "</ac:layout-cell><ac:layout-cell>"
        '<p><ac:structured-macro ac:name="status" ac:schema-version="1">'
        '<ac:parameter ac:name="title">진행 중</ac:parameter>'
        '<ac:parameter ac:name="colour">Blue</ac:parameter></ac:structured-macro></p>'
        "</ac:layout-cell></ac:layout-section>"
        '<ac:layout-section ac:type="single"><ac:layout-cell><h2>기록</h2>'
        "<p>여기부터는 시간순입니다.</p></ac:layout-cell></ac:layout-section></ac:layout>"
    )


def _macros(play: DemoPlay) -> str:
    """Macros whose text looks like markup, and an expander around a table."""
    return (  # SQL that is shown and never runs
        '<p><ac:structured-macro ac:name="toc" ac:schema-version="1" /></p>'  # nosec B608
        f"<h2>{play.name} 개요</h2><p>출처 {play.source}, 채널 {play.channel}</p>"
        '<ac:structured-macro ac:name="code" ac:schema-version="1">'
        '<ac:parameter ac:name="language">sql</ac:parameter><ac:plain-text-body>'
        "<![CDATA[-- <p>원천 데이터</p>\nselect * from voc where score < 3 && channel <> 'x';]]>"
        "</ac:plain-text-body></ac:structured-macro>"
        '<ac:structured-macro ac:name="expand" ac:schema-version="1">'
        '<ac:parameter ac:name="title">연락처</ac:parameter><ac:rich-text-body>'
        "<table><tbody><tr><th><p>회사</p></th><th><p>부서</p></th></tr>"
        '<tr><td rowspan="2"><p>A은행</p></td><td><p>고객센터</p></td></tr>'
        "<tr><td><p>디지털전략</p></td></tr></tbody></table>"
        "</ac:rich-text-body></ac:structured-macro>"
    )


def _tasks(play: DemoPlay) -> str:
    """A task list, a log in English in the middle, an emoji, and writing from right to left."""
    return (
        f"<p>{play.name} 🚀 다음 점검까지 할 일</p><ac:task-list>"
        "<ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status>"
        "<ac:task-body><span>대상 부서 목록 만들기</span></ac:task-body></ac:task>"
        "<ac:task><ac:task-id>2</ac:task-id><ac:task-status>incomplete</ac:task-status>"
        f"<ac:task-body><span>{play.owner}: 인터뷰 질문지</span></ac:task-body></ac:task>"
        "</ac:task-list><h2>Activity Log</h2><p>Entries are kept by the sync.</p>"
        "<h2>메모</h2><p>해외 파트너 이름: <span>שלום</span>, R&amp;D&nbsp;센터</p>"
    )


def _bullets(play: DemoPlay) -> str:
    """A numbered heading with a sign, and below it a list: an entry is one more bullet."""
    return (
        f"<p>{play.owner} · {play.cycle}</p><h2>1. 가설</h2>"
        f"<p>{play.name}에서 분기마다 새 고객 과제를 찾는다.</p>"
        "<h2>📌 2. 활동 로그</h2><ul><li><p>착수 회의: 역할과 주기를 정함</p></li></ul>"
        "<h2>3. 회고</h2><p>분기 말에 함께 적습니다.</p>"
    )


MANNERS: tuple[Callable[[DemoPlay], str], ...] = (_plain, _columns, _macros, _tasks, _bullets)
