"""The MCP inspector's command line lists and calls every tool."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.clients.conftest import INSPECTOR, run
from tests.mcp.conftest import environment, world  # noqa: F401 - fixtures
from tests.mcp.test_tools import calls  # noqa: F401 - a fixture
from tests.processes.running import BASE

AT_A_TIME = 3
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.clients,
    pytest.mark.processes,
    pytest.mark.timeout(600),
]


@pytest.fixture
def inspect(node, npm, environment):  # noqa: F811 - pytest's way
    """What one of its calls prints, as JSON; each starts a server of its own."""
    program = npm(INSPECTOR) / ".bin" / "mcp-inspector"
    given = [word for pair in environment.items() if pair[1] for word in ("-e", "=".join(pair))]

    def ask(*arguments):
        server = [sys.executable, BASE / "manage.py", "mcp"]
        said = run([node, program, "--cli", *given, *server, *arguments], seconds=300)
        return json.loads(said)

    return ask


def test_it_lists_and_calls_every_tool(inspect, calls):  # noqa: F811 - pytest's way
    def call(name):
        given = [f"{key}={json.dumps(value)}" for key, value in calls[name].items()]
        words = [word for each in given for word in ("--tool-arg", each)]
        return inspect("--method", "tools/call", "--tool-name", name, *words)

    listed = {tool["name"] for tool in inspect("--method", "tools/list")["tools"]}
    with ThreadPoolExecutor(AT_A_TIME) as several:
        answers = dict(zip(calls, several.map(call, calls), strict=True))

    assert listed == set(calls)
    assert {name: said["content"] for name, said in answers.items() if said.get("isError")} == {}
