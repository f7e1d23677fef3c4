"""What is refused as no page at all, where, and what only looks dangerous."""

from __future__ import annotations

import pytest

from plays.storage import InsertEntry, InsertRow, NotStorage, Text, apply_edits, read_rows
from tests.storage.shapes import LOG, table

ENTRY = InsertEntry("LOG-1", (Text("x"),))


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ("<p>", 1, 4),
        ("<p>x</q>", 1, 7),
        ("한글 🧭\r\n<p>\n  <b></p>", 3, 8),
        ("</page><page>", 1, 8),
        ("<p a='1' a='2'/>", 1, 10),
        ("<p a=1/>", 1, 6),
        ("a & b", 1, 4),
        ("a ]]> b", 1, 5),
        ("<!-- -- -->", 1, 8),
        ("a\x00b", 1, 2),
        ("a\n\ud800", 2, 1),
        ("<![CDATA[x", 1, 11),
    ],
)
def test_a_page_that_is_not_well_formed_is_refused_with_its_place(body, line, column):
    with pytest.raises(NotStorage) as caught:
        apply_edits(body, [ENTRY])

    assert (caught.value.place.line, caught.value.place.column) == (line, column)
    assert f"line {line}, column {column}" in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE p><p/>",
        "<!DOCTYPE p [<!ENTITY a 'b'>]><p>&a;</p>",
        "<?xml version='1.0'?><p/>",
    ],
)
def test_a_document_type_or_declaration_is_refused(body):
    with pytest.raises(NotStorage):
        read_rows(body, LOG)


@pytest.mark.parametrize(
    "body",
    [
        "",
        " \r\n",
        "plain words",
        "\ufeff<p>marked</p>",
        "<p>&nbsp;&rsquo;&Auml;&#160;&#x1F9ED;&apos;</p>",
        "<p a='>' b=\"/>'\"\n c = '&nbsp;'/>",
        "<ac:x><ri:y at:z='1'/></ac:x >",
        "<![CDATA[</p>]]><!-- </p> --><?php </p> ?>",
        "<p\n/><br\t/>",
        "<page>x</page>",
        "<p>&unheardOf;</p>",
    ],
)
def test_what_confluence_keeps_is_kept_to_the_byte(body):
    assert apply_edits(body, [ENTRY]).body == body + "<p><code>LOG-1</code> x</p>"
    assert apply_edits(body, []).body == body


def test_a_page_may_be_nested_however_deeply():
    depth = 5_000
    start, end = "<div>" * depth, "</div>" * depth
    body = start + table(f"LOG-1|{start}x{end}|") + end

    result = apply_edits(body, [InsertRow(LOG, "LOG-2", {}), InsertEntry("LOG-3", ())])

    assert [outcome.changed for outcome in result.outcomes] == [True, True]
    assert [row.key for row in read_rows(result.body, LOG)] == ["LOG-1", "LOG-2"]


def test_an_attribute_that_looks_like_a_table_is_none():
    false = table("LOG-1||").replace("<", "&lt;")
    body = f'<p title="{false}">x</p><p title=\'"{false}">"\'/>'

    assert read_rows(body, LOG) == []
