"""All missing pages of a part at once: started once, each page once, its failures tried again."""

import pytest
from django.utils import timezone

from plays.models import AuditEntry, PageBatch, PageMapping, PageRequest
from plays.models.mapping import PartChoice
from plays.sync.mappings.assign import assign
from plays.sync.mappings.changing import change_page
from plays.sync.page_requests.batches import start, try_again
from tests.factories import make_mapping, make_page, make_play
from tests.sync.page_requests.test_asking import make_due, work_off

pytestmark = pytest.mark.django_db(transaction=True)

DOC = PartChoice.LIVE_DOC


@pytest.fixture
def plays(world):
    return [make_play(play_id=f"EXT_Desk_D{n:02d}") for n in range(1, 6)]


def made(batch):
    return {row.play.play_id: row.how for row in batch.requests.select_related("play")}


def test_every_play_without_a_live_doc_gets_one_that_is_mapped_and_named(world, plays, staff):
    make_mapping(DOC, play=plays[0], page=make_page())

    batch = start(DOC, by=staff, reason="새 분기")
    assert work_off("make_page") == ["made"] * 4

    assert made(batch) == {play.play_id: "made" for play in plays[1:]}
    mapped = PageMapping.objects.filter(part=DOC, play__in=plays[1:]).select_related("page")
    assert sorted(m.page.title for m in mapped) == [f"{p.play_id} Live doc" for p in plays[1:]]
    assert all(row.page for row in batch.requests.select_related("page"))
    entry = AuditEntry.objects.get(verb="create_pages")
    assert (entry.count, entry.reason, entry.details["batch"]) == (4, "새 분기", batch.pk)


def test_a_second_start_while_one_runs_gives_that_one(world, plays, staff):
    first = start(DOC, by=staff)

    assert start(DOC, by=staff) == first
    assert start(PartChoice.PLAY_TODO, by=staff) != first  # the other part has its own

    assert PageRequest.objects.filter(part=DOC).count() == 5
    work_off("make_page")
    assert start(DOC, by=staff) is None
    assert PageBatch.objects.filter(part=DOC).count() == 1


def test_what_could_not_be_made_is_told_and_tried_again_in_its_batch(world, plays, staff):
    held = world.sandbox.add_page("EXT_Desk_D01 Live doc")
    world.sandbox.set_status(held, "archived")
    taken = world.sandbox.add_page("EXT_Desk_D02 Live doc")
    assign(make_mapping(DOC, play=make_play(play_id="EXT_other")), taken)
    batch = start(DOC, by=staff)
    work_off("make_page")

    given_up = {row.play.play_id: row for row in batch.requests.given_up().select_related("play")}
    assert {name: row.error for name, row in given_up.items()} == {
        "EXT_Desk_D01": "TitleArchived",
        "EXT_Desk_D02": "TitlePlaysAnotherPart",
    }
    assert "EXT_other" in given_up["EXT_Desk_D02"].message

    world.sandbox.set_status(held, "current")
    assert try_again(batch, by=staff) == 2
    assert work_off("make_page") == ["adopted", ""]
    assert made(batch)["EXT_Desk_D01"] == "adopted"
    assert batch.requests.given_up().count() == 1


def test_a_page_that_a_person_maps_meanwhile_is_left_as_it_is(world, plays, staff):
    batch = start(DOC, by=staff)
    by_hand = world.sandbox.add_page("Our own")
    change_page(DOC, plays[0], by_hand, by=staff)
    assign(PageMapping.objects.of_play(plays[1], DOC), world.sandbox.add_page("By a file"))

    work_off("make_page")

    assert made(batch)["EXT_Desk_D01"] == "mapped"
    assert made(batch)["EXT_Desk_D02"] == "there"
    assert PageMapping.objects.get(play=plays[0], part=DOC).page.page_id == by_hand


def test_a_busy_site_is_waited_for_without_a_failure(world, plays, staff):
    world.sandbox.faults.script("rate_limited", match="/pages")
    batch = start(DOC, by=staff)

    assert work_off("make_page") == [""] * 5

    assert PageBatch.objects.running(DOC).get() == batch
    assert set(batch.requests.values_list("failures", "given_up_at")) == {(0, None)}


def test_asking_again_in_a_later_batch_moves_the_request_there(world, plays, staff):
    held = world.sandbox.add_page("EXT_Desk_D01 Live doc")
    world.sandbox.set_status(held, "archived")
    first = start(DOC, by=staff)
    work_off("make_page")

    later = start(DOC, by=staff)

    assert later.pk != first.pk
    assert (first.total, first.requests.count(), later.requests.count()) == (5, 4, 1)
    make_due()
    assert later.requests.get().run_after <= timezone.now()
