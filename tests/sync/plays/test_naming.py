"""Events and people name a Play by its id, an alias, or the front of its id."""

import json

import pytest
from django.db import IntegrityError, transaction

from plays.models import Action, Event, PlayAlias
from plays.rules.problems import Code
from plays.sync.intake.receiving import ReceiptStatus, record
from plays.sync.naming import (
    AliasTaken,
    NotOnePlay,
    free_play_id,
    play_called,
    play_names,
    write_aliases,
)
from plays.sync.plays.editing import edit_play
from tests.events import signal
from tests.factories import make_play

pytestmark = pytest.mark.django_db


@pytest.fixture
def seminar():
    return make_play(play_id="EXT_Desk_D01_세미나수집")


def test_an_event_may_say_the_front_of_an_id_and_is_kept_as_it_was_said(seminar):
    receipt = record(signal(play_id="EXT_Desk_D01"))

    assert receipt.status is ReceiptStatus.ACCEPTED
    assert Action.objects.get().play == seminar
    assert json.loads(Event.objects.get().payload)["data"]["play_id"] == "EXT_Desk_D01"


def test_two_plays_that_begin_so_are_both_named_in_the_reason(seminar):
    make_play(play_id="EXT_Desk_D01_리포트")

    (problem,) = record(signal(play_id="EXT_Desk_D01")).problems

    assert (problem.code, problem.field) == (Code.SEVERAL_PLAYS, "data.play_id")
    assert "EXT_Desk_D01_리포트, EXT_Desk_D01_세미나수집" in problem.message


def test_capital_letters_count(seminar):
    with pytest.raises(NotOnePlay):
        play_called("ext_desk_d01")


def test_an_alias_that_is_given_later_accepts_what_waited_for_it(seminar, admin_user):
    record(signal(play_id="SEM"))
    assert Event.objects.rejected().exists()

    edit_play(seminar, seen={"aliases": ""}, wanted={"aliases": "SEM, 세미나"}, by=admin_user)

    assert not Event.objects.rejected().exists()
    assert play_called("세미나") == seminar


def test_an_alias_is_nobody_elses_name(seminar):
    other = make_play(play_id="OTHER")
    write_aliases({other: ["SEM"]})

    for name in ("OTHER", "SEM"):
        with pytest.raises(AliasTaken, match="already names the Play OTHER"):
            write_aliases({seminar: [name]})
    with pytest.raises(IntegrityError), transaction.atomic():
        PlayAlias.objects.create(play=seminar, name="SEM")


@pytest.mark.parametrize("name", ["OTHER", "other", "SEM", "sem"])
def test_a_new_play_is_called_as_no_other_in_any_capital_letters(name):
    """A page's rows are found whatever the capital letters: two Plays would write one row."""
    write_aliases({make_play(play_id="OTHER"): ["SEM"]})

    with pytest.raises(AliasTaken, match="already names the Play OTHER"):
        free_play_id(name)


def test_its_own_id_is_no_alias_and_what_is_left_out_goes(seminar):
    write_aliases({seminar: [seminar.play_id, "A", "B"]})
    write_aliases({seminar: ["B"]})
    assert list(seminar.aliases.values_list("name", flat=True)) == ["B"]


def test_all_names_are_read_at_once(seminar, django_assert_num_queries):
    write_aliases({seminar: ["SEM"]})
    with django_assert_num_queries(2):
        names = play_names()
    assert {names.find("SEM"), names.find("EXT_Desk_D01")} == {seminar.play_id}


def test_an_alias_may_go_from_one_play_to_another_at_once(seminar):
    other = make_play(play_id="OTHER")
    write_aliases({other: ["SEM"]})

    write_aliases({other: [], seminar: ["SEM"]})

    assert play_called("SEM") == seminar
