"""Settings that would lose or double work are refused before anything runs."""

import pytest
from django.core.checks import run_checks

from plays import confluence
from plays.sync.site.remedies import REMEDIES


def ids():
    return [message.id for message in run_checks(tags=["plays"])]


def test_the_settings_as_they_come_are_well():
    assert ids() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SYNC_LEASE_SECONDS", 10, "plays.E001"),
        ("SYNC_LONGEST_WRITE_SECONDS", 9_999, "plays.E001"),
        ("TIME_ZONE", "Asia/Busan", "plays.E003"),
        ("SYNC_SCHEDULE", "Friday 18:00", "plays.E004"),
        ("SYNC_SCHEDULE", "0 0 18 * * 5", "plays.E004"),
        ("SYNC_SCHEDULE", "0 18 31 2 *", "plays.E004"),
        ("CONFLUENCE_DEPLOYMENT", "server", "plays.E005"),
        ("CONFLUENCE_TIMEOUT", 0.0, "plays.E006"),
        ("CONFLUENCE_URL", "your-site.atlassian.net", "plays.E007"),
        ("CONFLUENCE_TODO_PAGE_ID", "Project TODO", "plays.E008"),
        ("EVENTS_SIGNING_SECRETS", ["whsec_abc"], "plays.E009"),
        ("EVENTS_SIGNING_SECRETS", ["whsec_" + "!" * 40], "plays.E009"),
        ("SYNC_RETRY_COUNT", 0, "plays.E010"),
        ("SYNC_RETRY_DELAY", -0.5, "plays.E011"),
        ("SECRET_KEY", "", "plays.E012"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(settings, name, value, expected):
    setattr(settings, name, value)

    assert expected in ids()


@pytest.mark.parametrize(("mode", "found"), [(0o644, ["plays.W001"]), (0o640, []), (0o600, [])])
def test_a_file_of_secrets_that_everybody_reads_is_told(settings, tmp_path, mode, found):
    settings.ENV_FILE = tmp_path / ".env"
    settings.ENV_FILE.touch()
    settings.ENV_FILE.chmod(mode)

    assert ids() == found


@pytest.mark.parametrize(
    ("name", "value"),
    [("ack_failures", False), ("max_attempts", 0), ("bulk", 10), ("catch_up", True), ("retry", 60)],
)
def test_a_queue_that_would_work_by_itself_is_refused(settings, name, value):
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, name: value}

    assert {"plays.E001", "plays.E002"} & set(ids())


def test_every_error_of_confluence_has_a_remedy():
    leaves = {error for error in vars(confluence).values() if isinstance(error, type)}
    errors = {e for e in leaves if issubclass(e, confluence.ConfluenceError)}

    assert errors - {confluence.ConfluenceError} <= set(REMEDIES)
