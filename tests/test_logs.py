"""What stands in the log: who acted, which page, which event; a warning for what needs a person."""

import io
import json
import logging
import logging.config

import pytest
from django.conf import settings as project_settings
from django.urls import reverse

from plays.confluence import PageNotFound
from plays.models.audit import Verb
from plays.sync.audit import note
from plays.sync.intake.receiving import record_all
from plays.sync.jobs.locking import locked
from plays.sync.jobs.outcomes import fail
from plays.sync.site import availability
from syncadmin.logs import LineFormatter, Tidy, level_for
from tests.events import activity
from tests.factories import NOW, make_job, make_play

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    """A function that tells what was logged so far, as LOG_FORMAT=json writes it."""
    wanted = project_settings.LOGGING["formatters"]["json"]
    configured = logging.config.DictConfigurator({"version": 1})
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(configured.configure_formatter(dict(wanted)))
    handler.addFilter(Tidy())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    root.removeHandler(handler)


def failed(job):
    error = PageNotFound("gone", method="GET", path="/x", status=404, request_id="cf-1")
    with locked([job.mapping.page.pk], [job.pk]):
        fail(job.mapping.page, [job], error, now=NOW)
    return error


def test_a_job_that_is_given_up_is_a_warning_with_all_its_ids(lines):
    job = make_job()

    failed(job)

    (line,) = [line for line in lines() if line["level"] == "WARNING"]
    assert line["job"] == job.pk
    assert line["page"] == job.mapping.page.page_id
    assert line["play"] == job.play.play_id
    assert line["event"] == job.action.event.event_id
    assert line["error"] == "PageNotFound"
    assert line["time"]


def test_events_are_told_one_by_one_and_rejected_ones_are_warnings(lines):
    make_play(play_id="EXT_1")
    good, bad = activity("EXT_1"), activity("NOBODY")

    record_all([good, bad])

    told = [(line["level"], line["event"], line["status"]) for line in lines() if "event" in line]
    assert told == [("INFO", good["id"], "accepted"), ("WARNING", bad["id"], "rejected")]


def test_an_act_is_told_with_who_and_on_what(lines, staff):
    note(Verb.RETRY, by=staff, target="EXT_1", count=3)

    (line,) = lines()
    assert (line["act"], line["by"], line["target"], line["count"]) == (
        "retry",
        "staff",
        "EXT_1",
        3,
    )


def test_a_stop_and_a_pause_of_confluence_are_told_once(lines):
    error = PageNotFound("x", method="GET", path="/x", status=401, request_id="cf-2")
    for _ in range(2):
        availability.stop(error)
        availability.pause(error)

    warnings = [line for line in lines() if line["level"] == "WARNING"]
    assert len(warnings) == 2
    assert {line["confluence_request"] for line in warnings} == {"cf-2"}


def test_a_line_and_its_answer_have_the_id_of_the_request(client, lines):
    answer = client.get(reverse("plays:login"), headers={"X-Request-ID": "abc-1"})
    other = client.post(reverse("plays:logout"), headers={"X-Request-ID": "a b\n"})
    client.post(
        reverse("plays:login"),
        {"username": "x", "password": "hush"},
        headers={"X-Request-ID": "abc-2"},
    )

    assert answer["X-Request-ID"] == "abc-1"
    assert len(other["X-Request-ID"]) == 16
    assert "abc-2" in {line.get("request_id") for line in lines()}
    assert "hush" not in str(lines())


def test_a_refusal_is_one_line_without_a_traceback_or_a_query(client, lines, pm):
    client.force_login(pm)

    client.get(reverse("plays:access") + "?code=hush")

    (line,) = [line for line in lines() if line["logger"] == "django.request"]
    assert line["status_code"] == 403
    assert "exc_info" not in line
    assert "hush" not in str(line)


def test_in_text_a_record_is_one_line_whatever_it_holds():
    record = logging.LogRecord("x", 20, "f", 1, "event %s", ("a\nERROR forged\x1b[31m",), None)
    record.request_id = "abc"

    said = LineFormatter("{levelname} {message}", style="{").format(record)

    assert said == "INFO event a ERROR forged [31m [abc]"


@pytest.mark.parametrize(
    ("command", "level"),
    [
        ("manage.py worker --bell 5", "INFO"),
        ("/srv/syncadmin/.venv/bin/waitress-serve syncadmin.wsgi:application", "INFO"),
        ("manage.py", "INFO"),
        ("manage.py drain --wait", "WARNING"),
        ("./manage.py import_plays plays.csv", "WARNING"),
    ],
)
def test_what_a_person_runs_says_itself_what_it_did(command, level):
    assert level_for(command.split()) == level
