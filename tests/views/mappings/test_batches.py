"""Making all missing pages: asked first, then a page tells how it goes and how it went."""

import re

import pytest
from django.urls import reverse
from django_q.models import OrmQ

from plays.models import PageBatch, PageRequest
from plays.sync.mappings.assign import assign
from tests.factories import NOW, make_mapping, make_page, make_play
from tests.sync.page_requests.test_asking import work_off
from tests.views.conftest import EN
from tests.views.mappings.test_mappings import words
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)

ASK = ["make_missing", "live_doc"]


@pytest.fixture
def world(confluence_settings, sandbox):
    return make_world(sandbox)


@pytest.fixture
def as_admin(client, admin_user):
    client.force_login(admin_user)
    return client


def address(name, *args):
    return reverse(f"plays:{name}", args=args)


def test_it_is_asked_before_pages_are_made(as_admin, world):
    make_play(play_id="EXT_1")
    make_play(play_id="EXT_2")

    listed = words(as_admin.get(address("mappings"), headers=EN))
    asked = words(as_admin.get(address(*ASK), headers=EN))

    assert "Make 2 missing live docs…" in listed
    assert "Make 2 pages (Live doc)? " in asked
    assert "EXT_1 Live doc EXT_2 Live doc" in asked
    assert not PageBatch.objects.exists()


def test_how_it_went_stays_on_a_page_of_its_own(as_admin, world):
    make_play(play_id="EXT_1")
    make_play(play_id="EXT_2")
    held = world.sandbox.add_page("EXT_2 Live doc")
    world.sandbox.set_status(held, "trashed")
    OrmQ.objects.all().delete()

    running = as_admin.post(address(*ASK), {"reason": "분기 시작"}, headers=EN, follow=True)
    assert "0 of 2 pages are there · 2 on their way" in words(running)
    assert 'hx-trigger="every 2s"' in running.text
    work_off("make_page")

    batch = PageBatch.objects.get()
    ended = as_admin.get(batch.get_absolute_url(), headers=EN)
    said = words(ended)
    assert "분기 시작" in said
    assert "1 of 2 pages are there · 1 needs a person" in said
    assert "A page with this title is in the trash. Restore it" in said
    assert said.index("EXT_2") < said.index("EXT_1 ✓ made")
    assert "hx-trigger" not in ended.text.partition("<main")[2].partition("</main>")[0]
    audit = as_admin.get(address("audit"), headers=EN)
    assert "had 2 missing pages made: Live doc" in words(audit)
    how_it_went = re.search(r'href="(/acts/[0-9]+/)"', audit.text)[1]
    assert as_admin.get(how_it_went).url == batch.get_absolute_url()

    again = as_admin.post(address("page_batch_again", batch.pk), headers=EN, follow=True)
    assert "1 page is tried again." in words(again)


def test_while_one_runs_the_button_leads_to_it(as_admin, world):
    make_play()
    as_admin.post(address(*ASK))
    batch = PageBatch.objects.get()

    assert "1 page is being made: see how far" in words(
        as_admin.get(address("mappings"), headers=EN)
    )
    assert as_admin.get(address(*ASK)).url == batch.get_absolute_url()
    assert as_admin.post(address(*ASK)).url == batch.get_absolute_url()
    assert PageBatch.objects.count() == 1


def test_nothing_missing_is_said(as_admin, world):
    assign(make_mapping("live_doc"), "4711")

    assert "Every active Play has its page." in words(as_admin.get(address(*ASK), headers=EN))
    said = words(as_admin.post(address(*ASK), headers=EN, follow=True))
    assert "Every active Play has its page." in said


def test_what_is_not_set_up_is_said_before_anything_is_asked_for(as_admin):
    make_play()

    said = words(as_admin.get(address(*ASK), headers=EN))

    assert "Set CONFLUENCE_URL" in said
    assert "Make 1 page" not in said.replace("Make 1 page (", "")


def test_todo_pages_are_asked_for_with_their_parent(as_admin, world):
    make_play(play_id="EXT_1")

    assert "Make 1 missing page…" in words(as_admin.get(address("todo"), headers=EN))
    said = words(as_admin.get(address("make_missing", "play_todo"), headers=EN))
    assert "Below the page Project TODO" in said or "Below the page" in said
    as_admin.post(address("make_missing", "play_todo"), {"reason": "스프린트"})
    request = PageRequest.objects.get()
    assert (request.part, request.reason) == ("play_todo", "스프린트")


def test_a_batch_whose_requests_went_elsewhere_says_so(as_admin):
    batch = PageBatch.objects.create(part="live_doc", total=3, started_at=NOW)
    play = make_play()
    PageRequest.objects.create(
        part="live_doc",
        play=play,
        batch=batch,
        asked_at=NOW,
        run_after=NOW,
        made_at=NOW,
        how="made",
        page=make_page(),
    )

    said = words(as_admin.get(batch.get_absolute_url(), headers=EN))

    assert "2 pages were asked for again later, and are told there." in said
