"""The audit trail: every act in a sentence, found again by person, verb and Play."""

import csv
import io
import re

import pytest
from django.urls import reverse
from django.utils import translation

from plays.models import AuditEntry
from plays.models.audit import Verb
from plays.models.pause import PauseScope
from plays.rules.planner import Part
from plays.sync.audit import note
from plays.sync.jobs.pauses import pause, resume
from plays.sync.mappings.assign import assign
from plays.templatetags.audit import act
from tests.factories import make_mapping, make_page, make_play, make_user
from tests.views.conftest import EN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def test_a_change_of_a_mapping_is_told_whole(seen, admin_user):
    mapping = make_mapping(Part.LIVE_DOC, play=make_play(name="세미나"))
    assign(mapping, "11", by=admin_user, reason="first")
    assign(mapping, "22", by=admin_user)
    assign(mapping, "", by=admin_user)

    text = seen("audit")

    assert "3 entries" in text
    assert "admin mapped Live doc to page 11 세미나 first" in text
    assert "admin mapped Live doc to page 22 (before: 11) 세미나 –" in text
    assert "admin took page 22 away from Live doc 세미나 –" in text


def test_pauses_are_told_whole(seen, staff):
    page = make_page(title="Play DB")
    resume(pause(PauseScope.ALL, reason="개편", by=staff), by=staff)
    pause(PauseScope.PAGE, page=page, reason="x", by=staff)
    pause(PauseScope.PLAY, play=make_play(play_id="EXT_1"), reason="x", by=staff)
    pause(PauseScope.KIND, kind="log_row", reason="x", by=staff)

    text = seen("audit")

    for said in (
        "paused everything – 개편",
        "resumed everything",
        "paused the page Play DB",
        "paused the Play EXT_1",
        "paused Action Log row",
    ):
        assert f"staff {said}" in text


def test_an_edit_of_a_play_says_what_was_and_what_is(seen, staff):
    play = make_play(play_id="EXT_1")
    details = {"name": ["발굴", "세미나"], "due_date": [None, "2026-12-01"]}
    note(Verb.EDIT_PLAY, by=staff, target="EXT_1", play=play, details=details)

    text = seen("audit")

    assert "staff edited a Play name: 발굴 → 세미나 due date: – → 2026-12-01" in text


@pytest.mark.parametrize(
    ("details", "said"),
    [
        (
            {"status": "Y", "until": "2026-12-01T09:00:00+09:00"},
            "set the status to At risk until 2026-12-01 09:00",
        ),
        ({"status": "", "ended": "Y"}, "ended the status set by hand (At risk)"),
        ({}, "set a status"),
    ],
)
def test_a_status_set_by_hand_is_told_with_its_end(seen, staff, details, said):
    note(Verb.OVERRIDE, by=staff, target="EXT_1", play=make_play(play_id="EXT_1"), details=details)

    assert f"staff {said}" in seen("audit")


def test_many_mappings_from_a_command_are_one_sentence(seen, client):
    note(Verb.MAP, by=None, target="load_config", count=3, details={"mapped": ["a", "b", "c"]})

    assert "command line changed 3 page mappings: load_config" in seen("audit")
    assert '<option value="command line">명령줄</option>' in client.get("/audit/").text


@pytest.mark.parametrize("verb", Verb.values)
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("count", [None, 1, 3])
def test_every_act_has_a_sentence(verb, language, count):
    play = make_play(play_id="EXT_1")
    entry = note(Verb(verb), by=make_user(), target="the target", count=count, play=play)

    with translation.override(language):
        said = act(entry)

    assert said
    assert "%" not in said
    if count and verb in ("retry", "cancel", "recover", "send_missing", "resend_all", "import"):
        assert str(count) in said


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("?who=kim", 2),
        ("?verb=retry", 2),
        ("?play=ext_1", 2),
        ("?q=gone", 1),
        ("?q=live", 1),
        ("?who=kim&verb=retry", 1),
        ("?who=nobody", 4),
        ("?verb=nonsense", 4),
        ("?play=NONE", 0),
    ],
)
def test_entries_are_narrowed_by_the_address(client, pm, query, count):
    kim, lee = make_user(username="kim"), make_user(username="lee")
    play = make_play(play_id="EXT_1")
    note(Verb.RETRY, by=kim, count=2, play=play)
    note(Verb.RETRY, by=lee, count=5, reason="page is gone")
    note(Verb.CREATE_PAGE, by=kim, target="Live doc", play=play)
    note(Verb.IMPORT, by=None, count=3)
    client.force_login(pm)

    shown = client.get(reverse("plays:audit") + query, headers=EN)
    file = client.get(reverse("plays:audit_csv") + query)

    assert shown.context["page_obj"].paginator.count == count
    assert len(list(csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig"))))) == count


def test_the_file_says_who_when_what_and_why_and_runs_no_formula(client, pm):
    note(Verb.RETRY, by=None, target="=1+1", count=2, play=make_play(play_id="EXT_1"), reason="@x")
    client.force_login(pm)

    (row,) = csv.DictReader(
        io.StringIO(client.get(reverse("plays:audit_csv")).getvalue().decode("utf-8-sig"))
    )

    assert row == {
        "at": "2026-11-23T14:05:00+09:00",
        "by": "command line",
        "verb": "retry",
        "target": "'=1+1",
        "play_id": "EXT_1",
        "count": "2",
        "reason": "'@x",
    }


def test_who_has_left_is_still_named(seen):
    person = make_user(username="kim", first_name="철수", last_name="김")
    note(Verb.RETRY, by=person, count=1)
    person.delete()

    assert re.search(r"철수 김 retried 1 job", seen("audit"))


def test_a_command_line_has_no_name(client, pm):
    note(Verb.IMPORT, by=None, count=1)
    client.force_login(pm)

    assert "명령줄" in client.get(reverse("plays:audit"), headers={"Accept-Language": "ko"}).text


def test_nothing_on_the_page_changes_an_entry(client, admin_user):
    note(Verb.RETRY, by=admin_user, count=1)
    client.force_login(admin_user)

    main = client.get(reverse("plays:audit")).text.partition("<main")[2]

    assert 'method="post"' not in main
    assert AuditEntry.objects.count() == 1
