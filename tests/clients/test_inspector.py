"""The MCP inspector's command line lists and calls every tool."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from tests.clients.conftest import INSPECTOR, run
from tests.mcp.conftest import address, environment, token, world  # noqa: F401 - fixtures
from tests.mcp.test_tools import calls  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.clients,
    pytest.mark.processes,
    pytest.mark.timeout(600),
]


@pytest.fixture
def door(address, token):  # noqa: F811 - pytest's way
    """Our server's address with the token added: this inspector cannot send one."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            kept = ("Content-Type", "Accept", "Mcp-Protocol-Version", "Mcp-Session-Id")
            headers = {name: self.headers[name] for name in kept if name in self.headers}
            headers["Authorization"] = f"Bearer {token}"
            answer = requests.post(address, sent, headers=headers, timeout=300)
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers.get("Content-Type", "text/plain"))
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def do_GET(self):
            self.send_error(405)

        def log_message(self, *_):
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/mcp"
        server.shutdown()


@pytest.fixture
def inspect(node, npm, door):
    """What one of its calls prints, as JSON."""
    program = npm(INSPECTOR) / ".bin" / "mcp-inspector"

    def ask(*arguments):
        said = run([node, program, "--cli", door, "--transport", "http", *arguments], seconds=300)
        return json.loads(said)

    return ask


def test_it_lists_and_calls_every_tool(inspect, calls):  # noqa: F811 - pytest's way
    listed = {tool["name"] for tool in inspect("--method", "tools/list")["tools"]}
    failed = {}
    for name, arguments in calls.items():
        given = [f"{key}={_as_typed(value)}" for key, value in arguments.items()]
        words = [word for each in given for word in ("--tool-arg", each)]
        said = inspect("--method", "tools/call", "--tool-name", name, *words)
        if said.get("isError"):
            failed[name] = said["content"]

    assert listed == set(calls)
    assert failed == {}


def _as_typed(value):
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)
