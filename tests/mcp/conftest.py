"""The server as a process of its own, and the official client that talks to it."""

import contextlib
import functools
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from plays.models.api_token import Scope
from plays.sync.access.tokens import make_token
from tests.conftest import SANDBOX_EMAIL, SANDBOX_SPACE, SANDBOX_TOKEN
from tests.environment import product_environment
from tests.processes.running import BASE, running
from tests.world import make_world


@pytest.fixture
def world(transactional_db, confluence_settings, sandbox):
    confluence_settings.SYNC_RETRY_DELAY = 0.0
    return make_world(sandbox)


@pytest.fixture
def environment(world, sandbox, database_url):
    """Of a server that may write."""
    return product_environment(
        DATABASE_URL=database_url,
        CONFLUENCE_URL=sandbox.url,
        CONFLUENCE_DEPLOYMENT=sandbox.deployment,
        CONFLUENCE_EMAIL=SANDBOX_EMAIL,
        CONFLUENCE_API_TOKEN=SANDBOX_TOKEN,
        CONFLUENCE_SPACE_KEY=SANDBOX_SPACE,
        SYNC_RETRY_DELAY="0.01",
        MCP_WRITES="true",
    )


@pytest.fixture
def token(transactional_db):
    """The text of a token that may do all that there is."""
    return make_token("an agent", list(Scope), by=None)[1]


@pytest.fixture
def address(environment, token, tmp_path):
    """Where the server answers on HTTP."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    output = tmp_path / "mcp.log"
    with running("mcp", "--http", f"127.0.0.1:{port}", environment=environment, output=output) as p:
        until = time.monotonic() + 60
        while not _answers(port):
            assert p.poll() is None, output.read_text()
            assert time.monotonic() < until, output.read_text()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/mcp"


def _answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def over_stdio(environment, tmp_path):
    """Runs `act(client)` with a client whose server is its child."""
    server = StdioServerParameters(
        command=sys.executable, args=[str(BASE / "manage.py"), "mcp"], env=environment
    )
    return functools.partial(_run, lambda: Client(server))


@pytest.fixture
def over_http(address, token):
    """Runs `act(client)` with a client that has our token."""

    @contextlib.asynccontextmanager
    async def connect():
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as http,
            Client(streamable_http_client(address, http_client=http)) as client,
        ):
            yield client

    return functools.partial(_run, connect)


def _run(connect, act):
    async def talk():
        with anyio.fail_after(240):
            async with connect() as client:
                return await act(client)

    return run_apart(talk)


def run_apart(act):
    """Run an async function in a thread of its own: a browser of an earlier test keeps an event
    loop in ours.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(anyio.run, act).result()
