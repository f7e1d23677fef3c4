"""What a Play's new ToDo page is called and says; the page is people's from then on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from plays.rules.status import NO_GOALS, Goals
from plays.storage import markdown_to_storage

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# Stands for the due date in Markdown, which cannot say one. A letter that no text has.
_DUE = "\ue000"


@dataclass(frozen=True, kw_only=True)
class TodoFacts:
    """What a Play's first tasks come from."""

    play_id: str
    name: str = ""
    owner: str = ""
    next_action: str = ""
    due_date: date | None = None
    blocker: str = ""
    goals: Goals = NO_GOALS


def todo_title(play_id: str) -> str:
    return f"{play_id} ToDo List"


def first_body(facts: TodoFacts) -> str:
    """The storage text of a new ToDo page, in Korean: headings and tasks from the Play's facts."""
    body = markdown_to_storage("\n".join(_lines(facts)))
    due = f'<time datetime="{facts.due_date.isoformat()}" />' if facts.due_date else ""
    return body.replace(_DUE, due)


def _lines(facts: TodoFacts) -> Iterator[str]:
    about = [facts.name, f"담당 {facts.owner}" if facts.owner else ""]
    yield " · ".join([f"**{_plain(facts.play_id)}**", *(_plain(part) for part in about if part)])
    yield from ("", "## 다음 액션", "")
    actions = [line for line in facts.next_action.splitlines() if line.strip()]
    for number, action in enumerate(actions):
        due = f" {_DUE}" if facts.due_date and number == 0 else ""
        yield f"- [ ] {_plain(action)}{due}"
    if not actions:
        yield f"- [ ] 다음 액션과 마감일 정하기{f' {_DUE}' if facts.due_date else ''}"
    if facts.blocker.strip():
        yield f"- [ ] 막힌 점 풀기: {_plain(facts.blocker)}"
    yield from ("", "## 이번 분기 목표", "")
    yield from _goals(facts) or ["- [ ] 이번 분기 목표 정하기"]
    yield from ("", "## 메모", "", "회의 내용과 참고 링크를 자유롭게 적어 주세요.")


def _goals(facts: TodoFacts) -> list[str]:
    wanted = (
        (facts.goals.activity, "활동 {}건 기록하기"),
        (facts.goals.signal, "시그널 {}건 찾기"),
        (facts.goals.brief, "브리프 {}건 쓰기"),
        (facts.goals.s2, "S2 검증 {}건 마치기"),
    )
    return [f"- [ ] {words.format(goal)}" for goal, words in wanted if goal]


def _plain(text: str) -> str:
    """`text` on one line, as Markdown that means nothing but itself."""
    one_line = " ".join(text.replace(_DUE, "").split())
    return _PUNCTUATION.sub(r"\\\1", one_line)
