from __future__ import annotations

from collections.abc import Iterator

import pytest

from plays.confluence import Confluence
from tests.confluence.wire import Wire


@pytest.fixture
def wire() -> Iterator[Wire]:
    server = Wire()
    yield server
    server.close()


@pytest.fixture
def client(wire: Wire) -> Iterator[Confluence]:
    with Confluence(
        wire.url, email="bot@example.com", token="a-secret-token", timeout=5, space_key="AX"
    ) as confluence:
        yield confluence


@pytest.fixture
def datacenter(wire: Wire) -> Iterator[Confluence]:
    with Confluence(
        f"http://{wire.host}/confluence",
        token="a-secret-token",
        deployment="datacenter",
        timeout=5,
        space_key="AX",
    ) as confluence:
        yield confluence
