"""Markdown becomes what Confluence's editor would have made of it, and nothing that it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plays.storage import markdown_to_storage
from tests.storage.shapes import AC, parsed


def task(number: int, body: str, *, done: bool = False) -> str:
    status = "complete" if done else "incomplete"
    return (
        f"<ac:task><ac:task-id>{number}</ac:task-id><ac:task-status>{status}</ac:task-status>"
        f"<ac:task-body>{body}</ac:task-body></ac:task>"
    )


def tasks(*items: str) -> str:
    return f"<ac:task-list>{''.join(items)}</ac:task-list>"


CONTENT = """---
title: x
tags: [a, b]
---

# 할 일

**콜센터(AHT)**를 먼저.

- [ ] 첫째<br>둘째 줄
- [x] 끝난 일

| 항목 | 비고 |
| --- | --- |
| 가 | 한 줄<br>두 줄 |

<!-- 숨김

여전히 숨김 -->
"""


def test_a_todo_page_as_people_write_it():
    assert markdown_to_storage(CONTENT) == (
        "<h1>할 일</h1><p><strong>콜센터(AHT)</strong>를 먼저.</p>"
        + tasks(task(1, "첫째<br />둘째 줄"), task(2, "끝난 일", done=True))
        + "<table><thead><tr><th><p>항목</p></th><th><p>비고</p></th></tr></thead><tbody><tr>"
        "<td><p>가</p></td><td><p>한 줄<br />두 줄</p></td></tr></tbody></table>"
    )


@pytest.mark.parametrize(
    ("md", "storage"),
    [
        ("**\"강조\"**는", "<p><strong>&quot;강조&quot;</strong>는</p>"),
        ("나는**(이것)**을", "<p>나는<strong>(이것)</strong>을</p>"),
        ("~~취소(선)~~를", "<p><del>취소(선)</del>를</p>"),
        ("a * b * c **(x)**y", "<p>a * b * c **(x)**y</p>"),
        ("2 * 3, 가 ** 나 **", "<p>2 * 3, 가 ** 나 **</p>"),
        ("a<BR/>b `<br>`", "<p>a<br />b <code>&lt;br&gt;</code></p>"),
        ("앞 <!-- 메모 -->뒤", "<p>앞 뒤</p>"),
        ("앞\n<!-- 메모 -->\n뒤", "<p>앞</p><p>뒤</p>"),
        ("<!-- 열린 메모", "<p>&lt;!-- 열린 메모</p>"),
        ("```\n<!-- 코드 -->\n```", None),
        ("---\n제목\n---\n", "<hr /><h2>제목</h2>"),
        ("\ufeff---\na: b\n...\nx", "<p>x</p>"),
        ("본문[^1].\n\n[^1]: 각주 *글*\n",
         "<p>본문<sup>[1]</sup>.</p><p>[1] 각주 <em>글</em></p>"),
        ("[^2]: 아무도 부르지 않음", "<p>[2] 아무도 부르지 않음</p>"),
        ("본문[^3]", "<p>본문[^3]</p>"),
        ("https://e.example/?b=1&c=2 참고",
         '<p><a href="https://e.example/?b=1&amp;c=2">https://e.example/?b=1&amp;c=2</a> 참고</p>'),
        ("https://e.example/a를 보세요",
         '<p><a href="https://e.example/a">https://e.example/a</a>를 보세요</p>'),
        ("a.c[http://e://", '<p>a.c[<a href="http://e">http://e</a>://</p>'),
        ("a.c[https://e.example/b](https://e.example)",
         '<p>a.c<a href="https://e.example">https://e.example/b</a></p>'),
        ("plan.md 와 kim@e.example, `https://e.example`",
         "<p>plan.md 와 kim@e.example, <code>https://e.example</code></p>"),
    ],
)  # fmt: skip
def test_what_people_have_in_their_files(md, storage):
    result = markdown_to_storage(md)

    parsed(result)
    assert result == storage if storage is not None else "코드" in result


def test_a_long_list_without_an_end_is_no_front_matter_and_takes_no_time():
    assert markdown_to_storage("---\n" + "-a: b\n" * 300).startswith("<hr />")


def code(content: str, language: str = "") -> str:
    named = f'<ac:parameter ac:name="language">{language}</ac:parameter>' if language else ""
    return (
        f'<ac:structured-macro ac:name="code">{named}<ac:plain-text-body><![CDATA[{content}]]>'
        "</ac:plain-text-body></ac:structured-macro>"
    )


def image(alt: str = "") -> str:
    described = f' ac:alt="{alt}"' if alt else ""
    return f'<ac:image{described}><ri:url ri:value="https://e.example/i.png" /></ac:image>'


TABLE = (
    '<table><thead><tr><th><p>a</p></th><th><p style="text-align: center;">b</p></th></tr></thead>'
    '<tbody><tr><td><p>1 | 2</p></td><td><p style="text-align: center;"><code>c</code></p></td>'
    "</tr></tbody></table>"
)


@pytest.mark.parametrize(
    ("md", "storage"),
    [
        ("", ""),
        ("# 제목 *a*", "<h1>제목 <em>a</em></h1>"),
        ("a **b** ~~c~~ `d < e`", "<p>a <strong>b</strong> <del>c</del> <code>d &lt; e</code></p>"),
        ("a  \nb\nc", "<p>a<br />b c</p>"),
        ("a\r\n\r\nb", "<p>a</p><p>b</p>"),
        ("> q\n>\n> r", "<blockquote><p>q</p><p>r</p></blockquote>"),
        ("---", "<hr />"),
        ("- a\n- b\n  1. c", "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("-", "<ul><li></li></ul>"),
        ("<b>&amp; &lt; &nbsp;</b>", "<p>&lt;b&gt;&amp; &lt; \u00a0&lt;/b&gt;</p>"),
        ("<script>\nx\n</script>", "<p>&lt;script&gt; x &lt;/script&gt;</p>"),
        ("[a](https://e.example/?b=1&c=2)", '<p><a href="https://e.example/?b=1&amp;c=2">a</a></p>'),
        ("<https://e.example>", '<p><a href="https://e.example">https://e.example</a></p>'),
        ("[a](mailto:kim@e.example)", '<p><a href="mailto:kim@e.example">a</a></p>'),
        ("[a *b*](../x) [c](javascript:alert(1)) [d](data:x)", "<p>a <em>b</em> c d</p>"),
        ('![a "b"](https://e.example/i.png)', f"<p>{image('a &quot;b&quot;')}</p>"),
        ("![](https://e.example/i.png) ![b](i.png)", f"<p>{image()} b</p>"),
        ("| a | b |\n|---|:-:|\n| 1 \\| 2 | `c` |", TABLE),
        ("a\x00\x1bb", "<p>ab</p>"),
    ],
)  # fmt: skip
def test_what_becomes_of_markdown(md, storage):
    assert markdown_to_storage(md) == storage
    parsed(storage)


@pytest.mark.parametrize(
    ("md", "storage"),
    [
        ("```python\na < b\n\n```", code("a < b\n", "python")),
        ("```\nx\n```", code("x")),
        ('``` "><script>\nx\n```', code("x")),
        ("    indented & more", code("indented & more")),
        ("```\na ]]> b\n```", code("a ]]]]><![CDATA[> b")),
        ("```\n- [ ] no task\n```", code("- [ ] no task")),
    ],
)
def test_code_blocks_become_code_macros(md, storage):
    assert markdown_to_storage(md) == storage
    parsed(storage)


@pytest.mark.parametrize(
    ("md", "storage"),
    [
        ("- [ ] a\n- [x] **b**\n- [X] c",
         tasks(task(1, "a"), task(2, "<strong>b</strong>", done=True), task(3, "c", done=True))),
        ("- [ ] a\n\n- [ ] b", tasks(task(1, "a"), task(2, "b"))),
        ("1. [ ] a", tasks(task(1, "a"))),
        ("- [ ]", tasks(task(1, ""))),
        ("- [ ] a\n  - [x] b\n    - [ ] c",
         tasks(task(1, "a" + tasks(task(2, "b" + tasks(task(3, "c")), done=True))))),
        ("- a\n- [ ] b\n- c", "<ul><li>a</li></ul>" + tasks(task(1, "b")) + "<ul><li>c</li></ul>"),
        ("1. a\n2. [ ] b\n3. c",
         "<ol><li>a</li></ol>" + tasks(task(1, "b")) + '<ol start="3"><li>c</li></ol>'),
        ("- a\n  - [ ] b\n- c",
         "<ul><li>a</li></ul>" + tasks(task(1, "b")) + "<ul><li>c</li></ul>"),
        ("- - [ ] a", tasks(task(1, "a"))),
        ("- [ ] a\n  - b\n- [ ] c",
         tasks(task(1, "a")) + "<ul><li>b</li></ul>" + tasks(task(2, "c"))),
        ("- [ ] a\n\n  more\n\n  ```\n  x\n  ```\n\n  last",
         tasks(task(1, "a<br />more")) + code("x") + "<p>last</p>"),
        ("> - [ ] a", "<blockquote>" + tasks(task(1, "a")) + "</blockquote>"),
        ("- [ ] a\n\ntext\n\n- [ ] b", tasks(task(1, "a")) + "<p>text</p>" + tasks(task(2, "b"))),
        ("- [x](https://e.example)", '<ul><li><a href="https://e.example">x</a></li></ul>'),
        ("- [y] a\n- [ ]a", "<ul><li>[y] a</li><li>[ ]a</li></ul>"),
        ("- \\[ ] a", "<ul><li>[ ] a</li></ul>"),
        ("- [x] a\n\n[x]: https://e.example",
         '<ul><li><a href="https://e.example">x</a> a</li></ul>'),
        ("- a\n  ```\n  <ac:task-list>\n  ```\n- b",
         f"<ul><li>a{code('<ac:task-list>')}</li><li>b</li></ul>"),
    ],
)  # fmt: skip
def test_task_items_become_tasks_and_never_share_a_list_with_bullets(md, storage):
    assert markdown_to_storage(md) == storage
    parsed(storage)


PIECES = st.sampled_from(
    (
        *("- ", "- [ ] ", "- [x] ", "1. ", "  ", "    ", "> ", "\n", "\n\n", "# ", "```", "| a |"),
        *(
            "|---|",
            "*",
            "**",
            "~~",
            "`",
            "[a](",
            "https://e.example",
            ")",
            "![",
            "]",
            "<b>",
            "&nbsp;",
        ),
        *(
            "]]>",
            "<![CDATA[",
            "한글",
            "👩‍💻",
            "\x00",
            "\ud800",
            "\ufffe",
            "&#1;",
            "&#xD800;",
            "\\",
            "text ",
        ),
    )
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text())
@settings(max_examples=400, deadline=None)
def test_any_markdown_gives_a_well_formed_page_without_mixed_lists(md):
    root = parsed(markdown_to_storage(md))

    for items in root.iter(f"{{{AC}}}task-list"):
        assert {child.tag for child in items} == {f"{{{AC}}}task"}
    for item in root.iter("li"):
        assert item.find(f".//{{{AC}}}task-list") is None


def test_deep_nesting_breaks_nothing():
    parsed(markdown_to_storage("> " * 500 + "x"))
    parsed(markdown_to_storage("*a " * 2_000 + "*" * 2_000))
    parsed(markdown_to_storage("".join("  " * depth + "- x\n" for depth in range(300))))
    parsed(markdown_to_storage("[" * 500 + "x" + "](https://e.example)" * 500))
