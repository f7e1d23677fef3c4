"""What tests with real processes share."""

import pytest

from tests.processes.bench import Bench


@pytest.fixture
def bench(sandbox, database_url, tmp_path):
    return Bench(sandbox, database_url, tmp_path)
