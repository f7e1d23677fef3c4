"""A REST save changes what Confluence changes, and not one byte more."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.sandbox.content.rewrite import api_save
from plays.sandbox.content.wellformed import check_storage

UUID = "0f5d2f8e-6f0e-4f0e-9a51-0c8f2d1f4a11"


def saved(body):
    return api_save(body, new_uuid=lambda: UUID, version_of=lambda title: len(title))


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("<br/>", "<br />"),
        ("<br />", "<br />"),
        ("<br\n/>", "<br\n/>"),
        ("<col style='a>b'/>", "<col style='a>b' />"),
        ("a<!-- gone -->b", "ab"),
        ("<p title='<!-- stays -->'>x</p>", "<p title='<!-- stays -->'>x</p>"),
        (
            '<ac:structured-macro ac:name="toc" />',
            f'<ac:structured-macro ac:name="toc" ac:schema-version="1" ac:macro-id="{UUID}" />',
        ),
        (
            '<ac:structured-macro ac:name="info" ac:macro-id="kept">x</ac:structured-macro>',
            ('<ac:structured-macro ac:name="info" ac:macro-id="kept" ac:schema-version="1">x'
            "</ac:structured-macro>"),
        ),
        ('<ri:page ri:content-title="four"/>',
         '<ri:page ri:content-title="four" ri:version-at-save="4" />'),
        ('<ri:page ri:content-title="a&amp;b"/>',
         '<ri:page ri:content-title="a&amp;b" ri:version-at-save="3" />'),
        ('<ri:attachment ri:filename="x.png"></ri:attachment>',
         '<ri:attachment ri:filename="x.png" ri:version-at-save="1"></ri:attachment>'),
        (
            ("<ac:task-list><ac:task><ac:task-status>incomplete</ac:task-status></ac:task>"
            "<ac:task><ac:task-id>7</ac:task-id></ac:task></ac:task-list>"),
            (f"<ac:task-list><ac:task><ac:task-id>8</ac:task-id><ac:task-uuid>{UUID}</ac:task-uuid>"
            "<ac:task-status>incomplete</ac:task-status></ac:task>"
            f"<ac:task><ac:task-id>7</ac:task-id><ac:task-uuid>{UUID}</ac:task-uuid></ac:task>"
            "</ac:task-list>"),
        ),
        (
            "<ac:task><ac:task-body><ac:task><ac:task-id>4</ac:task-id></ac:task></ac:task-body></ac:task>",
            (
                f"<ac:task><ac:task-id>5</ac:task-id><ac:task-uuid>{UUID}</ac:task-uuid>"
                f"<ac:task-body><ac:task><ac:task-id>4</ac:task-id>"
                f"<ac:task-uuid>{UUID}</ac:task-uuid></ac:task></ac:task-body></ac:task>"
            ),
        ),
        ("<![CDATA[<ac:task></ac:task>]]>", "<![CDATA[<ac:task></ac:task>]]>"),
        ("<![CDATA[<br/><!-- x --><ri:page/>]]>", "<![CDATA[<br/><!-- x --><ri:page/>]]>"),
        ('<td  a="x"\n>&nbsp;  ü &#160;</td>\r\n', '<td  a="x"\n>&nbsp;  ü &#160;</td>\r\n'),
    ],
)  # fmt: skip
def test_a_save_changes_exactly_this(sent, stored):
    assert saved(sent) == stored


PIECES = st.sampled_from(
    [
        "<p>text</p>",
        "<br/>",
        "<!-- note -->",
        "<![CDATA[<br/>]]>",
        '<ac:structured-macro ac:name="toc"/>',
        '<ri:page ri:content-title="T"/>',
        "<ac:task-list><ac:task><ac:task-body>x</ac:task-body></ac:task></ac:task-list>",
        "&nbsp;\n",
        "<p title='1 > 0'>한글</p>",
    ]
)
BODIES = st.lists(PIECES, max_size=12).map("".join)


@given(BODIES)
def test_saving_twice_is_saving_once(body):
    assert api_save(saved(body)) == saved(body)


@given(BODIES)
def test_a_saved_body_is_well_formed(body):
    check_storage(saved(body))


@given(BODIES)
def test_taking_the_additions_away_gives_back_what_was_sent(body):
    additions = re.compile(
        r' ac:schema-version="1"| ac:macro-id="[^"]*"| ri:version-at-save="\d+"'
        r"|<ac:task-id>\d+</ac:task-id>|<ac:task-uuid>[^<]*</ac:task-uuid>"
    )
    without_comments = body.replace("<!-- note -->", "")

    left = additions.sub("", saved(body)).replace(" />", "/>")

    assert left == without_comments


@given(st.text())
def test_any_text_at_all_is_survived(body):
    api_save(body)
