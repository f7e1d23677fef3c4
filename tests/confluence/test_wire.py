"""What the client does with exact bytes, and with servers that do not behave."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import time
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace

import pytest

from plays import confluence
from plays.confluence import Confluence, ConfluenceError, deadline
from plays.confluence import http as confluence_http
from plays.confluence.deadline import TimedAdapter
from tests.confluence.samples import v2_error, v2_page
from tests.confluence.wire import Raw, Reply, Wire

TOKEN = "a-secret-token"


def put(client: Confluence) -> object:
    return client.update_page("123", title="T", body="<p>y</p>", version=4, message="why")


def raw(*parts: bytes, pause: float = 0.0) -> Raw:
    def send(handler: BaseHTTPRequestHandler) -> None:
        for part in parts:
            handler.wfile.write(part)
            time.sleep(pause)
        handler.close_connection = True

    return send


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def drip(handler: BaseHTTPRequestHandler, *, head: bytes, drop: bytes) -> None:
    handler.wfile.write(head)
    for _ in range(200):
        handler.wfile.write(drop)
        time.sleep(0.05)
    handler.close_connection = True


def drips_the_body(handler: BaseHTTPRequestHandler) -> None:
    drip(handler, head=HEAD + b"Content-Length: 5000\r\n\r\n", drop=b" ")


def drips_chunks(handler: BaseHTTPRequestHandler) -> None:
    drip(handler, head=HEAD + b"Transfer-Encoding: chunked\r\n\r\n", drop=b"1\r\n \r\n")


def drips_headers(handler: BaseHTTPRequestHandler) -> None:
    drip(handler, head=HEAD, drop=b"X-A: b\r\n")


def drips_the_status(handler: BaseHTTPRequestHandler) -> None:
    drip(handler, head=b"HTTP/1.1 200 O", drop=b"K")


def says_nothing(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.5)
    handler.close_connection = True


@pytest.mark.parametrize(
    "misbehave", [drips_the_body, drips_chunks, drips_headers, drips_the_status, says_nothing]
)
def test_a_server_that_drips_does_not_hold_a_worker(wire: Wire, misbehave: Raw) -> None:
    wire.will(misbehave)
    started = time.monotonic()
    with (
        Confluence(wire.url, token=TOKEN, timeout=0.5) as client,
        pytest.raises(confluence.NoAnswer) as caught,
    ):
        put(client)
    assert 0.4 < time.monotonic() - started < 1.2
    assert caught.value.outcome_unknown
    assert caught.value.message == "no whole answer in time"


def test_a_slow_answer_within_the_time_is_read(wire: Wire) -> None:
    body = json.dumps(v2_page()).encode()
    length = f"Content-Length: {len(body)}\r\n\r\n".encode()
    wire.will(raw(HEAD, length, body[:20], body[20:], pause=0.1))
    with Confluence(wire.url, token=TOKEN, timeout=2) as client:
        assert client.get_page("123").body == "<p>x</p>"


def closes(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


GOOD = json.dumps(v2_page()).encode()
UNUSABLE: list[tuple[str, Raw | Reply, type[ConfluenceError]]] = [
    ("reset", closes, confluence.NoAnswer),
    ("cut off", raw(HEAD, b"Content-Length: 900\r\n\r\n", b'{"id"'), confluence.NoAnswer),
    (
        "cut off in a chunk",
        raw(HEAD, b"Transfer-Encoding: chunked\r\n\r\nff\r\n{"),
        confluence.NoAnswer,
    ),
    (
        "damaged gzip",
        Reply(body=gzip.compress(GOOD)[:30] + b"?" * 60, headers={"Content-Encoding": "gzip"}),
        confluence.NoAnswer,
    ),
    ("no HTTP", raw(b"SSH-2.0-OpenSSH_9\r\n"), confluence.NoAnswer),
    ("truncated JSON", Reply(body=GOOD[:-9]), confluence.NotJson),
    ("deep JSON", Reply(body=b"[" * 300_000), confluence.NotJson),
    ("empty", Reply(body=b""), confluence.NotJson),
    (
        "login page",
        Reply(body=b"<title>Log in</title>", content_type="text/html"),
        confluence.NotJson,
    ),
    ("no content type", Reply(body=GOOD, content_type=None), confluence.NotJson),
    ("a list", Reply(body=[]), confluence.ImplausibleAnswer),
    ("another page", Reply(body=v2_page(id="124")), confluence.ImplausibleAnswer),
    ("no version", Reply(body=v2_page(version=None)), confluence.ImplausibleAnswer),
    (
        "a version that is no number",
        Reply(body=v2_page(version={"number": "4"})),
        confluence.ImplausibleAnswer,
    ),
]


@pytest.mark.parametrize(
    ("reply", "kind"), [case[1:] for case in UNUSABLE], ids=[case[0] for case in UNUSABLE]
)
@pytest.mark.parametrize("ask", [put, lambda client: client.get_page("123")], ids=["PUT", "GET"])
def test_an_answer_that_cannot_be_used_leaves_a_writes_outcome_open(
    wire: Wire,
    client: Confluence,
    ask: Callable[[Confluence], object],
    reply: Raw | Reply,
    kind: type[ConfluenceError],
) -> None:
    wire.will(reply)
    with pytest.raises(kind) as caught:
        ask(client)
    assert type(caught.value) is kind
    assert caught.value.outcome_unknown is (ask is put)
    assert len(wire.asked) == client.calls == 1


@pytest.mark.parametrize(
    "body", [{}, {"storage": {}}, {"storage": {"value": None}}, {"storage": None}, None, []]
)
def test_a_page_without_text_is_never_an_empty_page(
    wire: Wire, client: Confluence, body: object
) -> None:
    wire.will(Reply(body=v2_page() | {"body": body}))
    with pytest.raises(confluence.ImplausibleAnswer, match="body"):
        client.get_page("123")


def test_an_empty_page_is_one(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(body=v2_page(body="")))
    assert client.get_page("123").body == ""


def test_an_answer_without_end_is_given_up(
    wire: Wire, client: Confluence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confluence_http, "LARGEST_ANSWER", 100_000)
    bomb = gzip.compress(b" " * 50_000_000)
    wire.will(Reply(body=bomb, headers={"Content-Encoding": "gzip"}), Reply(body=b" " * 200_000))
    for _ in range(2):
        with pytest.raises(confluence.ImplausibleAnswer, match="more than 100,000 bytes") as caught:
            put(client)
        assert caught.value.outcome_unknown


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 409, 404, 401])
def test_nothing_is_tried_twice(wire: Wire, client: Confluence, status: int) -> None:
    wire.will(Reply(status, b"", {"Retry-After": "0"}), Reply(body=v2_page()))
    with pytest.raises(ConfluenceError):
        put(client)
    assert len(wire.asked) == client.calls == 1


def test_a_redirect_is_not_followed(wire: Wire, client: Confluence) -> None:
    target = Wire()
    wire.will(Reply(302, b"", {"Location": f"http://{target.host}/login?os_destination=x"}))
    with pytest.raises(confluence.Redirected) as caught:
        client.get_page("123")
    target.close()
    assert target.asked == []
    assert caught.value.message.endswith("/login")


@pytest.mark.parametrize("location", ["", "http://[", "//", "http://\x7f", "javascript:x"])
def test_a_strange_redirect_is_an_error_of_ours(
    wire: Wire, client: Confluence, location: str
) -> None:
    wire.will(Reply(301, b"", {"Location": location}))
    with pytest.raises(confluence.Redirected):
        client.get_page("123")


def test_a_refused_connection_sent_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/wiki"
        with (
            Confluence(url, token=TOKEN) as client,
            pytest.raises(confluence.Unreachable) as caught,
        ):
            put(client)
    assert not caught.value.outcome_unknown
    assert "connection refused" in caught.value.message


def test_an_unknown_host_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with (
        Confluence("http://confluence.invalid/wiki", token=TOKEN) as client,
        pytest.raises(confluence.Unreachable, match="host name is not known") as caught,
    ):
        put(client)
    assert not caught.value.sent


def test_a_connection_that_is_not_taken_sent_nothing() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        filler = [socket.socket() for _ in range(4)]
        for one in filler:
            one.setblocking(False)
            one.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/wiki"
        with (
            Confluence(url, token=TOKEN, timeout=0.3) as client,
            pytest.raises(confluence.Unreachable, match="no connection in time"),
        ):
            put(client)
        for one in filler:
            one.close()


def test_a_missing_certificate_bundle_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/bundle.pem")
    with (
        Confluence("https://confluence.invalid", token=TOKEN) as client,
        pytest.raises(ConfluenceError, match=r"bundle\.pem"),
    ):
        client.get_page("1")


def test_a_plain_server_behind_an_https_address_is_an_error_of_ours(wire: Wire) -> None:
    with (
        Confluence(f"https://{wire.host}/wiki", token=TOKEN, timeout=2) as client,
        pytest.raises(ConfluenceError, match="encrypted"),
    ):
        client.get_page("1")


def test_one_connection_serves_many_calls(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(body=v2_page()), Reply(404, v2_error(404, "Not Found")), Reply(body=v2_page()))
    client.get_page("123")
    with pytest.raises(confluence.AccessUnclear):
        client.get_page("123")
    client.get_page("123")
    assert len({asked.connection for asked in wire.asked}) == 1
    assert client.calls == 3


def test_no_cookie_is_kept(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(body=v2_page(), headers={"Set-Cookie": "JSESSIONID=1; Path=/"}))
    wire.will(Reply(body=v2_page()))
    client.get_page("123")
    client.get_page("123")
    assert "Cookie" not in wire.asked[1].headers


def test_netrc_and_proxies_of_the_environment_do_not_come_between(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login other password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    wire.will(Reply(body=v2_page()), Reply(body=v2_page()))
    for token in (TOKEN, ""):
        with Confluence(wire.url, token=token) as client:
            client.get_page("123")
    assert wire.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert "Authorization" not in wire.asked[1].headers


def test_netrc_is_not_read_for_a_remote_site_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wire: Wire
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login other password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", f"http://{wire.host}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    wire.will(Reply(body=v2_page()))
    with Confluence("http://confluence.invalid/wiki", token="") as client:
        client.get_page("123")
    assert wire.asked[0].target.startswith("http://confluence.invalid/wiki/api/v2/pages/123")
    assert "Authorization" not in wire.asked[0].headers


def test_a_dead_proxy_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with (
        Confluence("http://confluence.invalid/wiki", token=TOKEN) as client,
        pytest.raises(confluence.Unreachable, match="proxy") as caught,
    ):
        put(client)
    assert not caught.value.sent


def opens_a_tunnel(handler: BaseHTTPRequestHandler) -> None:
    """What a proxy does for CONNECT; here it answers what comes through it as well."""
    Reply(body=b"").send(handler)
    handler.close_connection = False


def test_a_proxy_is_asked_again_for_a_dropped_connection_long_after_the_last_call(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """urllib3 opens the same connection again; what the last call had of time is long over."""
    pool = TimedAdapter().poolmanager.connection_from_url(wire.url)
    through = pool.ConnectionCls(pool.host, pool.port, timeout=5)
    clock = SimpleNamespace(ahead=0.0, monotonic=lambda: time.monotonic() + clock.ahead)
    monkeypatch.setattr(deadline, "time", clock)
    for _call in range(2):
        wire.will(opens_a_tunnel, Reply(body=b"ok"))
        through.set_tunnel("confluence.invalid", 80)
        through.request("GET", "/")
        assert through.getresponse().data == b"ok"
        through.close()
        clock.ahead += 60
    assert [asked.method for asked in wire.asked] == ["CONNECT", "GET"] * 2


def test_headers_say_who_we_are(wire: Wire, client: Confluence) -> None:
    wire.will(Reply(body=v2_page()), Reply(body=v2_page()))
    client.get_page("123")
    put(client)
    read, write = (asked.headers for asked in wire.asked)
    assert read["Authorization"] == "Basic Ym90QGV4YW1wbGUuY29tOmEtc2VjcmV0LXRva2Vu"
    assert read["User-Agent"].startswith("syncadmin/")
    assert "X-Atlassian-Token" not in read
    assert write["X-Atlassian-Token"] == "no-check"
    assert write["Content-Type"].startswith("application/json")


def test_korean_text_goes_as_utf_8_and_half_a_character_still_goes(
    wire: Wire, client: Confluence
) -> None:
    wire.will(Reply(body=v2_page()), Reply(body=v2_page()))
    client.update_page("123", title="할 일", body="<p>한글</p>", version=4)
    client.update_page("123", title="T", body="\ud800", version=4)
    assert "할 일".encode() in wire.asked[0].body
    assert wire.asked[1].json["body"]["value"] == "\ud800"


SECRETS = (TOKEN, "Ym90QGV4YW1wbGUuY29tOmEtc2VjcmV0LXRva2Vu")


def test_no_secret_is_in_a_repr_an_error_a_traceback_or_the_log(
    wire: Wire, client: Confluence, caplog: pytest.LogCaptureFixture
) -> None:
    echo = f"you sent Authorization: Basic {SECRETS[1]} with {TOKEN}"
    page = Reply(200, f"<p>{echo}</p>".encode(), content_type="text/html")
    wire.will(Reply(403, {"message": echo}), page, closes, Reply(body=v2_page()))
    texts = [repr(client), str(client), repr(vars(client)), repr(vars(client._http))]
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            with pytest.raises(ConfluenceError) as caught:
                put(client)
            texts += [
                repr(caught.value),
                str(caught.value),
                repr(vars(caught.value)),
                repr(caught.value.args),
            ]
            texts += traceback.format_exception(caught.value)
        client.get_page("123")
    texts.append(caplog.text)
    assert not [text for text in texts for secret in SECRETS if secret in text]
    assert sum("you sent" in text for text in texts) > 2


def test_each_call_is_one_line_in_the_log(
    wire: Wire, client: Confluence, caplog: pytest.LogCaptureFixture
) -> None:
    wire.will(Reply(body=v2_page(), headers={"atl-request-id": "r-1"}), closes)
    with caplog.at_level(logging.DEBUG, logger="plays.confluence"):
        client.get_page("123")
        with pytest.raises(confluence.NoAnswer):
            client.get_page("123")
    lines = [record.getMessage() for record in caplog.records if record.name == "plays.confluence"]
    assert len(lines) == 2
    assert lines[0].startswith("GET /wiki/api/v2/pages/123 ")
    assert lines[0].endswith("ms 200 r-1")
    assert lines[1].endswith("no answer")
    assert "body-format" not in lines[0]
