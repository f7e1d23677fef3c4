"""The guide is true: what it names is on the screens, its pictures are there and small."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "guide"
PAGES = sorted(path.name for path in GUIDE.glob("*.md") if path.name != "README.md")
PO = ROOT / "plays" / "locale" / "ko" / "LC_MESSAGES" / "django.po"
MOST_BYTES = 120 * 1024


def words(name):
    """What a screen may say in a language: the texts, or what they are translated to."""
    texts = re.findall(rf'^{name}(?:\[0\])? "(.+)"$', PO.read_text(), re.MULTILINE)
    return {text.replace('\\"', '"') for text in texts}


@pytest.mark.parametrize("page", PAGES)
def test_each_button_field_and_heading_that_a_guide_names_is_on_a_screen(page):
    named = re.findall(r"\*\*(.+?)\*\*", (GUIDE / page).read_text())
    known = words("msgstr" if page.endswith(".ko.md") else "msgid")

    assert len(named) > 10
    assert [name for name in named if name not in known] == []


def test_both_languages_have_the_same_guides_with_the_same_parts():
    parts = {page: re.findall(r"^(#+|!\[)", (GUIDE / page).read_text(), re.M) for page in PAGES}
    english = {page: found for page, found in parts.items() if not page.endswith(".ko.md")}

    assert len(english) == 3
    assert {page: parts[page.replace(".md", ".ko.md")] for page in english} == english


@pytest.mark.parametrize("page", [*PAGES, "../../README.md", "../../README.ko.md"])
def test_each_picture_is_there_and_small(page):
    here = GUIDE / page
    shown = [here.parent / to for to in re.findall(r"!\[[^]]+\]\((.+?)\)", here.read_text())]

    assert shown
    assert [path for path in shown if not 0 < path.stat().st_size <= MOST_BYTES] == []


def test_each_picture_is_shown_somewhere():
    kept = {path.name for path in (ROOT / "docs" / "screenshots").glob("*.png")}
    pages = [*GUIDE.glob("*.md"), ROOT / "README.md", ROOT / "README.ko.md"]
    shown = {name for page in pages for name in re.findall(r"([\w-]+\.png)\)", page.read_text())}

    assert kept == shown
