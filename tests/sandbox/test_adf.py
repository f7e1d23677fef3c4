"""Storage format read as ADF: what is known is converted, what is not is refused by name."""

import pytest

from plays.sandbox.render.adf import NotConvertible, to_adf


def text(said, *marks):
    return {"type": "text", "text": said, **({"marks": [*marks]} if marks else {})}


def paragraph(*content):
    return {"type": "paragraph", "content": [*content]}


STRONG = {"type": "strong"}


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("<p>a&nbsp;b</p>", [paragraph(text("a\xa0b"))]),
        ("loose <b>text</b><p />", [paragraph(text("loose "), text("text", STRONG)),
                                    {"type": "paragraph"}]),
        (
            "<h2>H <em>e</em></h2><hr />",
            [{"type": "heading", "attrs": {"level": 2},
              "content": [text("H "), text("e", {"type": "em"})]}, {"type": "rule"}],
        ),
        (
            ('<p><a href="https://x.example/"><strong>l</strong></a><br />'
            '<time datetime="2026-01-02" /></p>'),
            [paragraph(
                text("l", {"type": "link", "attrs": {"href": "https://x.example/"}}, STRONG),
                {"type": "hardBreak"},
                {"type": "date", "attrs": {"timestamp": "1767312000000"}},
            )],
        ),
        (
            "<ul><li>a<ol><li><p>b</p></li></ol></li></ul>",
            [{"type": "bulletList", "content": [{"type": "listItem", "content": [
                paragraph(text("a")),
                {"type": "orderedList", "content": [
                    {"type": "listItem", "content": [paragraph(text("b"))]}]},
            ]}]}],
        ),
        (
            '<table><tbody><tr><th colspan="2">a</th></tr><tr><td /></tr></tbody></table>',
            [{"type": "table", "content": [
                {"type": "tableRow", "content": [
                    {"type": "tableHeader", "attrs": {"colspan": 2},
                     "content": [paragraph(text("a"))]}]},
                {"type": "tableRow", "content": [
                    {"type": "tableCell", "attrs": {}, "content": [{"type": "paragraph"}]}]},
            ]}],
        ),
        (
            ('<p><ac:structured-macro ac:name="status"><ac:parameter ac:name="colour">Green'
            '</ac:parameter><ac:parameter ac:name="title">G</ac:parameter></ac:structured-macro>'
            '<ac:link><ri:user ri:account-id="712020:x" /></ac:link></p>'),
            [paragraph({"type": "status", "attrs": {"text": "G", "color": "green"}},
                       {"type": "mention", "attrs": {"id": "712020:x"}})],
        ),
        (
            ('<ac:structured-macro ac:name="info"><ac:rich-text-body><p>i</p></ac:rich-text-body>'
            '</ac:structured-macro><ac:structured-macro ac:name="code"><ac:plain-text-body>'
            "<![CDATA[x < y]]></ac:plain-text-body></ac:structured-macro>"),
            [{"type": "panel", "attrs": {"panelType": "info"}, "content": [paragraph(text("i"))]},
             {"type": "codeBlock", "attrs": {}, "content": [text("x < y")]}],
        ),
        (
            ("<ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>t"
            "</ac:task-body></ac:task></ac:task-list>"),
            [{"type": "taskList", "attrs": {"localId": "1"}, "content": [
                {"type": "taskItem", "attrs": {"localId": "1", "state": "DONE"},
                 "content": [text("t")]}]}],
        ),
    ],
)  # fmt: skip
def test_what_is_known_is_converted(body, blocks):
    assert to_adf(body) == {"type": "doc", "version": 1, "content": blocks}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ('<ac:structured-macro ac:name="jira" />', "the macro jira"),
        ("<p><ac:image /></p>", "<ac:image>"),
        ("<ac:layout />", "<ac:layout>"),
        ("<p>", "mismatched|unclosed|mis-matched|no element"),
        ("<ul><p>x</p></ul>", "<p> in a list"),
        ("<div>" * 200 + "</div>" * 200, "deeply"),
    ],
)
def test_what_is_not_known_is_refused_by_name(body, named):
    with pytest.raises(NotConvertible, match=named):
        to_adf(body)


def test_over_rest_a_page_is_read_as_adf_or_the_refusal_says_why(sandbox, api):
    plain = sandbox.add_page("Plain", "<p>x</p>")
    layout = sandbox.add_page("Layout", "<ac:layout />")

    read = api.page(plain, **{"body-format": "atlas_doc_format"})
    refused = api.page(layout, **{"body-format": "atlas_doc_format"})

    assert '"type": "doc"' in read.json()["body"]["atlas_doc_format"]["value"]
    assert refused.status_code == 400
    assert "ac:layout" in refused.text
