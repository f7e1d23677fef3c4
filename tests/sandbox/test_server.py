"""The server itself: credentials, limits, many callers at once, a clean end, other processes."""

import base64
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from plays.sandbox import Sandbox
from tests.sandbox.conftest import Api, title_of

ROOT = Path(__file__).resolve().parents[2]


def test_twenty_callers_with_the_same_version_get_one_winner(sandbox, api, page_id):
    with ThreadPoolExecutor(20) as pool:
        together = threading.Barrier(20)

        def write(number):
            together.wait()
            return api.put(page_id, 2, f"<p>{number}</p>").status_code

        statuses = sorted(pool.map(write, range(20)))

    assert statuses == [200] + [409] * 19
    assert sandbox.version(page_id) == 2


def test_a_connection_is_used_again(sandbox, page_id):
    api = Api(sandbox)
    adapter = api.session.get_adapter(sandbox.url)
    for _ in range(5):
        api.page(page_id)
        api.put(page_id, 99)

    (pool,) = [adapter.poolmanager.pools[key] for key in adapter.poolmanager.pools.keys()]  # noqa: SIM118 - no dict
    assert (pool.num_connections, pool.num_requests) == (1, 10)
    api.session.close()


def test_stopping_leaves_no_thread_and_no_socket():
    threads_before = threading.active_count()
    sandbox = Sandbox().start()
    port, api = sandbox.port, Api(sandbox)
    page_id = sandbox.add_page("Log")
    api.page(page_id)
    with socket.create_connection(("127.0.0.1", port)) as idle:
        sandbox.stop()
        assert is_hung_up(idle)

    assert threading.active_count() == threads_before
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/wiki", timeout=1)
    assert sandbox.version(page_id) == 1
    api.session.close()


def is_hung_up(connection):
    connection.settimeout(5)
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:  # the server had not taken it yet
        return True


def test_a_stopped_sandbox_starts_again_with_its_pages():
    sandbox = Sandbox()
    page_id = sandbox.add_page("Log")
    for _ in range(2):
        with sandbox:
            api = Api(sandbox)
            assert api.page(page_id).status_code == 200
            api.session.close()


def test_a_taken_port_is_an_os_error(sandbox):
    with pytest.raises(OSError):
        Sandbox(port=sandbox.port).start()


def basic(text):
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


@pytest.mark.parametrize(
    ("headers", "accepted"),
    [
        (basic("demo@example.com:sandbox-token"), True),
        ({"Authorization": "Bearer sandbox-token"}, True),
        (basic("other@example.com:sandbox-token"), False),
        (basic("demo@example.com:wrong"), False),
        ({"Authorization": "Bearer wrong"}, False),
        ({"Authorization": "Basic ???"}, False),
        ({"Authorization": "Digest x"}, False),
        ({}, False),
    ],
)
def test_only_the_right_credentials_come_in(sandbox, page_id, headers, accepted):
    v2 = requests.get(f"{sandbox.url}/api/v2/pages/{page_id}", headers=headers, timeout=5)
    v1 = requests.get(f"{sandbox.url}/rest/api/user/current", headers=headers, timeout=5)

    if accepted:
        assert (v2.status_code, v1.status_code) == (200, 200)
        assert v1.headers["X-AUSERNAME"] == sandbox.email
    else:
        assert (v2.status_code, title_of(v2)) == (404, "Not Found")
        assert (v1.status_code, v1.json()["message"]) == (403, "caller cannot access Confluence")


@pytest.mark.parametrize(
    ("how", "v2_status", "v1_status"),
    [("measured", 404, 403), ("documented", 401, 401), ("anonymous", 404, 200)],
)
def test_a_revoked_token_is_rejected_until_it_is_accepted_again(how, v2_status, v1_status):
    with Sandbox(dead_credentials=how) as sandbox:
        api = Api(sandbox)
        page_id = sandbox.add_page("Log")
        sandbox.revoke_token()
        assert api.page(page_id).status_code == v2_status
        assert api.put(page_id, 2).status_code == v2_status
        whoami = api.get("/rest/api/user/current")
        assert whoami.status_code == v1_status
        assert whoami.headers["X-AUSERNAME"] == "anonymous"
        assert sandbox.version(page_id) == 1

        sandbox.accept_token()
        assert api.page(page_id).status_code == 200
        api.session.close()


