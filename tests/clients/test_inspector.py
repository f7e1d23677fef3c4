"""The MCP inspector's command line lists and calls every tool."""

import json

import pytest

from tests.clients.conftest import INSPECTOR, run
from tests.mcp.conftest import TOKEN, address, environment, world  # noqa: F401 - fixtures
from tests.mcp.test_tools import calls  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.clients,
    pytest.mark.processes,
    pytest.mark.timeout(600),
]


@pytest.fixture
def inspect(node, npm, address):  # noqa: F811 - pytest's way
    """What one of its calls prints, as JSON."""
    program = npm(INSPECTOR) / ".bin" / "mcp-inspector-cli"

    def ask(*arguments):
        header = f"Authorization: Bearer {TOKEN}"
        said = run([node, program, address, "--header", header, *arguments])
        return json.loads(said)

    return ask


def test_it_lists_and_calls_every_tool(inspect, calls):  # noqa: F811 - pytest's way
    listed = {tool["name"] for tool in inspect("--method", "tools/list")["tools"]}
    failed = {}
    for name, arguments in calls.items():
        given = [f"{key}={_as_typed(value)}" for key, value in arguments.items()]
        asked = ["--method", "tools/call", "--tool-name", name]
        answer = inspect(*asked, *(word for each in given for word in ("--tool-arg", each)))
        if answer.get("isError"):
            failed[name] = answer["content"]

    assert listed == set(calls)
    assert failed == {}


def _as_typed(value):
    return value if isinstance(value, str) else json.dumps(value)
