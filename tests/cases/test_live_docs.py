"""Live docs and ToDo pages that people work in: lists, quotes of ids, panels, cleared formats."""

import re

import pytest
from django.utils import timezone

from plays.models import Finding, PageMapping, Play, TodoTask
from plays.storage import read_entries
from plays.sync.todo.progress import read_todo_page
from tests.cases.conftest import run
from tests.cases.pages import D01
from tests.events import signal

LIST = (
    "<h2>개요</h2><p>소개</p><h2>3. 활동 로그 (자동)</h2>"
    "<ul><li><p>2026-11-19 손으로 쓴 줄</p></li></ul><h2>참고</h2><p>끝</p>"
)
CITED = "<h2>핵심</h2><p>이번 주는 <code>{key}</code> 이 중요합니다.</p><h2>활동 로그</h2><p />"
SAID = "{key} · 2026-11-20 10:00 · Signal · 콜센터 개선"
PANEL = (
    '<h2>활동 로그</h2><ac:adf-extension><ac:adf-node type="panel">'
    '<ac:adf-attribute key="panel-type">note</ac:adf-attribute>'
    "<ac:adf-content><p>{entry}</p></ac:adf-content></ac:adf-node>"
    '<ac:adf-fallback><div class="panel"><p>{entry}</p></div></ac:adf-fallback></ac:adf-extension>'
)
KEY = re.compile(r"LOG-\d{4}-\d{5,}")


def first_key() -> str:
    return f"LOG-{timezone.localtime().year}-00001"


def entries(team, page: str) -> list[str]:
    return [entry.key for entry in read_entries(team.body(page), KEY)]


def test_an_entry_goes_into_the_section_s_list_as_a_bullet(team):
    page = team.page("live_doc", LIST, play=D01)
    team.ingest(signal(play_id=D01, title="콜센터 개선"))
    body = team.body(page)
    section = body[body.index("활동 로그") : body.index("<h2>참고")]
    assert re.search(r"<li[^>]*>(<p[^>]*>)?<code>LOG-\d+-\d+</code>", section)
    assert section.count("<ul") == 1
    assert entries(team, page) == [first_key()]


def test_an_id_that_somebody_cites_is_no_entry(team):
    page = team.page("live_doc", CITED.format(key=first_key()), play=D01)
    team.ingest(signal(play_id=D01, title="콜센터 개선"))
    body = team.body(page)
    assert entries(team, page) == [first_key()]
    assert body.index("활동 로그") < body.rindex(first_key())
    assert team.weekly() == 0


@pytest.mark.parametrize(
    "entry_page",
    [
        f"<h2>활동 로그</h2><p>{SAID}</p>",
        PANEL.format(entry=SAID.replace("{key}", "<code>{key}</code>")),
    ],
    ids=["format cleared", "in a panel"],
)
def test_an_entry_that_people_moved_or_stripped_is_there_once(team, entry_page):
    page = team.page("live_doc", "<h2>활동 로그</h2><p />", play=D01)
    team.ingest(signal(play_id=D01, title="콜센터 개선"))
    team.sandbox.edit(page, entry_page.format(key=first_key()), by="박지훈")
    before = team.body(page)
    assert team.weekly() == 0
    assert team.body(page) == before
    assert not Finding.objects.filter(kind__in=["missing", "duplicate"]).exists()


ISSUE = (
    '<ac:structured-macro ac:name="jira"><ac:parameter ac:name="key">AX-102</ac:parameter>'
    "</ac:structured-macro>"
)
TASKS = "".join(
    f"<ac:task><ac:task-id>{number}</ac:task-id><ac:task-status>incomplete</ac:task-status>"
    f"<ac:task-body>{body}</ac:task-body></ac:task>"
    for number, body in enumerate(
        (
            "<span>글로 쓴 일</span>",
            ISSUE,
            '<ac:link><ri:user ri:account-id="557058:1" /></ac:link>',
            '<ac:link><ri:attachment ri:filename="보고서.pdf" /></ac:link>',
        ),
        1,
    )
)


def test_tasks_that_are_a_macro_a_mention_or_a_file_count_with_a_readable_text(team):
    team.page("play_todo", f"<ac:task-list>{TASKS}</ac:task-list>", play=D01)
    read_todo_page(Play.objects.get(play_id=D01))
    texts = [task.text for task in TodoTask.objects.order_by("pk")]
    assert len(texts) == 4
    assert all(texts)
    assert {"글로 쓴 일", "AX-102", "보고서.pdf"} < set(texts)


CONTENT = """---
title: x
---

# 할 일

**콜센터(AHT)**를 먼저.

- [ ] 첫째<br>둘째 줄
- [x] 끝난 일

| 항목 | 비고 |
| --- | --- |
| 가 | 한 줄<br>두 줄 |

<!-- 숨김 -->
"""


def test_a_todo_page_of_markdown_as_people_write_it(team):
    assert run("create_todo_page", D01, "--content", team.file("todo.md", CONTENT))[0] == 0
    mapping = PageMapping.objects.get(part="play_todo", play__play_id=D01)
    body = team.body(mapping.page.page_id)
    assert "<strong>콜센터(AHT)</strong>를 먼저." in body
    assert re.search(r"첫째<br ?/>둘째 줄", body)
    assert re.search(r"한 줄<br ?/>두 줄", body)
    assert not re.search("title: x|숨김|&lt;br|---", body)
    assert body.count("<ac:task>") == 2
