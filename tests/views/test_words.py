"""Words: Korean is whole, every error has advice, moments and spans read well."""

import re
from datetime import UTC, datetime, timedelta
from gettext import GNUTranslations
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from plays.advice import ADVICE
from plays.confluence import ConfluenceError
from plays.models import Event
from plays.rules.problems import SENTENCES, Code, Problem
from plays.storage import EditError
from plays.sync.site import remedies
from plays.templatetags.screens import distance
from tests.factories import NOW

FOLDER = Path(settings.LOCALE_PATHS[0]) / "ko" / "LC_MESSAGES"
ENTRY = re.compile(
    r'(?:msgctxt "(?P<context>.+)"\n)?'
    r'msgid "(?P<source>.+)"\n(?:msgid_plural ".+"\n)?msgstr(?:\[0\])? "(?P<korean>.*)"'
)


def in_context():
    """Context, source and Korean of each entry, its wrapped lines joined."""
    return ENTRY.findall((FOLDER / "django.po").read_text().replace('"\n"', ""))


def entries():
    return [(source, korean) for _, source, korean in in_context()]


def test_every_string_has_korean():
    assert len(entries()) > 300
    assert [source for source, korean in entries() if not korean] == []
    assert "fuzzy" not in (FOLDER / "django.po").read_text()


def test_what_is_compiled_is_what_is_written():
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = GNUTranslations(file)

    for context, *texts in in_context():
        source, korean = (text.replace(r"\"", '"') for text in texts)
        known = (
            [compiled.pgettext(context, source)]
            if context
            else [compiled.gettext(source), compiled.ngettext(source, source, 2)]
        )
        assert korean in known, source


def test_placeholders_are_the_same_in_korean():
    holes = re.compile(r"%\(\w+\)\w|%%|</?\w+>")

    for source, korean in entries():
        assert sorted(holes.findall(source)) == sorted(holes.findall(korean)), source


def test_every_string_on_the_screens_is_in_the_catalogue():
    known = {source.replace(r"\"", '"') for source, _ in entries()}
    marked = re.compile(r"""{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")
    folder = Path(settings.TEMPLATES[0]["DIRS"][0])

    found = {a or b for file in folder.rglob("*.html") for a, b in marked.findall(file.read_text())}

    assert {text.replace("%", "%%") for text in found} - known == set()


def kinds_of(error):
    return {error, *(kind for below in error.__subclasses__() for kind in kinds_of(below))}


def test_every_error_has_advice():
    known = kinds_of(ConfluenceError) | kinds_of(EditError)
    raised = {kind for kind in known if not kind.__subclasses__() or kind.__name__ in ADVICE}

    assert {kind.__name__ for kind in raised} | {"NotConfigured"} == set(ADVICE)
    assert {kind.__name__ for kind in remedies.REMEDIES} <= set(ADVICE)


@pytest.mark.parametrize(
    ("ahead", "english", "korean"),
    [
        (timedelta(0), "just now", "방금"),
        (timedelta(seconds=59), "just now", "방금"),
        (-timedelta(seconds=61), "1 minute ago", "1분 전"),
        (timedelta(minutes=4), "in 4 minutes", "4분 후"),
        (-timedelta(hours=23, minutes=59), "23 hours ago", "23시간 전"),
        (-timedelta(days=6, hours=23), "6 days ago", "6일 전"),
        (timedelta(days=15), "in 2 weeks", "2주 후"),
    ],
)
def test_spans_are_told_in_their_largest_unit(ahead, english, korean):
    with translation.override("en"):
        assert distance(ahead) == english
    with translation.override("ko"):
        assert distance(ahead) == korean


@pytest.mark.parametrize(
    ("language", "shown"), [("ko", "2026-11-23 (월) 14:05"), ("en", "2026-11-23 (Mon) 14:05")]
)
def test_moments_are_shown_in_the_business_zone_and_exact_for_machines(language, shown):
    with translation.override(language):
        html = Template("{% load screens %}{{ at|moment }}").render(Context({"at": NOW}))

    assert html == f'<time datetime="2026-11-23T14:05:00+09:00">{shown}</time>'


def test_a_quarters_edge_follows_the_zone():
    from plays.views.plays.quarter import quarter_facts

    last_second = datetime(2026, 12, 31, 14, 59, 59, tzinfo=UTC)

    facts, after = quarter_facts(last_second), quarter_facts(last_second + timedelta(seconds=1))

    assert (facts.year, facts.number, facts.day, facts.days) == (2026, 4, 92, 92)
    assert (after.year, after.number, after.day, after.days) == (2027, 1, 1, 90)


@time_machine.travel(NOW, tick=False)
def test_a_missing_moment_is_a_dash():
    html = Template("{% load screens %}{{ x|moment }}{{ x|ago }}{{ x|day }}{{ x|seconds }}")

    assert html.render(Context({"x": None})) == "––––"


def test_every_problem_of_a_field_has_korean():
    with translation.override("ko"):
        untold = {code for code, said in SENTENCES.items() if translation.gettext(said) == said}

    assert untold == set()


def test_a_reason_names_its_values_in_the_readers_language():
    unknown = Problem(code=Code.UNKNOWN_PLAY, field="data.play_id", params={"name": "EXT_<b>"})
    decision = Problem(
        code=Code.NOT_ONE_OF, field="data.decision", params={"choices": ("GO", "HOLD")}
    )
    event = Event(problems=[unknown.as_json(), decision.as_json()])

    with translation.override("ko"):
        assert event.reasons[0] == ("data.play_id", "EXT_<b>라는 Play가 없습니다")
    with translation.override("en"):
        assert event.reasons[1] == ("data.decision", "must be one of GO, HOLD")


def test_a_reason_from_before_there_were_codes_keeps_its_sentence():
    event = Event(problems=[{"field": "id", "message": "must be a text", "missing": ""}])

    with translation.override("ko"):
        assert event.reasons == [("id", "must be a text")]
