"""Bullets that link to a page: each there once, in the list that people keep."""

from __future__ import annotations

import pytest

from plays.storage import InsertLink, UnsafeUrl, apply_edits

URL = "https://x.example/wiki/spaces/AX/pages/7?a=1&b=한글"
ANCHOR = '<a href="https://x.example/wiki/spaces/AX/pages/7?a=1&amp;b=한글">D01 ToDo</a>'
INCLUDE_MACRO = (
    "<ac:structured-macro ac:name='include'><ac:parameter ac:name=''><ac:link>"
    "<ri:page ri:content-title='D01 ToDo'/></ac:link></ac:parameter></ac:structured-macro>"
)


def inserted(body: str, *headings: str, text: str = "D01 ToDo", url: str = URL) -> str:
    return apply_edits(body, [InsertLink(text, url, headings)]).body


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{ANCHOR}</p>",
        "<a href='https://x.example/wiki/spaces/AX/pages/7?a=1&#38;b=%ED%95%9C%ea%b8%80'>other</a>",
        f"<table><tr><td>{ANCHOR}</td></tr></table>",
        "<ac:link><ri:page ri:content-title='D01 ToDo' ri:version-at-save='2'/></ac:link>",
        "<ac:link><ri:page ri:content-title='D01&nbsp;ToDo'/><ac:link-body/></ac:link>",
        f"<ac:link><ri:url ri:value='{URL.replace('&', '&amp;')}'/></ac:link>",
        f"<ac:adf-extension><ac:adf-fallback>{ANCHOR}</ac:adf-fallback></ac:adf-extension>",
    ],
)
def test_a_link_that_is_there_is_left_alone(body):
    assert inserted(body) == body


SITE = "https://x.example/wiki"
PAGE = f"{SITE}/spaces/AX/pages/39813121/D01+ToDo+List"
TITLES = ("D01 ToDo List",)


def linked(address: str) -> str:
    return f'<p><a href="{address}">x</a></p>'


def page_link(title: str, space: str = "") -> str:
    key = f' ri:space-key="{space}"' if space else ""
    return f'<p><ac:link><ri:page ri:content-title="{title}"{key} /></ac:link></p>'


@pytest.mark.parametrize(
    "body",
    [
        linked(f"{SITE}/spaces/AX/pages/39813121"),
        linked(f"{SITE}/spaces/AX/pages/39813121/An+old+title"),
        linked(f"{SITE}/spaces/AX/pages/39813121/D01%20ToDo%20List#memo"),
        linked(f"{PAGE}?atlOrigin=eyJpIjoiMSJ9&amp;focusedCommentId=7"),
        linked(f"{SITE}/pages/viewpage.action?pageId=39813121"),
        linked("/wiki/spaces/AX/pages/39813121/x"),
        linked(f"{SITE}/x/AYBfAg"),
        linked(f"{SITE}/display/AX/d01+todo+list"),
        linked(f"{SITE}/pages/viewpage.action?spaceKey=AX&amp;title=D01+ToDo+List"),
        linked(PAGE.replace("https://x.example", "https://X.EXAMPLE")),
        page_link("d01 todo LIST"),
        page_link("D01 ToDo List", "ax"),
        page_link("D01 세미나 할 일"),
    ],
)
def test_a_link_to_the_same_page_counts_however_it_is_addressed(body):
    edit = InsertLink("D01 세미나 할 일", PAGE, page_id="39813121", titles=TITLES)

    assert apply_edits(body, [edit]).body == body


@pytest.mark.parametrize(
    "body",
    [
        linked(f"{SITE}/spaces/AX/pages/3981312"),
        linked("https://other.example/wiki/spaces/AX/pages/39813121/D01+ToDo+List"),
        linked(f"{SITE}/x/AYBfAh"),
        linked(f"{SITE}/display/BX/D01+ToDo+List"),
        linked(f"{SITE}/spaces/AX/overview"),
        linked("https://[broken/pages/39813121"),
        page_link("D01 ToDo List", "BX"),
        page_link("D01 ToDo"),
    ],
)
def test_a_link_to_another_page_does_not_count(body):
    edit = InsertLink("D01 세미나 할 일", PAGE, page_id="39813121", titles=TITLES)

    assert apply_edits(body, [edit]).changed


@pytest.mark.parametrize(
    "body",
    [
        "<p>D01 ToDo</p>",
        "<p>https://x.example/wiki/spaces/AX/pages/7?a=1&amp;b=한글</p>",
        "<p><a href='https://x.example/wiki/spaces/AX/pages/77'>D01 ToDo</a></p>",
        f"<!-- {ANCHOR} -->",
        INCLUDE_MACRO,
    ],
)
def test_what_only_looks_like_the_link_is_not_it(body):
    assert inserted(body) == f"{body}<ul><li><p>{ANCHOR}</p></li></ul>"


@pytest.mark.parametrize(
    ("body", "item"),
    [
        ("<h2>ToDo</h2><ul><li>a</li>@</ul><h2>x</h2>", f"<li>{ANCHOR}</li>"),
        ("<h2>ToDo</h2><ul><li><p>a</p></li>@\n</ul><p>b</p>", f"<li><p>{ANCHOR}</p></li>"),
        ("<h2>ToDo</h2><ul><li>a</li></ul><ol><li>b</li>@</ol>", f"<li>{ANCHOR}</li>"),
        ("<h2>ToDo</h2><p>b</p>@<h2>x</h2>", f"<ul><li><p>{ANCHOR}</p></li></ul>"),
        ("<ul><li>a</li></ul><h2>ToDo</h2>@", f"<ul><li><p>{ANCHOR}</p></li></ul>"),
        ("<p>x</p><ul><li>a</li>@</ul><p /> ", f"<li>{ANCHOR}</li>"),
        ("<ul><li>a</li></ul><p>x</p>@", f"<ul><li><p>{ANCHOR}</p></li></ul>"),
        ("@", f"<ul><li><p>{ANCHOR}</p></li></ul>"),
    ],
)
def test_a_new_bullet_goes_to_the_list_of_its_section_or_of_the_page_end(body, item):
    assert inserted(body.replace("@", ""), "todo") == body.replace("@", item)


def test_an_empty_list_is_filled():
    assert (
        inserted("<h2>ToDo</h2><ul />", "ToDo") == f"<h2>ToDo</h2><ul><li><p>{ANCHOR}</p></li></ul>"
    )


def test_a_link_without_text_shows_its_address():
    assert inserted("", text="", url="https://e.example") == (
        '<ul><li><p><a href="https://e.example">https://e.example</a></p></li></ul>'
    )


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "/wiki/x", "data:text/html,x", "https://"]
)
def test_an_address_that_is_not_safe_is_refused(url):
    result = apply_edits("<p/>", [InsertLink("x", url)])

    assert isinstance(result.outcomes[0].problem, UnsafeUrl)
    assert result.body == "<p/>"


def test_many_links_make_one_list():
    edits = [InsertLink(f"D{n}", f"https://e.example/{n}") for n in (1, 2, 1, 3)]

    result = apply_edits("<p>x</p>", edits)

    assert [outcome.changed for outcome in result.outcomes] == [True, True, False, True]
    assert result.body.count("<ul>") == 1
    assert result.body.count("<li>") == 3
