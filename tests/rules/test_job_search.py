"""What people type to find jobs: read as meant, or told why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.job_search import Attempts, JobSearch, Reason, parse_search, term

STATES = ("pending", "failed", "synced")


def read(text):
    return parse_search(text, states=STATES)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", JobSearch()),
        ("   ", JobSearch()),
        ('""', JobSearch()),
        ("콜센터 AHT", JobSearch(words=("콜센터", "AHT"))),
        ('"콜센터 AHT" 최적화', JobSearch(words=("콜센터 AHT", "최적화"))),
        ("play:EXT_Desk_D01", JobSearch(texts=(("play", "EXT_Desk_D01"),))),
        ('play:"My Play"', JobSearch(texts=(("play", "My Play"),))),
        ("PAGE:786433", JobSearch(texts=(("page", "786433"),))),
        ("event:evt-1 log:LOG-2026", JobSearch(texts=(("event", "evt-1"), ("log", "LOG-2026")))),
        ("kind:log_row kind:LIVE_ENTRY", JobSearch(kinds=("log_row", "live_entry"))),
        ("part:live_doc", JobSearch(parts=("live_doc",))),
        ("state:failed 503", JobSearch(states=("failed",), words=("503",))),
        ("attempts:>3", JobSearch(attempts=(Attempts(sign=">", number=3),))),
        ("attempts:>=0", JobSearch(attempts=(Attempts(sign=">=", number=0),))),
        ("attempts:1000000", JobSearch(attempts=(Attempts(sign="=", number=1_000_000),))),
        ("attempts:2", JobSearch(attempts=(Attempts(sign="=", number=2),))),
        ("https://wiki.example/x", JobSearch(words=("https://wiki.example/x",))),
        ("10:30", JobSearch(words=("10:30",))),
        ('"urn:evt:1"', JobSearch(words=("urn:evt:1",))),
        ("event:urn:evt:1", JobSearch(texts=(("event", "urn:evt:1"),))),
    ],
)
def test_a_search_is_read_as_it_is_meant(typed, meant):
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("colour:red", Reason.UNKNOWN_NAME),
        ("plays:EXT", Reason.UNKNOWN_NAME),
        ("play:", Reason.NO_VALUE),
        ('play:""', Reason.NO_VALUE),
        ("state:broken", Reason.NOT_A_CHOICE),
        ("kind:row", Reason.NOT_A_CHOICE),
        ("part:page", Reason.NOT_A_CHOICE),
        ("attempts:many", Reason.NOT_A_NUMBER),
        ("attempts:>-1", Reason.NOT_A_NUMBER),
        ("attempts:٣", Reason.NOT_A_NUMBER),
        ("attempts:1000001", Reason.NOT_A_NUMBER),
        ('"콜센터', Reason.OPEN_QUOTE),
        ('play:"EXT', Reason.OPEN_QUOTE),
    ],
)
def test_what_cannot_be_meant_is_told_and_nothing_is_guessed(typed, reason):
    found = read(typed)

    assert [(p.term, p.reason) for p in found.problems] == [(typed, reason)]
    assert not found.words
    assert not found.texts


def test_a_problem_names_what_could_stand_there():
    assert read("state:broken").problems[0].choices == STATES
    assert "attempts" in read("tries:3").problems[0].choices


def test_the_rest_of_a_search_with_a_problem_is_still_read():
    assert read("tries:3 play:EXT").values("play") == ["EXT"]


@given(st.text())
def test_whatever_is_typed_is_read(text):
    read(text)


@given(st.sampled_from(("play", "error", "page", "event", "log")), st.text(min_size=1))
def test_a_written_term_is_read_back(name, value):
    found = read(term(name, value))

    kept = " ".join(value.replace('"', " ").split())
    assert found.values(name) == ([kept] if kept else [])
