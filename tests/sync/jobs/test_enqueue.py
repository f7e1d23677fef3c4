"""What is enqueued gets a job on the mapping of its part, made empty where there is none yet."""

import pytest

from plays.models import PageMapping, SyncJob
from plays.rules.planner import Kind
from plays.sync.jobs.enqueue import PendingEdit, enqueue
from tests.factories import NOW, make_action

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "part", "is_its_own"),
    [(Kind.LOG_ROW, "action_log", False), (Kind.LIVE_ENTRY, "live_doc", True)],
)
def test_a_part_without_a_mapping_gets_an_empty_one(kind, part, is_its_own):
    action = make_action()
    PageMapping.objects.all().delete()

    enqueue(
        [PendingEdit(kind=kind, key="x", play=action.play_id, action=action.pk)],
        now=NOW,
    )

    mapping = PageMapping.objects.get()
    owner = action.play_id if is_its_own else None
    assert (mapping.part, mapping.play_id, mapping.page_id) == (part, owner, None)
    assert SyncJob.objects.get().mapping == mapping
