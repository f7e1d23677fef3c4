"""Two bodies are the same when a save, not a person, made them differ."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from plays.storage import NotStorage, same_body
from tests.storage.pages import pages
from tests.storage.shapes import after_api_save

MACRO = '<ac:structured-macro ac:name="status">{}</ac:structured-macro>'
IDS = 'ac:schema-version="1" ac:macro-id="f"'
TITLE = '<ac:parameter ac:name="title">G</ac:parameter>'
COLOUR = '<ac:parameter ac:name="colour">Green</ac:parameter>'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<br/>", "<br />"),
        ("<p></p>", "<p />"),
        ("<p>&nbsp;&rsquo;&lt;</p>", "<p>\u00a0’&#60;</p>"),
        ("<p a='1' b='2'/>", '<p b="2" a="1"/>'),
        ("<p>a</p><!-- x --><p>b</p>", "<p>a</p>\n  <p>b</p>\r\n"),
        ("<p>a <!-- x -->b</p>", "<p>a b</p>"),
        ("<p>a\n  b</p>", "<p> a b </p>"),
        ("<td>a</td>", "<td>\n a</td>"),
        (MACRO.format(TITLE + COLOUR), MACRO.format("\n" + COLOUR + " " + TITLE)),
        (MACRO.format(""), MACRO.format("").replace("ac:name", f"{IDS} ac:name")),
        ('<p local-id="1"/>', "<p/>"),
        ('<table data-table-width="760" ac:local-id="2"/>', "<table/>"),
        ('<ri:page ri:content-title="x" ri:version-at-save="3"/>',
         '<ri:page ri:content-title="x"/>'),
        ("<ac:task><ac:task-id>1</ac:task-id><ac:task-uuid>2</ac:task-uuid></ac:task>",
         "<ac:task></ac:task>"),
        ("<x><![CDATA[a < b]]></x>", "<x>a &lt; b</x>"),
        ("<x><![CDATA[a]]]]><![CDATA[>]]></x>", "<x>a]]&gt;</x>"),
    ],
)  # fmt: skip
def test_bodies_that_a_save_made_differ_are_the_same(one, other):
    assert same_body(one, other)
    assert same_body(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>a</p>", "<p>b</p>"),
        ("<p>a</p>", "<p>A</p>"),
        ("<p>a</p>", "<h1>a</h1>"),
        ("<p>a</p><p>b</p>", "<p>b</p><p>a</p>"),
        ("<p>a <b>b</b></p>", "<p>a<b>b</b></p>"),
        ("<p>a b</p>", "<p>a&nbsp;b</p>"),
        ("<p class='a'/>", "<p/>"),
        ("<a href='1'>x</a>", "<a href='2'>x</a>"),
        (MACRO.format(TITLE), MACRO.format(TITLE.replace("title", "colour"))),
        ("<pre>a\nb</pre>", "<pre>a b</pre>"),
        ("<ac:plain-text-body><![CDATA[ a]]></ac:plain-text-body>",
         "<ac:plain-text-body><![CDATA[a]]></ac:plain-text-body>"),
        ("<ac:task-status>complete</ac:task-status>",
         "<ac:task-status>incomplete</ac:task-status>"),
        ("", "<p />"),
        ("<p>&lt;b/></p>", "<p><b/></p>"),
    ],
)  # fmt: skip
def test_bodies_that_a_person_made_differ_are_not(one, other):
    assert not same_body(one, other)
    assert not same_body(other, one)


@given(page=pages())
@settings(max_examples=100, deadline=None)
def test_no_page_differs_from_itself_after_a_save_by_the_api(page):
    assert same_body(page, after_api_save(page))


def test_what_cannot_be_read_cannot_be_compared():
    with pytest.raises(NotStorage):
        same_body("<p>", "<p/>")