def test_a_scoped_token_works_through_the_gateway_only_and_within_its_scopes():
    with Sandbox(scopes={"read:page:confluence"}) as sandbox:
        page_id = sandbox.add_page("Log")
        cloud_id = requests.get(
            f"http://127.0.0.1:{sandbox.port}/_edge/tenant_info", timeout=5
        ).json()["cloudId"]
        assert cloud_id in sandbox.gateway_url
        auth = (sandbox.email, sandbox.token)
        read = f"/api/v2/pages/{page_id}"

        on_site = requests.get(sandbox.url + read, auth=auth, timeout=5)
        within = requests.get(sandbox.gateway_url + read, auth=auth, timeout=5)
        beyond = requests.get(sandbox.gateway_url + "/rest/api/user/current", auth=auth, timeout=5)

        assert (on_site.status_code, on_site.headers["Content-Type"][:9]) == (401, "text/html")
        assert within.json()["_links"]["base"] == sandbox.url
        assert (beyond.status_code, beyond.json()) == (
            401,
            {"code": 401, "message": "Unauthorized; scope does not match"},
        )


def test_a_rate_limit_refuses_before_anything_is_written():
    with Sandbox(rate_limit=2) as sandbox:
        api = Api(sandbox)
        page_id = sandbox.add_page("Log")
        assert api.page(page_id).headers["X-RateLimit-Remaining"] == "1"
        api.page(page_id)

        refused = api.put(page_id, 2)

        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) >= 1
        assert refused.headers["X-RateLimit-Limit"] == "2"
        assert sandbox.version(page_id) == 1
        api.session.close()


def test_latency_is_waited_on_every_call():
    with Sandbox(latency=0.2) as sandbox:
        api = Api(sandbox)
        page_id = sandbox.add_page("Log")
        assert api.page(page_id).elapsed.total_seconds() >= 0.2
        api.session.close()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PATCH", "/wiki/api/v2/pages/786433", 405),
        ("POST", "/wiki/api/v2/pages/786433", 405),
        ("OPTIONS", "/wiki/api/v2/spaces", 405),
        ("GET", "/wiki/rest/api/nowhere", 404),
    ],
)
def test_what_is_not_served_is_said_so(sandbox, api, page_id, method, path, status):
    assert api.call(method, path.removeprefix("/wiki")).status_code == status


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"x"', b"null", b"\xff\xfe", b'{"space": 3}'])
def test_nonsense_in_a_request_is_an_answer_not_a_broken_connection(api, page_id, body):
    for method, path in [
        ("POST", "/api/v2/pages"),
        ("PUT", f"/api/v2/pages/{page_id}"),
        ("POST", "/rest/api/content"),
        ("PUT", f"/rest/api/content/{page_id}"),
    ]:
        assert api.call(method, path, data=body).status_code == 400


