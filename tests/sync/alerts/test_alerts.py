"""Troubles are told once, again when they grow, and when they are over; no message is lost."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from plays.models import (
    Alert,
    AlertDelivery,
    AlertLook,
    AlertMessage,
    Heartbeat,
    Page,
    PageLayout,
    PageMapping,
    Site,
)
from plays.models.alert import DeliveryState
from plays.sync.alerts import look, send_due, send_test
from plays.sync.alerts.channels import channels
from tests.factories import NOW, make_job, make_mapping, make_page, make_play, make_user
from tests.sync.alerts.conftest import MINUTE

pytestmark = pytest.mark.django_db


def failed_job(error="PageNotFound", page=None, **fields):
    page = page or make_page(state="ok")
    mapping = make_mapping("live_doc", play=make_play(), page=page)
    return make_job(state="failed", mapping=mapping, last_error=error, settled_at=NOW, **fields)


def test_where_all_is_well_nothing_is_told(clock):
    assert [clock.pass_() for _ in range(3)] == [[], [], []]


def test_what_needs_a_person_is_told_once_after_a_minute_and_when_it_is_over(clock):
    job = failed_job()
    assert clock.pass_() == []
    (told,) = clock.pass_(1.1)
    assert "1 edit of the page" in told
    assert "(PageNotFound)" in told
    assert [clock.pass_() for _ in range(5)] == [[]] * 5

    type(job).objects.update(state="synced")
    assert clock.pass_() == []
    (healed,) = clock.pass_(1.1)
    assert healed.startswith("Well again after 7 min. It was: 1 edit of the page")
    assert not Alert.objects.exists()


def test_what_is_over_within_the_minute_is_never_told(clock):
    job = failed_job()
    clock.pass_()
    type(job).objects.update(state="synced")

    assert [clock.pass_() for _ in range(3)] == [[], [], []]
    assert not Alert.objects.exists()


def test_what_comes_back_before_its_end_was_told_is_not_told_again(clock):
    job = failed_job()
    clock.pass_()
    clock.pass_(2)
    type(job).objects.update(state="synced")
    clock.pass_(0.5)
    type(job).objects.update(state="failed")

    assert [clock.pass_() for _ in range(3)] == [[], [], []]


def test_it_is_told_again_when_it_has_doubled_or_is_worse_for_an_hour(clock):
    page = make_page(state="ok")
    mapping = make_mapping("live_doc", play=make_play(), page=page)

    def fail(count):
        for _ in range(count):
            make_job(state="failed", mapping=mapping, last_error="Refused", settled_at=NOW)

    fail(4)
    clock.pass_()
    clock.pass_(2)
    fail(3)
    assert clock.pass_() == []
    fail(1)
    assert "8 edits of the page" in clock.pass_()[0]
    fail(1)
    assert clock.pass_() == []
    assert "9 edits of the page" in clock.pass_(60)[0]


def test_many_troubles_at_once_are_one_message(clock):
    for number in range(12):
        failed_job(error=f"Error{number}")
        clock.pass_(0.05)

    assert len(clock.pass_(2)) == 12
    assert AlertMessage.objects.count() == 1


def test_a_dead_worker_explains_all_else_and_is_told_at_once(clock):
    clock.worker = False
    Heartbeat.objects.update(beat_at=clock.now)
    assert clock.pass_(0.9) == []
    failed_job()
    Page.objects.update(state="missing")
    (told,) = clock.pass_(0.2)
    assert told.startswith("No worker is at work")
    assert clock.pass_(5) == []

    clock.worker = True
    assert clock.pass_() == []
    (healed,) = clock.pass_(1.1)
    assert healed.startswith("Well again after 6 min. It was: No worker is at work")
    assert clock.pass_(0.5) == []
    (page,) = clock.pass_(1.1)
    assert "cannot be written: missing" in page


def test_a_stopped_site_is_critical_and_told_daily_while_it_lasts(clock):
    Site.objects.update_or_create(pk=1, defaults={"stopped_at": NOW, "message": "HTTP 401"})

    (told,) = clock.pass_()
    assert told == "Writing to Confluence is stopped: it does not accept our account. “HTTP 401”"
    assert clock.pass_(60 * 23) == []
    assert clock.pass_(61)[0].startswith("Still, for 1 d")
    assert clock.pass_(60 * 23) == []


def test_a_table_that_has_changed_is_told_and_again_when_it_asks(clock):
    layout = PageLayout.objects.of(PageMapping.objects.shared("play_db"))
    PageLayout.objects.update(state="drifted")
    clock.pass_()
    assert "has changed: a part of it is no longer written" in clock.pass_(1.1)[0]

    PageLayout.objects.filter(pk=layout.pk).update(state="asks", code="TableGone")
    Page.objects.filter(pk=layout.mapping.page_id).update(state="wrong_shape")
    (told,) = clock.pass_()  # its page says no more of it
    assert "nothing is written to it" in told


def test_a_page_that_asks_is_told_all_the_same_for_another_trouble_of_its_own(clock):
    layout = PageLayout.objects.of(PageMapping.objects.shared("play_db"))
    layout.mapping.page = make_page(state="wrong_shape", state_reason="no section of actions")
    layout.mapping.save()
    PageLayout.objects.update(state="asks", code="TableGone")
    clock.pass_()

    assert any("no section of actions" in told for told in clock.pass_(1.1))


def test_a_database_older_than_its_pages_is_told(clock):
    Site.objects.update_or_create(pk=1, defaults={"log_stopped_at": NOW, "log_reason": "LOG-7"})
    clock.pass_()

    (told,) = clock.pass_(1.1)
    assert told == "The database is older than its pages: the log is stopped. “LOG-7”"


@pytest.mark.parametrize(
    ("ends", "told"),
    [(31, ""), (30, "30 days"), (29, "29 days"), (7, "7 days"), (1, "1 day,"), (-1, "ended on")],
)
def test_a_token_that_ends_soon_is_told(clock, settings, ends, told):
    settings.CONFLUENCE_API_TOKEN_EXPIRES = timezone.localdate(NOW) + timedelta(days=ends)
    clock.pass_()

    said = clock.pass_(2)

    assert bool(said) is bool(told)
    assert told in "".join(said)


def test_each_mark_on_the_way_to_a_tokens_end_is_told_once(clock, settings):
    settings.CONFLUENCE_API_TOKEN_EXPIRES = date(2026, 12, 25)
    days = ["API token" in "".join(clock.pass_(60 * 24)) for _ in range(33)]

    first, *later = [number for number, was_told in enumerate(days) if was_told]
    told_on = [(NOW.date() + timedelta(days=number + 1)).isoformat() for number in later]
    assert first == 2
    assert told_on[:3] == ["2026-12-11", "2026-12-18", "2026-12-24"]


def test_of_many_that_look_at_once_one_looks(clock):
    failed_job()
    clock.now += MINUTE
    for _ in range(5):
        look(now=clock.now)
    clock.now += 2 * MINUTE
    Heartbeat.objects.update(beat_at=clock.now)

    assert sum(look(now=clock.now) is not None for _ in range(5)) == 1


def test_a_clock_that_was_wrong_does_not_end_the_looking(clock):
    AlertLook.objects.update(looked_at=NOW + timedelta(days=2))
    failed_job()
    clock.pass_()

    assert clock.pass_(2)


def test_where_nobody_is_named_the_first_who_is_gets_what_still_holds(clock, settings):
    settings.ALERT_EMAILS = []
    failed_job()
    clock.pass_()
    assert clock.pass_(5) == []

    settings.ALERT_EMAILS = ["ops@example.com"]
    assert len(clock.pass_()) == 1


def test_a_mail_says_what_to_do_and_where(clock):
    failed_job(page=make_page(page_id="4711", title="VoC", state="ok"))
    clock.pass_()
    clock.pass_(2)

    assert send_due(now=clock.now) == 1
    assert send_due(now=clock.now) == 0
    (sent,) = mail.outbox
    assert sent.to == ["ops@example.com"]
    assert sent.subject == "[Play Sync] 1 edit of the page “VoC” needs a person (PageNotFound)."
    assert "→ Open one of the jobs" in sent.body
    assert "https://sync.example.com/jobs/?state=failed&q=error%3APageNotFound+page%3A4711" in (
        sent.body
    )


def test_a_channel_that_is_away_gets_it_later_and_its_address_is_told_to_nobody(
    clock, settings, caplog
):
    settings.ALERT_EMAILS = []
    settings.ALERT_WEBHOOKS = ["generic+http://127.0.0.1:9/secret"]
    failed_job()
    clock.pass_()
    clock.pass_(2)

    assert send_due(now=clock.now) == 0
    waiting = AlertDelivery.objects.get()
    assert (waiting.state, waiting.tries, waiting.error) == ("pending", 1, "ConnectionError")
    assert "secret" not in f"{waiting.label}{waiting.channel}{caplog.text}"
    assert send_due(now=clock.now + timedelta(seconds=14)) == 0
    assert AlertDelivery.objects.get().tries == 1

    AlertDelivery.objects.update(run_after=clock.now + timedelta(days=4))
    send_due(now=clock.now + timedelta(days=4))
    assert AlertDelivery.objects.get().state == DeliveryState.FAILED


@pytest.mark.parametrize(
    ("address", "label", "key"),
    [
        ("https://hooks.slack.com/services/T/B/x", "Slack · hooks.slack.com", "text"),
        ("https://a.webhook.office.com/x", "Teams · a.webhook.office.com", "attachments"),
        ("https://x.powerplatform.com/y?sig=z", "Teams · x.powerplatform.com", "attachments"),
        ("https://chat.example.com/hooks/x", "Mattermost · chat.example.com", "text"),
        ("generic+https://example.com/x", "JSON · example.com", "items"),
    ],
)
def test_each_address_gets_its_own_form(clock, settings, monkeypatch, address, label, key):
    settings.ALERT_EMAILS, settings.ALERT_WEBHOOKS = [], [address]
    sent = []
    monkeypatch.setattr(
        "plays.sync.alerts.channels._post", lambda url, body, headers: sent.append((url, body))
    )
    (channel,) = channels()
    assert channel.label == label

    (delivery,) = send_test(by=make_user("Admin"))

    assert delivery.state == "sent"
    assert sent[0][0] == address.removeprefix("generic+")
    assert f'"{key}"' in sent[0][1]
    assert "This is a test" in sent[0][1]


def test_slack_does_not_read_a_title_as_markup(clock, settings, monkeypatch):
    settings.ALERT_EMAILS = []
    settings.ALERT_WEBHOOKS = ["https://hooks.slack.com/services/T/B/x"]
    sent = []
    monkeypatch.setattr("plays.sync.alerts.channels._post", lambda *args: sent.append(args[1]))
    failed_job(page=make_page(title="<!channel> & co", state="ok"))
    clock.pass_()
    clock.pass_(2)

    send_due(now=clock.now)

    assert "&lt;!channel&gt; &amp; co" in sent[0]
    assert "<!channel>" not in sent[0]
