"""A page's tasks read as people see them, wherever they stand and however they were saved."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.storage import NotStorage, markdown_to_storage
from plays.storage.read.task_list import read_task_words, read_tasks
from plays.storage.text import fold

MENTION = '<ac:link><ri:user ri:account-id="712020:kim" /></ac:link>'
DUE = '<time datetime="2026-11-30" />'


def task(body, *, status="incomplete", number="1"):
    return (
        f"<ac:task><ac:task-id>{number}</ac:task-id><ac:task-uuid>u</ac:task-uuid>"
        f"<ac:task-status>{status}</ac:task-status><ac:task-body>{body}</ac:task-body></ac:task>"
    )


def task_list(*tasks):
    return f"<ac:task-list>{''.join(tasks)}</ac:task-list>"


def seen(body):
    return [(t.id, t.is_done, t.words.text) for t in read_tasks(body)]


def test_tasks_are_read_in_page_order_with_their_state():
    body = (
        "<h2>할 일</h2>"
        + task_list(task("하나", status="complete", number="7"), task("둘", number="3"))
        + "<p>…</p>"
        + task_list(task("셋", number="9"))
    )

    assert seen(body) == [("7", True, "하나"), ("3", False, "둘"), ("9", False, "셋")]


def test_the_first_mention_is_the_assignee_and_the_first_date_is_the_due_date():
    (one,) = read_tasks(task_list(task(f"{MENTION} 인터뷰 <strong>일정 </strong>확정 {DUE}")))

    assert one.words.text == "인터뷰 일정 확정"
    assert one.words.assignee == "712020:kim"
    assert one.words.due == date(2026, 11, 30)


def test_a_date_within_a_sentence_stays_readable():
    assert read_task_words(f"늦어도 {DUE} 까지 공유").text == "늦어도 2026-11-30 까지 공유"


@pytest.mark.parametrize("datetime", ["", "soon", "2026-13-01"])
def test_a_date_that_is_none_is_no_due_date(datetime):
    assert read_task_words(f'공유 <time datetime="{datetime}" />').due is None


@pytest.mark.parametrize("attribute", ["ri:userkey", "ri:username"])
def test_a_data_center_mention_names_its_user_key_or_on_older_pages_the_user(attribute):
    body = f'<ac:link><ri:user {attribute}="8a7f" /></ac:link> x'

    assert read_task_words(body).assignee == "8a7f"


def test_a_task_within_a_task_speaks_for_itself():
    inner = task_list(task(f"안쪽 {DUE} {MENTION}", status="complete", number="2"))

    outer, nested = read_tasks(task_list(task(f"바깥{inner}")))

    assert (outer.words.text, outer.words.due, outer.words.assignee) == ("바깥", None, "")
    assert (nested.is_done, nested.words.text) == (True, "안쪽")


def test_what_only_looks_like_a_task_is_none():
    fake = task_list(task("가짜"))
    body = (
        f"<ac:structured-macro><ac:plain-text-body><![CDATA[{fake}]]></ac:plain-text-body>"
        f"</ac:structured-macro><!-- {fake} -->"
        f"<ac:adf-extension><ac:adf-fallback>{fake}</ac:adf-fallback></ac:adf-extension>"
        + task_list(task("진짜"))
    )

    assert seen(body) == [("1", False, "진짜")]


def test_a_task_in_a_layout_cell_or_a_table_counts():
    cell = f"<table><tbody><tr><td>{task_list(task('표 안'))}</td></tr></tbody></table>"
    layout = (
        "<ac:layout><ac:layout-section><ac:layout-cell>"
        f"{cell}</ac:layout-cell></ac:layout-section></ac:layout>"
    )

    assert seen(layout) == [("1", False, "표 안")]


def test_a_task_that_the_browser_has_just_made_has_no_number_and_no_text_yet():
    blank = "<ac:task><ac:task-status>incomplete</ac:task-status></ac:task>"

    assert seen(task_list(blank)) == [("", False, "")]


def test_a_page_that_is_no_storage_is_refused():
    with pytest.raises(NotStorage):
        read_tasks("<ac:task-list>")


WORDS = st.text(st.characters(categories=["L", "Nd"]), min_size=1)


@given(st.lists(st.tuples(st.booleans(), WORDS), max_size=6))
def test_what_markdown_says_is_what_is_read(items):
    md = "\n".join(f"- [{'x' if done else ' '}] {text}" for done, text in items)

    read = [(t.is_done, t.words.text) for t in read_tasks(markdown_to_storage(md))]

    assert read == [(done, fold(text)) for done, text in items]