def test_a_body_without_a_length_is_refused(sandbox):
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=5) as connection:
        connection.sendall(
            b"POST /wiki/api/v2/pages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        assert b" 411 " in connection.recv(200)


# Other processes


def test_other_processes_steer_it_over_http(sandbox, api, page_id):
    def order(method, path, **payload):
        address = f"{sandbox.control_url}/{path}"
        auth = (sandbox.email, sandbox.token)
        return requests.request(method, address, auth=auth, json=payload or None, timeout=5)

    script = [{"kind": "rate_limited", "retry_after": "3"}]
    told = order("POST", "faults", script=script, match=f"PUT /pages/{page_id}", times=2).json()
    assert told["waiting"] == 2
    assert api.put(page_id, 2).headers["Retry-After"] == "3"
    assert order("DELETE", "faults").json() == {"waiting": 0, "fired": {"rate_limited": 1}}

    random = {"rate": 1, "kinds": ["timeout", {"kind": "hang", "seconds": 0}], "methods": ["PUT"]}
    assert order("POST", "faults", random=random).status_code == 200
    assert api.put(page_id, 99).status_code in {504, 409}
    order("DELETE", "faults")

    assert order("GET", "calls").json()["by_method"] == {"PUT": 2}
    assert order("DELETE", "calls").json()["calls"] == []

    edited = order("POST", f"pages/{page_id}/edit", append="<p>theirs</p>", by="이영희").json()
    assert (edited["version"], "theirs" in edited["body"]) == (2, True)
    assert order("GET", f"pages/{page_id}").json()["history"][1]["author"] == "이영희"
    assert order("GET", f"pages/{page_id}/body").json() == edited
    outdated = order("POST", f"pages/{page_id}/edit", body="<p>mine</p>", version=1)
    assert outdated.status_code == 409
    assert order("GET", f"pages/{page_id}/body").json() == edited
    order("POST", "token", accepted=False)
    assert api.page(page_id).status_code == 404
    order("POST", "token", accepted=True)
    assert api.page(page_id).status_code == 200
    assert (
        order("POST", f"pages/{page_id}/status", status="archived").json()["status"] == "archived"
    )
    order("POST", f"pages/{page_id}/restrictions", view=True)
    assert api.page(page_id).status_code == 404
    made = order("POST", "pages", title="Made", body="<p>x</p>", page_id="77").json()
    assert (made["id"], api.page("77").status_code) == ("77", 200)


@pytest.mark.parametrize("end", ["", "/"])
def test_the_control_address_says_what_can_be_ordered(sandbox, end):
    told = requests.get(f"{sandbox.control_url}{end}", timeout=5)

    assert (told.status_code, told.headers["Content-Type"]) == (200, "text/plain;charset=UTF-8")
    for order in ("calls", "faults", "pages", "edit", "status", "restrictions"):
        assert order in told.text


@pytest.mark.parametrize(
    ("method", "path", "payload", "status"),
    [
        ("GET", "nothing", None, 404),
        ("GET", "pages/1", None, 404),
        ("POST", "faults", {"script": [{"kind": "surprise"}]}, 400),
        ("POST", "faults", {"script": [{"kind": "hang", "colour": 1}]}, 400),
        ("POST", "pages", {}, 400),
        ("POST", "pages", {"title": "x", "body": "<p>"}, 400),
        ("POST", "pages/786433/status", {"status": "lost"}, 400),
    ],
)
def test_a_bad_order_is_refused_with_a_reason(sandbox, page_id, method, path, payload, status):
    address = f"{sandbox.control_url}/{path}"
    auth = (sandbox.email, sandbox.token)

    response = requests.request(method, address, auth=auth, json=payload, timeout=5)

    assert (response.status_code, bool(response.json()["message"])) == (status, True)
    assert requests.request(method, address, timeout=5).status_code == 401


def test_the_command_serves_sample_pages_until_it_is_stopped():
    with running_command("--port", "0", "--space", "BD", "--latency", "1") as (command, told):
        url = re.search(r"http://127\.0\.0\.1:\d+/wiki", told)[0]
        auth = ("demo@example.com", "sandbox-token")
        play_db = requests.get(
            f"{url}/api/v2/pages/720899?body-format=storage", auth=auth, timeout=5
        )
        todo = requests.get(f"{url}/api/v2/pages/753719", auth=auth, timeout=5).json()
        tasks = requests.get(f"{url}/api/v2/tasks?page-id=753719", auth=auth, timeout=5).json()

        taken = subprocess.run(
            [*COMMAND, "--port", url.split(":")[2].split("/")[0]],
            cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        command.send_signal(signal.SIGINT)
        assert command.wait(10) == 0

    assert "EXT_Desk_D01" in play_db.json()["body"]["storage"]["value"]
    assert todo["parentId"] == "720932"
    assert len(tasks["results"]) == 3
    assert (taken.returncode, "Choose another with --port" in taken.stderr) == (1, True)
    for fact in ("sandbox-token", "demo@example.com", "BD", "720932", "786433", "/_sandbox"):
        assert fact in told


COMMAND = [sys.executable, "manage.py", "sandbox"]


def environment():
    return os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}


class running_command:  # noqa: N801 - reads as what it is in a with statement
    """The command as a process, and what it told until it was ready."""

    def __init__(self, *arguments):
        self.command = subprocess.Popen(
            [*COMMAND, *arguments], cwd=ROOT, env=environment(), text=True, stdout=subprocess.PIPE
        )

    def __enter__(self):
        told = ""
        for line in self.command.stdout:
            told += line
            if line.startswith("Ctrl-C"):
                break
        return self.command, told

    def __exit__(self, *_):
        self.command.kill()
        self.command.wait(10)
        self.command.stdout.close()
