"""Pages and database in the browser: staff see what differs, an admin brings both together."""

import pytest

from plays.models import Action, AuditEntry, Site
from plays.sync.intake.receiving import record_all
from plays.sync.site import log_stop
from plays.sync.writing.drain import drain
from tests.events import activity
from tests.sync.reconcile.copies import copied, restore
from tests.views.conftest import EN
from tests.views.flat import flat
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def restored(confluence_settings, sandbox):
    """A day-old copy under pages that know two events more."""
    confluence_settings.SYNC_RETRY_DELAY = 0.0
    world = make_world(sandbox)
    world.add_play("A")
    record_all([activity("A", title="title 1")])
    drain()
    copy = copied()
    record_all([activity("A", title="title 2"), activity("A", title="title 3")])
    drain()
    restore(copy)
    return world


def test_staff_see_what_stands_on_pages_and_change_nothing(client, staff, restored):
    client.force_login(staff)

    text = flat(client.get("/reconcile/look/", headers=EN).text)

    assert "LOG-2026-00003" in text
    assert "title 3" in text
    assert "1 → 3" in text
    assert Action.objects.count() == 1
    assert "Only an admin can do this." in text


def test_an_admin_brings_both_together_and_the_banner_goes(client, admin_user, restored):
    client.force_login(admin_user)
    log_stop.stop("Action Log knows LOG-2026-00003, which this database never gave")
    assert "The pages know more than the database." in client.get("/", headers=EN).text

    answer = client.post("/reconcile/act/", {"do": "adopt", "reason": "restored"}, headers=EN)

    outcome = client.get(answer["Location"], headers=EN).text
    assert "Nothing is left for a person." in outcome
    assert "restored" in outcome
    assert Action.objects.filter(title__in=["title 2", "title 3"]).count() == 2
    assert AuditEntry.objects.get(verb="reconcile").reason == "restored"
    assert Site.current().log_stopped_at is None
    assert "The pages know more than the database." not in client.get("/", headers=EN).text


def test_what_cannot_be_taken_is_listed(client, admin_user, restored):
    client.force_login(admin_user)

    client.post("/reconcile/act/", headers=EN)

    text = flat(client.get("/reconcile/", headers=EN).text)
    assert "On pages, and not in the database" in text
    assert text.count("LOG-2026-00002") >= 2
