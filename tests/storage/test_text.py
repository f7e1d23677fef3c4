"""Characters that may stand on a page, and addresses that may be followed."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.storage import escape_text, safe_url
from plays.storage.text import casefold_all, clean, fold, fold_all, header_name, markup_of_all
from tests.storage.shapes import parsed


@given(st.text() | st.text(alphabet=st.characters(categories=["Cc", "Cs", "Cn", "Zs", "Po", "Lo"])))
def test_any_text_escaped_is_well_formed_and_reads_as_itself(text):
    element = parsed(f'<p title="{escape_text(text)}">{escape_text(text)}</p>')[0]

    assert element.text is None or set(element.text) <= set(text) | {"\n"}
    assert "\x00" not in escape_text(text)


# Words, and what a page has otherwise or not at all.
PIECES = st.sampled_from(
    ("김", "e\u0301", "a b", " ", "  ", "\n", "\x85", "\x00", "&", "<", ">", '"')
)


@given(st.lists(st.lists(PIECES, max_size=3).map("".join) | st.text(max_size=4), max_size=4))
def test_texts_that_are_cleaned_and_escaped_at_once_are_so_one_by_one(texts):
    assert markup_of_all(texts) == [escape_text(clean(text)) for text in texts]


@given(st.lists(st.text() | st.sampled_from(("Σς", "ß", "İ", "ﬃ")), max_size=4))
def test_case_is_taken_off_many_texts_as_off_one(texts):
    folded = list(map(fold, texts))

    assert casefold_all(folded) == [text.casefold() for text in folded]


def test_markup_in_text_is_text():
    assert parsed(escape_text("<p>&amp;]]>\"'")).text == "<p>&amp;]]>\"'"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://e.example", "https://e.example"),
        (" HTTP://e.example/a?b=c&d#e ", "HTTP://e.example/a?b=c&d#e"),
        ("https://e.example/한 글", "https://e.example/한%20글"),
        ("https://e.example/a\r\nb", "https://e.example/ab"),
        ("https://e.example/\x00\ud800", "https://e.example/"),
        ("mailto:kim@e.example", "mailto:kim@e.example"),
        ("https://[", "https://["),
    ],
)
def test_web_and_mail_addresses_may_be_followed(url, address):
    assert safe_url(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "e.example",
        "/wiki/x",
        "//e.example",
        "javascript:alert(1)",
        " java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://e.example",
        "https:",
        "https://",
        "https:/e.example",
        "http:\\\\e.example",
        "mailto:",
        "x https://e.example",
    ],
)
def test_other_addresses_may_not(url):
    assert safe_url(url) is None


# Marks of class Cf that fonts draw: the number signs of Arabic, Syriac and Kaithi.
DRAWN = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"


def test_marks_that_nobody_sees_make_no_difference():
    for mark in filter(lambda c: unicodedata.category(c) == "Cf", map(chr, range(sys.maxunicode))):
        dropped = "" if mark not in DRAWN else mark
        assert fold(f"EXT_{mark}D01{mark}") == f"EXT_{dropped}D01{dropped}", hex(ord(mark))
        assert header_name(f"Play{mark} ID") == f"play{dropped}id"


@pytest.mark.parametrize("emoji", ["👩\u200d💻", "❤\ufe0f\u200d🔥", "🏳\ufe0f\u200d⚧\ufe0f"])
def test_what_joins_two_emoji_stays(emoji):
    assert fold(f"\u200d{emoji}\u200d") == emoji


@given(st.text(alphabet=st.characters(categories=["Cf", "Zs", "So", "Lo", "Mn"])))
def test_folded_text_stays_as_it_is(text):
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.text(st.sampled_from("aZ1 \t\n\xa0한ㅎ가e\u0301\u200b\u200d👩💻\u1100\u1161"))))
def test_texts_read_together_read_as_each_alone(texts):
    assert fold_all(texts) == [fold(text) for text in texts]


@given(st.text(st.sampled_from("aZ9./?#&=%~:@\\-\"'<> é한\n\x00"), max_size=12))
def test_an_address_is_the_same_with_space_around_it_as_without(rest):
    assert safe_url(f"https://{rest}") == safe_url(f" https://{rest} ")
