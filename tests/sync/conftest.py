"""The world of the sync's tests: waits take no time, the sandbox is near."""

import pytest

from tests.world import make_world


@pytest.fixture
def world(db, confluence_settings, sandbox):
    confluence_settings.SYNC_RETRY_DELAY = 0.0
    confluence_settings.CONFLUENCE_TIMEOUT = 2.0
    made = make_world(sandbox)
    made.settings = confluence_settings
    return made
