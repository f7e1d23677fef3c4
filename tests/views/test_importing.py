"""Importing in the browser: shown first, applied as shown, by admins only."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from plays.models import AuditEntry, MirrorChange, Play
from tests.factories import NOW, make_play, make_user
from tests.world import make_world

pytestmark = pytest.mark.django_db
ADDRESS = "/plays/import/"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def admin(client, admin_user):
    client.force_login(admin_user)
    return client


def preview(client, text, **changes):
    return client.post(ADDRESS, {"text": text, **changes}, headers=ENGLISH)


def signed_in(response):
    return re.search(r'name="preview" value="([^"]+)"', response.text)[1]


def apply(client, signed):
    return client.post(ADDRESS, {"preview": signed}, headers=ENGLISH, follow=True)


def test_a_pasted_text_is_shown_with_each_difference_and_then_applied(admin, admin_user):
    make_play(play_id="A", name="before")

    shown = preview(admin, "play_id\tname\nA\t세미나 <b>\nB\tnew\n")
    assert "Plays: 1 would be created, 1 changed; 0 already so." in shown.text
    assert "before" in shown.text
    assert "세미나 &lt;b&gt;" in shown.text
    assert Play.objects.get(play_id="A").name == "before"

    done = apply(admin, signed_in(shown))
    assert "1 Plays created, 1 changed, 0 as they were." in done.text
    assert Play.objects.get(play_id="A").name == "세미나 <b>"
    assert AuditEntry.objects.get(verb="import").by == admin_user


def test_a_file_from_excel_is_taken_as_it_is(admin):
    file = SimpleUploadedFile("plays.csv", "플레이 ID,이름\nA,세미나\n".encode("cp949"))
    shown = admin.post(ADDRESS, {"file": file}, headers=ENGLISH)
    apply(admin, signed_in(shown))
    assert Play.objects.get().name == "세미나"


def test_problems_are_listed_by_line_and_column_and_there_is_nothing_to_apply(admin):
    shown = preview(admin, "play_id,s2_goal\nA,x\nA,1\n")
    assert "2 problems; nothing is changed." in shown.text
    assert "line 2, s2_goal: must be a whole number" in shown.text
    assert "line 3, play_id: A stands on line 2 already" in shown.text
    assert 'name="preview"' not in shown.text


def test_a_missing_column_is_called_as_the_screens_call_it(admin):
    shown = preview(admin, "name\nA\n")
    assert "line 1, Play ID: is missing" in shown.text
    assert "play_id: is missing" not in shown.text


@pytest.mark.parametrize("values", [{"text": ""}, {"text": "play_id\nA", "file": True}])
def test_it_takes_either_a_file_or_a_text(admin, values):
    if "file" in values:
        values = values | {"file": SimpleUploadedFile("x.csv", b"play_id\nB")}
    shown = admin.post(ADDRESS, values, headers=ENGLISH)
    assert "one of the two" in shown.text


def test_a_file_that_is_too_large_is_refused(admin):
    file = SimpleUploadedFile("x.csv", b"x" * (5 * 1024 * 1024 + 1))
    shown = admin.post(ADDRESS, {"file": file}, headers=ENGLISH)
    assert "larger than 5 MB" in shown.text


def test_plays_that_changed_since_the_preview_are_shown_again(admin):
    play = make_play(play_id="A", name="before")
    signed = signed_in(preview(admin, "play_id,name\nA,after\n"))
    play.name = "by somebody"
    play.save()

    again = apply(admin, signed)

    assert "Nothing was applied; look again." in again.text
    assert "by somebody" in again.text
    assert Play.objects.get().name == "by somebody"
    apply(admin, signed_in(again))
    assert Play.objects.get().name == "after"


@pytest.mark.parametrize("spoil", [lambda s: s[:-3] + "abc", lambda s: "{}", lambda s: ""])
def test_a_preview_that_is_not_ours_is_refused(admin, spoil):
    signed = spoil(signed_in(preview(admin, "play_id\nA\n")))
    assert "The preview has expired." in apply(admin, signed).text
    assert not Play.objects.exists()


def test_a_preview_is_good_for_its_own_reader_only(admin, client):
    signed = signed_in(preview(admin, "play_id\nA\n"))
    client.force_login(make_user("Admin"))
    assert "The preview has expired." in apply(client, signed).text
    assert not Play.objects.exists()


def test_a_preview_expires(admin):
    with time_machine.travel("2026-11-23 10:00Z", tick=False):
        signed = signed_in(preview(admin, "play_id\nA\n"))
    with time_machine.travel("2026-11-23 11:00:02Z", tick=False):
        assert "The preview has expired." in apply(admin, signed).text


def test_a_large_preview_shows_the_first_and_applies_all(admin):
    shown = preview(admin, "play_id\n" + "".join(f"P{n}\n" for n in range(310)))
    assert "10 more Plays are not shown here" in shown.text
    apply(admin, signed_in(shown))
    assert Play.objects.count() == 310


def test_the_download_can_be_given_back_unchanged(admin):
    make_play(play_id="A", name="=1+1", notes="one\ntwo")
    file = admin.get(reverse("plays:plays_export"))
    assert file.headers["Content-Disposition"] == 'attachment; filename="plays.csv"'
    assert file.content.startswith(b"\xef\xbb\xbf")

    back = SimpleUploadedFile("plays.csv", file.getvalue())
    shown = admin.post(ADDRESS, {"file": back}, headers=ENGLISH)
    assert "Plays: 0 would be created, 0 changed; 1 already so." in shown.text
    assert 'name="preview"' not in shown.text


# Columns that are not known, and cells that cannot be taken


def draft_in(response):
    return re.search(r'name="(?:draft|preview)" value="([^"]+)"', response.text)[1]


def go_on(client, shown, **posted):
    return client.post(ADDRESS, {"draft": draft_in(shown), "look": "1", **posted}, headers=ENGLISH)


ODD = "id,제목명칭,색\nA,세미나,red\n"


def test_an_unknown_column_is_asked_for_and_what_it_may_be_is_proposed(admin):
    shown = preview(admin, ODD)
    assert "Which column is which?" in shown.text
    assert "like “name”: please check" in shown.text
    assert '<option value="name" selected>name</option>' in shown.text
    assert 'name="preview"' not in shown.text


def test_columns_are_chosen_or_left_out_with_one_click_and_remembered(admin):
    shown = preview(admin, ODD)
    shown = go_on(admin, shown, **{"column-1": "name", "leave": "2"})
    assert "please check" in shown.text  # what is proposed for another column still is to be agreed
    shown = go_on(admin, shown, **{"column-1": "name", "column-2": "-"})
    assert "Left out, as you chose: 색" in shown.text

    apply(admin, signed_in(shown))

    assert Play.objects.get().name == "세미나"
    assert "would be created" in preview(admin, ODD.replace("A,", "B,")).text


def test_a_cell_is_mended_where_it_stands(admin):
    shown = preview(admin, "id,s2_goal,due\nA,x,2026-12-01\nB,1,soon\nC,y,\n")
    assert 'name="cell-2-1" value="x"' in " ".join(shown.text.split())
    assert "must be a whole number" in shown.text

    shown = go_on(admin, shown, **{"cell-2-1": "5", "skip-3-2": "on", "line-4": "on"})
    apply(admin, signed_in(shown))

    assert set(Play.objects.values_list("play_id", "due_date")) == {
        ("A", date(2026, 12, 1)),
        ("B", None),
    }


def test_what_was_mended_may_be_mended_again(admin):
    shown = preview(admin, "id,s2_goal\nA,x\n")
    shown = go_on(admin, shown, **{"cell-2-1": "still x"})
    assert 'value="still x"' in shown.text
    shown = go_on(admin, shown, **{"cell-2-1": "2"})
    assert "Plays: 1 would be created" in shown.text


@pytest.mark.parametrize("posted", [{"column-1": "nonsense"}, {"cell-9-9": "x"}, {"line-x": "on"}])
def test_what_the_form_does_not_have_is_not_believed(admin, posted):
    shown = go_on(admin, preview(admin, "id,s2_goal\nA,x\n"), **posted)
    assert shown.status_code == 200
    assert not Play.objects.exists()


# The Play DB page

TABLE = (
    "<table><tbody><tr><th>Play ID</th><th>Status</th><th>이름</th><th>마감일</th></tr>"
    "<tr><td>A</td><td>G</td><td>새 이름</td><td>soon</td></tr>"
    "<tr><td>B</td><td>G</td><td>another</td><td></td></tr></tbody></table>"
)


@pytest.fixture
def play_db(admin, confluence_settings, sandbox):
    world = make_world(sandbox)
    make_play(play_id="A", name="")
    sandbox.edit(world.play_db, TABLE)
    return world


def read(client, **values):
    address = reverse("plays:play_db_read")
    return client.post(address, values, headers=ENGLISH, follow=True)


def test_the_page_is_looked_at_first(admin, play_db):
    shown = read(admin)
    assert "1 value would be taken over." in shown.text
    assert "“soon” is no date" in shown.text
    assert "<code>B</code>" in shown.text
    assert Play.objects.get().name == ""


def test_what_is_taken_over_is_listed(admin, play_db, admin_user):
    done = read(admin, take="1")
    assert "1 value is taken over." in done.text
    assert Play.objects.get().name == "새 이름"
    assert "Taken over lately" in done.text
    assert AuditEntry.objects.get(verb="import").by == admin_user


def test_rows_become_plays_when_an_admin_says_so(admin, play_db):
    read(admin, take="1", create="1")
    assert Play.objects.get(play_id="B").name == "another"


def test_what_differs_and_what_both_sides_changed_is_marked(admin):
    play = make_play(play_id="A", owner="ours", page_values={"owner": "theirs"})
    MirrorChange.objects.create(
        play=play, field="notes", ours="mine", page_value="page", is_conflict=True, at=NOW
    )
    shown = admin.get(ADDRESS, headers=ENGLISH).text
    assert "Different here and on the page" in shown
    assert "theirs" in shown
    assert "changed on both sides" in shown


def test_a_confluence_that_is_away_is_said_in_words(admin, play_db, sandbox):
    sandbox.stop()
    assert "Confluence cannot be reached." in read(admin, take="1").text


def test_without_a_mapped_page_there_is_only_the_way_to_map_it(admin):
    shown = admin.get(ADDRESS, headers=ENGLISH).text
    assert "The Play DB is not mapped yet." in shown
    assert reverse("plays:play_db_read") not in shown
    assert "not mapped yet" in read(admin, take="1").text


def test_everybody_sees_on_the_play_what_differs_and_what_gave_way(client, pm):
    play = make_play(play_id="A", owner="ours", page_values={"owner": "theirs"})
    change = {"play": play, "field": "notes", "ours": "mine", "page_value": "page"}
    MirrorChange.objects.create(**change, is_conflict=True, at=timezone.now())
    MirrorChange.objects.create(
        **change | {"ours": "long ago"}, is_conflict=True, at=timezone.now() - timedelta(days=30)
    )
    client.force_login(pm)

    shown = client.get(play.get_absolute_url(), headers=ENGLISH).text

    assert "Different on the Play DB page" in shown
    assert "On the page: theirs" in shown
    assert "Here it was: mine" in shown
    assert "long ago" not in shown


def test_where_both_say_the_same_the_play_says_nothing_of_it(client, pm):
    play = make_play(play_id="A", owner="same", page_values={"owner": "same"})
    client.force_login(pm)
    assert "Play DB page" not in client.get(play.get_absolute_url(), headers=ENGLISH).text
