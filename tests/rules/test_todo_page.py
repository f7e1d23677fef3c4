"""What a new ToDo page says: tasks from the Play's facts, and nothing of what is not known."""

import re
from datetime import date

import pytest

from plays.rules.status import Goals
from plays.rules.todo_page import TodoFacts, first_body, todo_title

DUE = date(2026, 12, 1)
TIME = '<time datetime="2026-12-01" />'
AIM = "이번 분기 목표 정하기"


def tasks(**facts):
    body = first_body(TodoFacts(play_id="EXT_D01", **facts))
    return re.findall(r"<ac:task-body>(.*?)</ac:task-body>", body)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, ["다음 액션과 마감일 정하기", AIM]),
        ({"due_date": DUE}, [f"다음 액션과 마감일 정하기 {TIME}", AIM]),
        ({"next_action": "call\n\n*write*", "due_date": DUE}, [f"call {TIME}", "*write*", AIM]),
        ({"next_action": "call"}, ["call", AIM]),
        ({"blocker": " no data "}, ["다음 액션과 마감일 정하기", "막힌 점 풀기: no data", AIM]),
        (
            {"goals": Goals(activity=20, brief=2)},
            ["다음 액션과 마감일 정하기", "활동 20건 기록하기", "브리프 2건 쓰기"],
        ),
        (
            {"goals": Goals(signal=10, s2=1)},
            ["다음 액션과 마감일 정하기", "시그널 10건 찾기", "S2 검증 1건 마치기"],
        ),
    ],
)
def test_a_new_page_has_the_tasks_that_the_play_s_facts_ask_for(facts, said):
    assert tasks(**facts) == said


@pytest.mark.parametrize(
    ("facts", "about"),
    [
        ({}, "<p><strong>EXT_D01</strong></p>"),
        ({"name": "Desk"}, "<p><strong>EXT_D01</strong> · Desk</p>"),
        ({"name": "Desk", "owner": "kim"}, "<p><strong>EXT_D01</strong> · Desk · 담당 kim</p>"),
    ],
)
def test_a_new_page_begins_with_what_the_play_is(facts, about):
    assert first_body(TodoFacts(play_id="EXT_D01", **facts)).startswith(about)


def test_a_page_is_found_again_by_its_title():
    assert todo_title("EXT_D01") == "EXT_D01 ToDo List"
